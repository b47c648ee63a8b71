-- One row per publication period, centre, quarter, kind of person and advice types asked for together; counts clients.
-- A client of whom no advice type is known is left out: nothing can be said of what was needed. Internal: the search for
-- combinations that stand out is made from it, and it never goes to a brief.
-- Only for the periods of reference.detailed_periods.
with
known as materialized (
    select period, client_key, min(advice_type_code) as first_type, max(advice_type_code) as last_type
    from core.client_issues
    where advice_type_code <> '_U' and period in (select publication_period from reference.detailed_periods)
    group by period, client_key
),
several as (
    select issues.period, issues.client_key,
        string_agg(distinct issues.advice_type_code, ' ' order by issues.advice_type_code) as advice_types
    from core.client_issues as issues
    join known on known.period = issues.period and known.client_key = issues.client_key
    where issues.advice_type_code <> '_U' and known.first_type <> known.last_type
    group by issues.period, issues.client_key
),
types as (
    select period, client_key, first_type as advice_types from known where first_type = last_type
    union all
    select period, client_key, advice_types from several
)
select
    clients.period,
    clients.centre_id,
    clients.quarter,
    clients.gender_code,
    clients.nationality_class_code,
    clients.is_aged_55_plus_code,
    clients.is_dual_national_code,
    clients.family_evidence_code,
    types.advice_types,
    'clients' as unit,
    count(*) as n
from core.clients as clients
join types on types.period = clients.period and types.client_key = clients.client_key
group by all
order by all
