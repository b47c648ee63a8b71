-- One row per record read: the one state it ended in, and why.
-- The latest version of a case that can be counted is the one that counts; among equal copies of it, the first to arrive,
-- or the first that a person corrected. What is excluded with all its copies in one file stays so in any other file.
-- Older versions are superseded, further equal copies are duplicates, records with a problem wait in quarantine unless a
-- later good version of the same case replaced them. Records of a file that a later one stands for are superseded with it.
-- A record without the reference of its case is a case of its own.
with
replaced as (select * from core.replaced_files),
named as (select distinct record_id from reference.excluded_records),
excluded as (
    select distinct records.case_key, records.content_digest
    from raw.records as records
    left join named on named.record_id = records.record_id
    where records.case_key
        in (select whole.case_key from raw.records as whole join named as chosen on chosen.record_id = whole.record_id)
    group by records.case_key, records.content_digest, records.file_id
    having bool_and(named.record_id is not null)
),
records as (
    select
        records.record_id,
        records.content_digest,
        records.case_key,
        replaced.file_id is not null as is_replaced,
        named.record_id is not null or excluded.case_key is not null as is_excluded,
        corrected.record_id is not null as is_corrected
    from raw.records as records
    left join replaced on replaced.file_id = records.file_id
    left join named on named.record_id = records.record_id
    left join excluded on excluded.case_key = records.case_key and excluded.content_digest = records.content_digest
    left join reference.corrected_records as corrected on corrected.record_id = records.record_id
),
problems as (
    select record_id, min(reason) as reason from staging.record_problems group by record_id
),
countable as (
    select records.*
    from records
    anti join problems on problems.record_id = records.record_id
    where not records.is_replaced and not records.is_excluded
),
latest as (
    select case_key, max(record_id) as latest_id from countable where case_key is not null group by case_key
),
latest_content as (
    select latest.case_key, latest.latest_id, countable.content_digest
    from latest join countable on countable.record_id = latest.latest_id
),
counted as (
    select coalesce(min(countable.record_id) filter (where countable.is_corrected), min(countable.record_id)) as counted_id
    from countable
    join latest_content
        on latest_content.case_key = countable.case_key
        and latest_content.content_digest = countable.content_digest
    group by countable.case_key
    union all
    select record_id from countable where case_key is null
)
select
    records.record_id,
    case
        when records.is_excluded then 'ignored'
        when counted.counted_id is not null then 'accepted'
        when records.is_replaced then 'superseded'
        when problems.reason is null and records.content_digest = latest_content.content_digest then 'duplicate'
        when problems.reason is null or records.record_id < latest_content.latest_id then 'superseded'
        else 'quarantined'
    end as state,
    case
        when records.is_excluded then 'excluded_by_correction'
        when counted.counted_id is not null then null
        when records.is_replaced then 'file_replaced'
        when problems.reason is null and records.content_digest = latest_content.content_digest then 'equal_copy'
        when problems.reason is null or records.record_id < latest_content.latest_id then 'later_version'
        else problems.reason
    end as reason
from records
left join problems on problems.record_id = records.record_id
left join latest_content on latest_content.case_key = records.case_key
left join counted on counted.counted_id = records.record_id
