-- One row per publication period and combination of all codes that one-way tables are cut by; counts clients.
-- For disclosure control only, which derives from it how the published tables hang together. Never released.
select
    period,
    source_id,
    centre_id,
    project_id,
    nationality_code,
    nationality_class_code,
    gender_code,
    age_group_code,
    is_aged_55_plus_code,
    is_dual_national_code,
    is_family_member_code,
    kind_id,
    'clients' as unit,
    count(*) as n
from core.clients
group by all
order by all
