-- One row per publication period and centre, with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total.
with
clients as (select * from core.clients)
select
    period,
    coalesce(centre_id, '_T') as centre_id,
    'clients' as unit,
    count(*) as n
from clients
group by grouping sets ((period, centre_id), (period))
order by period, centre_id
