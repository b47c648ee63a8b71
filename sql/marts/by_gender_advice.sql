-- One row per publication period, gender and family of advice types, with total rows in both; counts clients.
-- Within a family the rows add up to its total. Families do not: a client with two stands in both and once in the total.
with
counted as (
    select period, gender_code, advice_family_code, n from marts.advice_profiles
    union all
    select period, gender_code, '_T', n from marts.client_profiles
)
select
    period,
    coalesce(gender_code, '_T') as gender_code,
    advice_family_code,
    'clients' as unit,
    cast(sum(n) as bigint) as n
from counted
group by grouping sets ((period, gender_code, advice_family_code), (period, advice_family_code))
order by period, gender_code, advice_family_code
