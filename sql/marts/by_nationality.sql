-- One row per publication period and nationality, with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total.
with
clients as (select * from core.clients)
select
    period,
    coalesce(nationality_code, '_T') as nationality_code,
    'clients' as unit,
    count(*) as n
from clients
group by grouping sets ((period, nationality_code), (period))
order by period, nationality_code
