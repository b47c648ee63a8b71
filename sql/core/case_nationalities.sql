-- One row per case and nationality; ISO 3166-1 alpha-2 codes. The position says nothing about which one matters more.
-- Cases whose nationality is missing have no row here; core.cases says which kind of missing it is.
select
    keys.case_key,
    nationalities.nationality_code,
    nationalities.position
from core.case_keys as keys
join staging.record_nationalities as nationalities on nationalities.record_id = keys.record_id
where nationalities.nationality_class_code is not null
