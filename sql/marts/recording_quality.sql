-- One row per source, quarter and field: of how many cases that count the field says something, and what is missing how.
-- A case with several advice types or barriers says something when one of them is known. n_could_show counts, for
-- nationality alone, the known ones that could have shown a second nationality: of sources that recorded one in this quarter
-- or before. Internal: it never goes to a brief.
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
),
said as (
    select source_id, period, 'age' as field, age_group_code as code, count(*) as n from cases group by source_id, period, age_group_code
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
),
first_duals as (select source_id, min(period) as first_quarter from cases where is_dual_national group by source_id)
select
    said.source_id,
    said.period as quarter,
    said.field,
    'cases' as unit,
    cast(sum(said.n) as bigint) as n,
    cast(sum(case when said.code is null or said.code in (select code from missing) then 0 else said.n end) as bigint) as n_known,
    cast(sum(case said.code when 'refused' then said.n else 0 end) as bigint) as n_refused,
    cast(sum(case said.code when 'not_asked' then said.n else 0 end) as bigint) as n_not_asked,
    cast(sum(case when coalesce(said.code, 'not_recorded') = 'not_recorded' then said.n else 0 end) as bigint) as n_not_recorded,
    cast(sum(case said.code when 'not_collected' then said.n else 0 end) as bigint) as n_not_collected,
    cast(sum(case said.code when 'not_recognised' then said.n else 0 end) as bigint) as n_not_recognised,
    cast(sum(case when said.code is null or said.code in (select code from missing) then 0
        when said.field = 'nationality' and said.period >= first_duals.first_quarter then said.n else 0 end) as bigint)
        as n_could_show
from said
left join first_duals on first_duals.source_id = said.source_id
group by said.source_id, said.period, said.field
order by source_id, quarter, field
