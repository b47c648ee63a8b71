-- One row per publication period and gender, with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total.
with
clients as (select * from core.clients)
select
    period,
    coalesce(gender_code, '_T') as gender_code,
    'clients' as unit,
    count(*) as n
from clients
group by grouping sets ((period, gender_code), (period))
order by period, gender_code
