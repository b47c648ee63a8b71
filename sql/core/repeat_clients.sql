-- One row per publication period and client with several cases in it.
-- They are few, and only for them is it asked which case is the latest, or which categories stand on more than one.
select
    quarters.publication_period as period,
    cases.client_key
from core.counted_cases as cases
join reference.publication_quarters as quarters on quarters.quarter = cases.period and quarters.is_within
group by quarters.publication_period, cases.client_key
having count(*) > 1
