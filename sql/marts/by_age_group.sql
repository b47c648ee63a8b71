-- One row per publication period and age group, with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total.
with
clients as (select * from core.clients)
select
    period,
    coalesce(age_group_code, '_T') as age_group_code,
    'clients' as unit,
    count(*) as n
from clients
group by grouping sets ((period, age_group_code), (period))
order by period, age_group_code
