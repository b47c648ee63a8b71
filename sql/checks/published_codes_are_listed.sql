-- One row per column and code of a published quarter that stands in no code list any more. Declare it in caseload.toml again.
with
cases as (
    select counted.* from core.counted_cases as counted
    join core.standing_quarters as standing on standing.quarter = counted.period
),
enquiries as (
    select counted.* from core.counted_enquiries as counted
    join core.standing_enquiry_quarters as standing on standing.quarter = counted.period
),
used as (
    select 'sources' as code_list, source_id as code from cases
    union select 'centres', centre_id from cases
    union select 'projects', project_id from cases
    union select 'age_groups', age_group_code from cases
    union select 'genders', gender_code from cases
    union select 'nationality_classes', nationality_class_code from cases
    union select 'times_to_outcome', time_to_outcome_code from cases
        where time_to_outcome_code is not null
    union select 'times_to_opening', time_to_opening_code from cases
        where time_to_opening_code is not null
    union select 'channels', channel_code from cases where channel_code is not null
    union select 'stall_reasons', stall_reason_code from core.counted_case_stall_reasons
    union select 'enquiry_responses', enquiry_response_code from enquiries
    union select 'nationalities', nationality_code from core.counted_case_nationalities
    union select 'advice_types', advice_type_code from core.counted_case_advice_types
    union select 'barriers', barrier_code from core.counted_case_barriers
)
select used.code_list, used.code
from used
anti join reference.codes as known
    on known.code_list = used.code_list and known.code = used.code
where used.code not in (select code from reference.codes where code_list = 'missing')
