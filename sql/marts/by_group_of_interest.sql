-- One row per publication period, group of interest and membership (yes, no, not known), with a total row per group.
-- Groups overlap: a client may be aged 55 and over and a dual national. Within one group the rows add up to the total.
with
clients as (select * from core.clients),
memberships as (
    select period, 'AGED_55_PLUS' as group_code, is_aged_55_plus_code as membership_code from clients
    union all
    select period, 'DUAL_NATIONAL', is_dual_national_code from clients
    union all
    select period, 'FAMILY_MEMBER', is_family_member_code from clients
)
select
    period,
    group_code,
    coalesce(membership_code, '_T') as membership_code,
    'clients' as unit,
    count(*) as n
from memberships
group by grouping sets ((period, group_code, membership_code), (period, group_code))
order by period, group_code, membership_code
