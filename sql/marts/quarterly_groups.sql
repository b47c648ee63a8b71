-- One row per quarter, source, centre, series, code and membership: clients of all kinds, in a group, or with an advice type.
-- A client counts once in a quarter, where the latest case of the quarter was. Members have rows ("Y"), and so have those who
-- may be members ("_U"): whose group or advice type is not known, under "_U" or, where only the family of the type is known,
-- under the family. Those who are not members have none. Internal: it never goes to a brief.
with
clients as (select * from core.clients where period = quarter),
kind_groups as (select * from core.kind_groups where membership_code <> 'N'),
client_families as (select * from core.client_families),
client_issues as (select * from core.client_issues),
advice_families as (select * from core.advice_families),
kinds as (
    select quarter, source_id, centre_id, kind_id, count(*) as n
    from clients
    group by quarter, source_id, centre_id, kind_id
),
types as (
    select distinct clients.quarter, clients.source_id, clients.centre_id, clients.client_key, issues.advice_type_code as code
    from client_issues as issues
    join clients on clients.period = issues.period and clients.client_key = issues.client_key
),
counted as (
    select quarter, source_id, centre_id, 'clients' as series, '_T' as code, 'Y' as membership_code, n
    from kinds
    union all
    select kinds.quarter, kinds.source_id, kinds.centre_id, 'group', groups.group_code, groups.membership_code, kinds.n
    from kinds
    join kind_groups as groups on groups.kind_id = kinds.kind_id
    union all
    select clients.quarter, clients.source_id, clients.centre_id, 'advice_family', families.family_code,
        case families.family_code when '_U' then '_U' else 'Y' end, 1
    from client_families as families
    join clients on clients.period = families.period and clients.client_key = families.client_key
    union all
    select types.quarter, types.source_id, types.centre_id, 'advice_type', types.code,
        case when types.code = coalesce(families.family_code, '_U') then '_U' else 'Y' end, 1
    from types
    left join advice_families as families on families.advice_type_code = types.code
)
select
    quarter,
    source_id,
    centre_id,
    series,
    code,
    membership_code,
    'clients' as unit,
    cast(sum(n) as bigint) as n
from counted
group by quarter, source_id, centre_id, series, code, membership_code
order by quarter, source_id, centre_id, series, code, membership_code
