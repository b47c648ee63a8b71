-- One row per quarter, centre, kind of person, days waited and whether the outcome came; counts clients. Internal.
-- A client stands as the latest case of the quarter tells. Groups are made of kinds where the times are read.
select
    clients.quarter,
    clients.centre_id,
    clients.kind_id,
    times.days_waited,
    times.has_outcome,
    'clients' as unit,
    count(*) as n
from core.clients as clients
join core.case_times as times on times.case_key = clients.case_key
where clients.period = clients.quarter and times.days_waited is not null
group by clients.quarter, clients.centre_id, clients.kind_id, times.days_waited, times.has_outcome
order by quarter, centre_id, kind_id, days_waited, has_outcome
