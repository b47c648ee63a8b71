-- One row per quarter, centre, group of interest, membership, days waited and whether the outcome came; counts clients. Internal.
-- A client stands as the latest case of the quarter tells, and in the rows of every group. "_T" as a group is everybody.
with
clients as materialized (
    select clients.quarter, clients.centre_id, clients.kind_id, times.days_waited, times.has_outcome, count(*) as n
    from core.clients as clients
    join core.case_times as times on times.case_key = clients.case_key
    where clients.period = clients.quarter and times.days_waited is not null
    group by clients.quarter, clients.centre_id, clients.kind_id, times.days_waited, times.has_outcome
),
groups_of_interest as (select distinct group_code from reference.group_conditions where part_of = ''),
counted as (
    select clients.*, kind_groups.group_code, kind_groups.membership_code
    from clients
    join core.kind_groups as kind_groups on kind_groups.kind_id = clients.kind_id
    join groups_of_interest on groups_of_interest.group_code = kind_groups.group_code
    union all
    select clients.*, '_T', 'Y' from clients
)
select
    quarter,
    centre_id,
    group_code,
    membership_code,
    days_waited,
    has_outcome,
    cast(sum(n) as bigint) as n
from counted
group by quarter, centre_id, group_code, membership_code, days_waited, has_outcome
order by quarter, centre_id, group_code, membership_code, days_waited, has_outcome
