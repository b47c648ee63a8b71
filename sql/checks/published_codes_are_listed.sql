-- One row per column and code of a published quarter that stands in no code list any more. Declare it in caseload.toml again.
with
used as (
    select 'sources' as code_list, source_id as code from core.counted_cases where is_published
    union select 'centres', centre_id from core.counted_cases where is_published
    union select 'projects', project_id from core.counted_cases where is_published
    union select 'age_groups', age_group_code from core.counted_cases where is_published
    union select 'genders', gender_code from core.counted_cases where is_published
    union select 'nationality_classes', nationality_class_code from core.counted_cases where is_published
    union select 'times_to_outcome', time_to_outcome_code from core.counted_cases
        where is_published and time_to_outcome_code is not null
    union select 'times_to_opening', time_to_opening_code from core.counted_cases
        where is_published and time_to_opening_code is not null
    union select 'channels', channel_code from core.counted_cases where is_published and channel_code is not null
    union select 'stall_reasons', stall_reason_code from core.counted_case_stall_reasons
    union select 'enquiry_responses', enquiry_response_code from core.counted_enquiries where is_published
    union select 'nationalities', nationality_code from core.counted_case_nationalities
    union select 'advice_types', advice_type_code from core.counted_case_advice_types
    union select 'barriers', barrier_code from core.counted_case_barriers
)
select used.code_list, used.code
from used
anti join reference.codes as known
    on known.code_list = used.code_list and known.code = used.code
where used.code not in (select code from reference.codes where code_list = 'missing')
