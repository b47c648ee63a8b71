-- One row per source, quarter, field and code: how many cases that count say it. A field without any code has an empty one.
-- A case with several advice types or barriers says "known" when one of them is, else one of its kinds of missing. The field
-- "second_nationality" has rows for those of whom one is recorded alone.
with
cases as (select * from core.counted_cases),
missing as (select code from reference.codes where code_list = 'missing'),
known_types as (select distinct case_key from core.counted_case_advice_types where advice_type_code not in (select code from missing)),
known_barriers as (select distinct case_key from core.counted_case_barriers where barrier_code not in (select code from missing)),
no_types as (
    select case_key, min(advice_type_code) as code from core.counted_case_advice_types as told
    anti join known_types as known on known.case_key = told.case_key
    group by case_key
),
no_barriers as (
    select case_key, min(barrier_code) as code from core.counted_case_barriers as told
    anti join known_barriers as known on known.case_key = told.case_key
    group by case_key
)
select source_id, period as quarter, 'age' as field, age_group_code as code, count(*) as n from cases group by source_id, period, age_group_code
union all select source_id, period, 'gender', gender_code, count(*) from cases group by source_id, period, gender_code
union all select source_id, period, 'nationality', nationality_class_code, count(*) from cases group by source_id, period, nationality_class_code
union all select source_id, period, 'client_role', client_role_code, count(*) from cases group by source_id, period, client_role_code
union all select source_id, period, 'residence_area', residence_area_code, count(*) from cases group by source_id, period, residence_area_code
union all select source_id, period, 'outcome', outcome_code, count(*) from cases group by source_id, period, outcome_code
union all select source_id, period, 'adviser_level', adviser_level_code, count(*) from cases group by source_id, period, adviser_level_code
union all select source_id, period, 'service_depth', service_depth_code, count(*) from cases group by source_id, period, service_depth_code
union all select source_id, period, 'referral', referral_code, count(*) from cases group by source_id, period, referral_code
union all select source_id, period, 'advice_type', coalesce(no_types.code, 'known'), count(*)
from cases left join no_types on no_types.case_key = cases.case_key group by source_id, period, no_types.code
union all select source_id, period, 'barrier', coalesce(no_barriers.code, 'known'), count(*)
from cases left join no_barriers on no_barriers.case_key = cases.case_key group by source_id, period, no_barriers.code
union all select source_id, period, 'second_nationality', 'known', count(*) from cases where is_dual_national group by source_id, period
