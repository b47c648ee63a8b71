-- One row per case that moved to another source, centre or project while it was open: an earlier version says otherwise.
with
placed as (
    select records.case_key, records.source_id, codes.centre_id, codes.project_id, states.state
    from raw.records as records
    join core.record_states as states on states.record_id = records.record_id
    join staging.record_codes as codes on codes.record_id = records.record_id
    where states.state = 'accepted' or states.reason = 'later_version'
)
select distinct earlier.case_key
from placed as earlier
join placed as counted on counted.case_key = earlier.case_key and counted.state = 'accepted'
where earlier.state = 'superseded'
    and (earlier.source_id <> counted.source_id or earlier.centre_id <> counted.centre_id
        or earlier.project_id <> counted.project_id)
