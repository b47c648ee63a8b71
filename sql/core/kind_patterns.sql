-- One row per kind of client: the first kind with the same membership of every group, which stands for them all.
-- There are far fewer patterns of membership than kinds, so what is counted by pattern stays small.
with
memberships as (
    select kind_id, string_agg(membership_code, ' ' order by group_code) as memberships
    from core.kind_groups
    group by kind_id
)
select
    kind_id,
    min(kind_id) over (partition by memberships) as pattern_id
from memberships
