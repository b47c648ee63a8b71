-- One row per publication period and area; counts clients by the area on their latest case in the period, "_U" for none.
-- "Latest" goes as in core.latest_cases: by quarter, then opening date, then arrival. Internal: areas are small.
with
cases as (select * from core.cases),
quarters as (select * from reference.publication_quarters where is_within),
missing as (select code from reference.codes where code_list = 'missing'),
ranked as (
    select
        quarters.publication_period,
        cases.client_key,
        cases.residence_area_code,
        row_number() over (
            partition by quarters.publication_period, cases.client_key
            order by cases.period desc, cases.opened_on desc nulls last, keys.record_id desc
        ) as recency
    from cases
    join core.case_keys as keys on keys.case_key = cases.case_key
    join quarters on quarters.quarter = cases.period
),
placed as (
    select
        publication_period as period,
        case
            when residence_area_code is null or residence_area_code in (select code from missing) then '_U'
            else residence_area_code
        end as residence_area_code
    from ranked
    where recency = 1
)
select
    period,
    residence_area_code,
    'clients' as unit,
    count(*) as n
from placed
group by period, residence_area_code
order by period, residence_area_code
