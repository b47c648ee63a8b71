-- One row per publication period, combination of the codes of a client and family of advice types; counts clients.
-- A client stands in each of their families, and in "_U" where no advice type is known. For the tables of advice within
-- other groups, and for disclosure control. Never released.
-- Only for the periods of reference.detailed_periods.
with
counted as (
    select
        clients.period,
        clients.source_id,
        clients.centre_id,
        clients.project_id,
        clients.kind_id,
        families.family_code as advice_family_code,
        count(*) as n
    from core.clients as clients
    join core.client_families as families on families.period = clients.period and families.client_key = clients.client_key
    where clients.period in (select publication_period from reference.detailed_periods)
    group by clients.period, clients.source_id, clients.centre_id, clients.project_id, clients.kind_id, families.family_code
)
select
    counted.period,
    counted.source_id,
    counted.centre_id,
    counted.project_id,
    kinds.nationality_code,
    kinds.nationality_class_code,
    kinds.gender_code,
    kinds.age_group_code,
    kinds.is_aged_55_plus_code,
    kinds.is_dual_national_code,
    kinds.is_family_member_code,
    counted.kind_id,
    counted.advice_family_code,
    'clients' as unit,
    counted.n
from counted
join core.client_kinds as kinds on kinds.kind_id = counted.kind_id
order by all
