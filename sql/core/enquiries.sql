-- One row per enquiry that counts: a person asked for help, and how they were answered. An enquiry is never a case.
-- Whoever enquires twice stands here twice. A family role is taken from the field that states it or from a nationality cell
-- that states one in its place; third-country nationality alone is weak evidence ("INFERRED") and makes nobody a member.
-- The nationality is "DUAL" where there are several, and its kind of missing where there is none.
with
nationalities as (
    select record_id, nationality_class_code, dual_class_code, role_code, nationality_code as first_code
    from staging.record_nationalities
    where position = 1
),
age_codes as (select * from core.age_codes)
select
    records.case_key as enquiry_key,
    coalesce(records.client_key, records.case_key) as client_key,
    records.source_id,
    codes.centre_id,
    times.opened_on,
    times.quarter as period,
    times.age_low,
    times.age_high,
    case
        when times.age_missing_code is not null then times.age_missing_code
        else coalesce(age_codes.age_group_code, 'not_recorded')
    end as age_group_code,
    codes.gender_code,
    case
        when nationalities.nationality_class_code is not null and nationalities.dual_class_code is not null then 'DUAL'
        else nationalities.first_code
    end as nationality_code,
    coalesce(nationalities.nationality_class_code, nationalities.first_code) as nationality_class_code,
    case when nationalities.nationality_class_code is not null then nationalities.dual_class_code is not null end
        as is_dual_national,
    nationalities.dual_class_code,
    codes.client_role_code,
    case
        when codes.client_role_code = 'FAMILY' then 'RELATIONSHIP'
        when codes.client_role_code = 'MAIN' then 'NONE'
        when nationalities.role_code = 'FAMILY' then 'RELATIONSHIP'
        when nationalities.nationality_class_code = 'THIRD' then 'INFERRED'
        else 'NONE'
    end as family_evidence_code,
    enquiries.enquiry_response_code,
    records.record_id
from staging.record_enquiries as enquiries
join core.record_states as states on states.record_id = enquiries.record_id and states.state = 'accepted'
join raw.records as records on records.record_id = enquiries.record_id
join staging.record_codes as codes on codes.record_id = enquiries.record_id
join staging.record_times as times on times.record_id = enquiries.record_id
join nationalities on nationalities.record_id = enquiries.record_id
left join age_codes
    on age_codes.age_low = times.age_low and age_codes.age_high is not distinct from times.age_high
