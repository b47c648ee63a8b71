-- One row per publication period, centre, project, age group, gender, series, code and membership; counts clients.
-- The cells from which projects are compared with each other, and centres with the network. Series "clients" is the base of
-- all; "group" has rows for members, for others and for those of whom it is not known; "advice_family" has rows for those
-- advised and for those of whom no advice type is known. Internal: it never goes to a brief.
-- Only for the periods of reference.detailed_periods.
with
clients as (
    select * from core.clients where period in (select publication_period from reference.detailed_periods)
),
client_families as (select * from core.client_families),
kinds as (
    select period, centre_id, project_id, age_group_code, gender_code, kind_id, count(*) as n
    from clients
    group by period, centre_id, project_id, age_group_code, gender_code, kind_id
),
counted as (
    select period, centre_id, project_id, age_group_code, gender_code,
        'clients' as series, '_T' as code, 'Y' as membership_code, n
    from kinds
    union all
    select kinds.period, kinds.centre_id, kinds.project_id, kinds.age_group_code, kinds.gender_code,
        'group', groups.group_code, groups.membership_code, kinds.n
    from kinds
    join core.kind_groups as groups on groups.kind_id = kinds.kind_id
    union all
    select clients.period, clients.centre_id, clients.project_id, clients.age_group_code, clients.gender_code,
        'advice_family', families.family_code, case families.family_code when '_U' then '_U' else 'Y' end, 1
    from clients
    join client_families as families on families.period = clients.period and families.client_key = clients.client_key
)
select
    period,
    centre_id,
    project_id,
    age_group_code,
    gender_code,
    series,
    code,
    membership_code,
    'clients' as unit,
    cast(sum(n) as bigint) as n
from counted
group by period, centre_id, project_id, age_group_code, gender_code, series, code, membership_code
order by period, centre_id, project_id, age_group_code, gender_code, series, code, membership_code
