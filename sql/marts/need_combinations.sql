-- One row per publication period, centre, quarter, kind of person and advice types asked for together; counts clients.
-- A client of whom no advice type is known is left out: nothing can be said of what was needed. Internal: the search for
-- combinations that stand out is made from it, and it never goes to a brief.
with
types as (
    select period, client_key, string_agg(distinct advice_type_code, ' ' order by advice_type_code) as advice_types
    from core.client_issues
    where advice_type_code <> '_U'
    group by period, client_key
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
