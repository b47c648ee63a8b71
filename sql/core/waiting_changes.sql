-- One row per published quarter: how many of its cases came, went or changed since, in anything that a released table counts.
-- People who were erased since are counted among them, as a number: nothing else of them is left.
with
changed as (select quarter, count(*) as n from core.changed_cases group by quarter),
erased as (select quarter, sum(n_cases) as n from raw.thinned_quarters group by quarter)
select
    quarters.quarter,
    cast(coalesce(changed.n, 0) + coalesce(erased.n, 0) as bigint) as n_changed
from raw.published_quarters as quarters
left join changed on changed.quarter = quarters.quarter
left join erased on erased.quarter = quarters.quarter
