-- One row per column and code that stands in core but in no code list. A profile or the dictionary let it through.
with
used as (
    select 'genders' as code_list, gender_code as code from core.cases
    union select 'client_roles', client_role_code from core.cases
    union select 'outcomes', outcome_code from core.cases
    union select 'adviser_levels', adviser_level_code from core.cases
    union select 'service_depths', service_depth_code from core.cases
    union select 'referrals', referral_code from core.cases
    union select 'channels', channel_code from core.case_contacts
    union select 'age_groups', age_group_code from core.cases
    union select 'nationality_classes', nationality_class_code from core.cases
    union select 'family_evidence', family_evidence_code from core.cases
    union select 'dual_classes', dual_class_code from core.cases where dual_class_code is not null
    union select 'nationalities', nationality_code from core.case_nationalities
    union select 'advice_types', advice_type_code from core.case_advice_types
    union select 'barriers', barrier_code from core.case_barriers
    union select 'stall_reasons', stall_reason_code from core.case_stall_reasons
    union select 'enquiry_responses', enquiry_response_code from core.enquiries
    union select 'genders', gender_code from core.enquiries
    union select 'client_roles', client_role_code from core.enquiries
    union select 'age_groups', age_group_code from core.enquiries
    union select 'nationality_classes', nationality_class_code from core.enquiries
    union select 'nationalities', nationality_code from core.enquiries where nationality_code <> 'DUAL'
    union select 'centres', centre_id from core.enquiries
    union select 'centres', centre_id from core.cases
    union select 'projects', project_id from core.cases
    union select 'funders', funder_id from core.cases
)
select used.code_list, used.code
from used
anti join reference.codes as known
    on known.code_list = used.code_list and known.code = used.code
where used.code not in (select code from reference.codes where code_list = 'missing')
