-- One row per publication period and source, with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total.
with
clients as (select * from core.clients)
select
    period,
    coalesce(source_id, '_T') as source_id,
    'clients' as unit,
    count(*) as n
from clients
group by grouping sets ((period, source_id), (period))
order by period, source_id
