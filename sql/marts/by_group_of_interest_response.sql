-- One row per publication period, group of interest, membership and whether an enquiry was turned away, with total rows;
-- counts enquiries. Within a group the rows add up both ways. Groups overlap. A period without enquiries has no row.
with
groups_of_interest as (select distinct group_code from reference.group_conditions where part_of = ''),
counted as (
    select profiles.period, kind_groups.group_code, kind_groups.membership_code, profiles.turned_away_code, profiles.n
    from marts.enquiry_profiles as profiles
    join core.kind_groups as kind_groups on kind_groups.kind_id = profiles.kind_id
    join groups_of_interest on groups_of_interest.group_code = kind_groups.group_code
)
select
    period,
    group_code,
    coalesce(membership_code, '_T') as membership_code,
    coalesce(turned_away_code, '_T') as turned_away_code,
    'enquiries' as unit,
    cast(sum(n) as bigint) as n
from counted
group by grouping sets (
    (period, group_code, membership_code, turned_away_code),
    (period, group_code, membership_code),
    (period, group_code, turned_away_code),
    (period, group_code)
)
order by period, group_code, membership_code, turned_away_code
