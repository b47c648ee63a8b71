-- One row per publication period, advice type and counting unit, with total rows.
-- Issues add up to their total. Clients do not: a client with two types of advice stands in both rows and once in the total.
with
issues as (select * from core.client_issues)
select
    period,
    coalesce(advice_type_code, '_T') as advice_type_code,
    'clients' as unit,
    count(distinct client_key) as n
from issues
group by grouping sets ((period, advice_type_code), (period))
union all
select
    period,
    coalesce(advice_type_code, '_T') as advice_type_code,
    'issues' as unit,
    count(*) as n
from issues
group by grouping sets ((period, advice_type_code), (period))
order by period, unit, advice_type_code
