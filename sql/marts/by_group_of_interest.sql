-- One row per publication period, group of interest and membership (yes, no, not known), with a total row per group.
-- Groups overlap: a client may be aged 55 and over and a dual national. Within one group the rows add up to the total.
with
clients as (select * from core.clients),
kind_groups as (select * from core.kind_groups),
groups_of_interest as (select distinct group_code from reference.group_conditions where part_of = ''),
counted as (
    select clients.period, clients.kind_id, count(*) as n
    from clients
    group by clients.period, clients.kind_id
)
select
    counted.period,
    kind_groups.group_code,
    coalesce(kind_groups.membership_code, '_T') as membership_code,
    'clients' as unit,
    cast(sum(counted.n) as bigint) as n
from counted
join kind_groups on kind_groups.kind_id = counted.kind_id
join groups_of_interest on groups_of_interest.group_code = kind_groups.group_code
group by grouping sets (
    (counted.period, kind_groups.group_code, kind_groups.membership_code),
    (counted.period, kind_groups.group_code)
)
order by period, group_code, membership_code
