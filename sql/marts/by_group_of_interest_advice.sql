-- One row per publication period, group of interest, membership and family of advice types, with total rows; counts clients.
-- Within a group and a family the memberships add up to the total. Groups overlap, and so do families.
with
kinds as (select * from core.kind_families),
groups_of_interest as (select distinct group_code from reference.group_conditions where part_of = ''),
counted as (
    select kinds.period, kind_groups.group_code, kind_groups.membership_code, kinds.advice_family_code, kinds.n
    from kinds
    join core.kind_groups as kind_groups on kind_groups.kind_id = kinds.kind_id
    join groups_of_interest on groups_of_interest.group_code = kind_groups.group_code
)
select
    period,
    group_code,
    coalesce(membership_code, '_T') as membership_code,
    advice_family_code,
    'clients' as unit,
    cast(sum(n) as bigint) as n
from counted
group by grouping sets ((period, group_code, membership_code, advice_family_code), (period, group_code, advice_family_code))
order by period, group_code, membership_code, advice_family_code
