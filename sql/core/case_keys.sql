-- One row per accepted record: the pseudonyms of its case and its client.
-- Keys are made with the network's secret key, so that nobody without it can trace, guess or match them.
-- A source without client references counts each case as one client.
with
accepted as (
    select
        records.record_id,
        records.source_id,
        case
            when sources.has_case_ref then trim(records.case_ref)
            else files.sha256 || ' ' || cast(records.row_number as varchar)
        end as case_ref,
        nullif(trim(coalesce(records.client_ref, '')), '') as client_ref
    from raw.records as records
    join core.record_states as states on states.record_id = records.record_id
    join reference.sources as sources on sources.source_id = records.source_id
    join raw.files as files on files.file_id = records.file_id
    where states.state = 'accepted'
),
named as (
    select
        record_id,
        source_id || ' case ' || case_ref as case_name,
        source_id || coalesce(' client ' || client_ref, ' case ' || case_ref) as client_name
    from accepted
)
select
    record_id,
    sha256(getvariable('pseudonym_key') || sha256(getvariable('pseudonym_key') || case_name)) as case_key,
    sha256(getvariable('pseudonym_key') || sha256(getvariable('pseudonym_key') || client_name)) as client_key
from named
