-- One row per publication period and channel of advice, with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total. A period has rows when of somebody the channel is known.
-- Only for the periods of reference.detailed_periods.
with
clients as (select * from core.client_contacts),
collected as (select distinct period from clients where channel_code <> '_U')
select
    clients.period,
    coalesce(clients.channel_code, '_T') as channel_code,
    'clients' as unit,
    count(*) as n
from clients
join collected on collected.period = clients.period
group by grouping sets ((clients.period, clients.channel_code), (clients.period))
order by period, channel_code
