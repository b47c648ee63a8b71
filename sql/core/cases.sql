-- One row per case that counts, under the names of the contract.
-- A family role is taken from the field that states it or a nationality cell that states one in its place, else from a
-- link to a main client's case, else from an advice type that only family members need; third-country nationality alone
-- is weak evidence ("INFERRED") and makes nobody a family member.
with
keys as (select * from core.case_keys),
nationalities as (
    select record_id, nationality_class_code, dual_class_code, role_code, nationality_code as missing_code
    from staging.record_nationalities
    where position = 1
),
family_types as (
    select distinct types.record_id
    from staging.record_advice_types as types
    join reference.family_advice_types as family on family.advice_type_code = types.advice_type_code
),
age_codes as (select * from core.age_codes)
select
    keys.case_key,
    keys.client_key,
    records.source_id,
    codes.centre_id,
    codes.project_id,
    codes.funder_id,
    times.opened_on,
    times.closed_on,
    times.quarter as period,
    times.age_low,
    times.age_high,
    case
        when times.age_missing_code is not null then times.age_missing_code
        else coalesce(age_codes.age_group_code, 'not_recorded')
    end as age_group_code,
    codes.gender_code,
    coalesce(nationalities.nationality_class_code, nationalities.missing_code) as nationality_class_code,
    case when nationalities.nationality_class_code is not null then nationalities.dual_class_code is not null end
        as is_dual_national,
    nationalities.dual_class_code,
    codes.client_role_code,
    case
        when codes.client_role_code = 'FAMILY' then 'RELATIONSHIP'
        when codes.client_role_code = 'MAIN' then 'NONE'
        when nationalities.role_code = 'FAMILY' then 'RELATIONSHIP'
        when records.is_linked then 'LINKED_CASE'
        when family_types.record_id is not null then 'ADVICE_TYPE'
        when nationalities.nationality_class_code = 'THIRD' then 'INFERRED'
        else 'NONE'
    end as family_evidence_code,
    codes.residence_area_code,
    codes.outcome_code,
    codes.adviser_level_code,
    codes.service_depth_code,
    codes.referral_code
from keys
join raw.records as records on records.record_id = keys.record_id
join staging.record_codes as codes on codes.record_id = keys.record_id
join staging.record_times as times on times.record_id = keys.record_id
join nationalities on nationalities.record_id = keys.record_id
left join family_types on family_types.record_id = keys.record_id
left join age_codes
    on age_codes.age_low = times.age_low and age_codes.age_high is not distinct from times.age_high
