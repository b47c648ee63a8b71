-- One row per publication period; counts the cases opened in it. Ties clients to cases in disclosure control.
select
    quarters.publication_period as period,
    'cases' as unit,
    count(*) as n
from core.counted_cases as cases
join reference.publication_quarters as quarters on quarters.quarter = cases.period and quarters.is_within
group by quarters.publication_period
order by period
