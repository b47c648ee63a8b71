-- One row per publication period and time from opening to outcome, with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total. A period has rows when of somebody the time is known.
with
clients as (select * from core.clients),
collected as (select distinct period from clients where time_to_outcome_code <> '_U')
select
    clients.period,
    coalesce(clients.time_to_outcome_code, '_T') as time_to_outcome_code,
    'clients' as unit,
    count(*) as n
from clients
join collected on collected.period = clients.period
group by grouping sets ((clients.period, clients.time_to_outcome_code), (clients.period))
order by period, time_to_outcome_code
