-- One row per publication period, group of interest, membership and whether the case was opened in time, with total rows; counts clients.
-- Within a group the rows add up both ways. Groups overlap. A period has rows when of somebody the time is known.
-- Only for the periods of reference.detailed_periods.
with
clients as (
    select period, kind_id, opened_in_time_code, count(*) as n
    from core.client_contacts
    group by period, kind_id, opened_in_time_code
),
collected as (select distinct period from clients where opened_in_time_code <> '_U'),
groups_of_interest as (select distinct group_code from reference.group_conditions where part_of = ''),
counted as (
    select clients.period, kind_groups.group_code, kind_groups.membership_code, clients.opened_in_time_code, clients.n
    from clients
    join collected on collected.period = clients.period
    join core.kind_groups as kind_groups on kind_groups.kind_id = clients.kind_id
    join groups_of_interest on groups_of_interest.group_code = kind_groups.group_code
)
select
    period,
    group_code,
    coalesce(membership_code, '_T') as membership_code,
    coalesce(opened_in_time_code, '_T') as opened_in_time_code,
    'clients' as unit,
    cast(sum(n) as bigint) as n
from counted
group by grouping sets (
    (period, group_code, membership_code, opened_in_time_code),
    (period, group_code, membership_code),
    (period, group_code, opened_in_time_code),
    (period, group_code)
)
order by period, group_code, membership_code, opened_in_time_code
