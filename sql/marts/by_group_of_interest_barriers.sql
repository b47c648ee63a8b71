-- One row per publication period, group of interest, membership and number of barriers, with total rows; counts clients.
-- Within a group the rows add up both ways. Groups overlap. A period has rows when of somebody barriers are recorded.
-- Only for the periods of reference.detailed_periods.
with
profiles as (select * from marts.client_profiles),
collected as (select distinct period from profiles where barrier_count_code <> '_U'),
groups_of_interest as (select distinct group_code from reference.group_conditions where part_of = ''),
counted as (
    select profiles.period, kind_groups.group_code, kind_groups.membership_code, profiles.barrier_count_code, profiles.n
    from profiles
    join collected on collected.period = profiles.period
    join core.kind_groups as kind_groups on kind_groups.kind_id = profiles.kind_id
    join groups_of_interest on groups_of_interest.group_code = kind_groups.group_code
)
select
    period,
    group_code,
    coalesce(membership_code, '_T') as membership_code,
    coalesce(barrier_count_code, '_T') as barrier_count_code,
    'clients' as unit,
    cast(sum(n) as bigint) as n
from counted
group by grouping sets (
    (period, group_code, membership_code, barrier_count_code),
    (period, group_code, membership_code),
    (period, group_code, barrier_count_code),
    (period, group_code)
)
order by period, group_code, membership_code, barrier_count_code
