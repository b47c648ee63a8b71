-- One row per kind of link that references of one register made: clients seen at several centres, and cases that moved to
-- another source, centre or project while they were open. Internal: it goes to the reports of a run, never to a brief.
with
placed as (
    select records.case_key, records.source_id, codes.centre_id, codes.project_id, states.state
    from raw.records as records
    join core.record_states as states on states.record_id = records.record_id
    join staging.record_codes as codes on codes.record_id = records.record_id
    where states.state = 'accepted' or states.reason = 'later_version'
),
shared_clients as (
    select client_key from core.cases group by client_key having count(distinct centre_id) > 1
),
moved_cases as (
    select distinct earlier.case_key
    from placed as earlier
    join placed as counted on counted.case_key = earlier.case_key and counted.state = 'accepted'
    where earlier.state = 'superseded'
        and (earlier.source_id <> counted.source_id or earlier.centre_id <> counted.centre_id
            or earlier.project_id <> counted.project_id)
)
select 'clients_at_several_centres' as link, 'clients' as unit, count(*) as n from shared_clients
union all select 'cases_moved', 'cases', count(*) from moved_cases
order by link
