-- One row per publication period, gender and age group, with total rows in both; counts clients.
-- Each client stands in one row, so the rows add up both ways.
with
clients as (select * from core.clients)
select
    period,
    coalesce(gender_code, '_T') as gender_code,
    coalesce(age_group_code, '_T') as age_group_code,
    'clients' as unit,
    count(*) as n
from clients
group by grouping sets ((period, gender_code, age_group_code), (period, gender_code), (period, age_group_code), (period))
order by period, gender_code, age_group_code
