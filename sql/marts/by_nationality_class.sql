-- One row per publication period and nationality class, with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total.
with
clients as (select * from core.clients)
select
    period,
    coalesce(nationality_class_code, '_T') as nationality_class_code,
    'clients' as unit,
    count(*) as n
from clients
group by grouping sets ((period, nationality_class_code), (period))
order by period, nationality_class_code
