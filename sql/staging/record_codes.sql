-- One row per record read: its words turned into codes through the dictionary.
-- A word without meaning leaves an empty code, a reason in staging.record_problems. Every version of a case is here.
with
sources as (select * from reference.sources),
meanings as (select * from reference.meanings where position = 1)
select
    records.record_id,
    gender.code as gender_code,
    client_role.code as client_role_code,
    residence_area.code as residence_area_code,
    outcome.code as outcome_code,
    adviser_level.code as adviser_level_code,
    service_depth.code as service_depth_code,
    referral.code as referral_code,
    coalesce(centre.code, sources.centre_id) as centre_id,
    coalesce(project.code, sources.project_id) as project_id,
    coalesce(funder.code, sources.funder_id) as funder_id
from raw.records as records
join sources on sources.source_id = records.source_id
left join reference.corrected_records as corrected on corrected.record_id = records.record_id
left join meanings as gender on gender.field = 'gender'
    and gender.source_id = records.source_id and gender.value = coalesce(corrected.gender, records.gender, '')
left join meanings as client_role on client_role.field = 'client_role'
    and client_role.source_id = records.source_id and client_role.value = coalesce(corrected.client_role, records.client_role, '')
left join meanings as residence_area on residence_area.field = 'residence_area'
    and residence_area.source_id = records.source_id and residence_area.value = coalesce(corrected.residence_area, records.residence_area, '')
left join meanings as outcome on outcome.field = 'outcome'
    and outcome.source_id = records.source_id and outcome.value = coalesce(corrected.outcome, records.outcome, '')
left join meanings as adviser_level on adviser_level.field = 'adviser_level'
    and adviser_level.source_id = records.source_id and adviser_level.value = coalesce(corrected.adviser_level, records.adviser_level, '')
left join meanings as service_depth on service_depth.field = 'service_depth'
    and service_depth.source_id = records.source_id and service_depth.value = coalesce(corrected.service_depth, records.service_depth, '')
left join meanings as referral on referral.field = 'referral'
    and referral.source_id = records.source_id and referral.value = coalesce(corrected.referral, records.referral, '')
left join meanings as centre on centre.field = 'centre'
    and centre.source_id = records.source_id and centre.value = coalesce(corrected.centre, records.centre, '')
left join meanings as project on project.field = 'project'
    and project.source_id = records.source_id and project.value = coalesce(corrected.project, records.project, '')
left join meanings as funder on funder.field = 'funder'
    and funder.source_id = records.source_id and funder.value = coalesce(corrected.funder, records.funder, '')
