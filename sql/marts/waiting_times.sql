-- One row per quarter, centre, kind of person, days waited and whether the outcome came; counts clients. Internal.
-- A client stands as the latest case of the quarter tells. Groups are made of kinds where the times are read.
-- A case that is open has been waited for to the last date in the newest file that tells of it.
with
waits as (
    select
        clients.quarter,
        clients.centre_id,
        clients.kind_id,
        cast(date_diff('day', times.waited_from, coalesce(times.waited_until, reaches.last_on)) as bigint) as days_waited,
        times.waited_until is not null as has_outcome
    from core.clients as clients
    join core.case_times as times on times.case_key = clients.case_key
    join core.file_reaches as reaches on reaches.file_id = times.file_id
    where clients.period = clients.quarter and times.waited_from is not null
)
select quarter, centre_id, kind_id, days_waited, has_outcome, 'clients' as unit, count(*) as n
from waits
group by quarter, centre_id, kind_id, days_waited, has_outcome
order by quarter, centre_id, kind_id, days_waited, has_outcome
