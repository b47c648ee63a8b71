-- One row per publication period, nationality class and family of advice types, with total rows in both; counts clients.
-- Within a family the rows add up to its total. Families do not: a client with two stands in both and once in the total.
with
counted as (
    select told.period, kinds.nationality_class_code, told.advice_family_code, told.n
    from core.kind_families as told
    join core.client_kinds as kinds on kinds.kind_id = told.kind_id
)
select
    period,
    coalesce(nationality_class_code, '_T') as nationality_class_code,
    advice_family_code,
    'clients' as unit,
    cast(sum(n) as bigint) as n
from counted
group by grouping sets ((period, nationality_class_code, advice_family_code), (period, advice_family_code))
order by period, nationality_class_code, advice_family_code
