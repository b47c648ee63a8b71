-- One row per publication period and quarter up to its end, with a total row; counts cases by the quarter they were opened.
-- Quarters without a case have a row with 0, so that a gap is seen. The first quarter is that of the first case that counts:
-- a date that was corrected or is waiting in quarantine opens no quarter. Quarters up to the last one that is past its
-- retention have no row in later periods, because not all of their cases are there any more.
with
cases as (select period as quarter, count(*) as n from core.counted_cases group by period),
quarters as (
    select *
    from reference.publication_quarters
    where quarter >= (select min(quarter) from cases)
        and (is_within or quarter > coalesce((select max(quarter) from raw.thinned_quarters where is_expired), ''))
),
counted as (
    select quarters.publication_period as period, quarters.quarter, coalesce(cases.n, 0) as n
    from quarters
    left join cases on cases.quarter = quarters.quarter
)
select
    period,
    coalesce(quarter, '_T') as quarter,
    'cases' as unit,
    cast(sum(n) as bigint) as n
from counted
group by grouping sets ((period, quarter), (period))
order by period, quarter
