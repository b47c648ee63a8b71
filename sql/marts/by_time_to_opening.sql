-- One row per publication period and time from first contact to opening, with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total. A period has rows when of somebody the time is known.
-- Only for the periods of reference.detailed_periods.
with
clients as (select * from core.client_contacts),
collected as (select distinct period from clients where time_to_opening_code <> '_U')
select
    clients.period,
    coalesce(clients.time_to_opening_code, '_T') as time_to_opening_code,
    'clients' as unit,
    count(*) as n
from clients
join collected on collected.period = clients.period
group by grouping sets ((clients.period, clients.time_to_opening_code), (clients.period))
order by period, time_to_opening_code
