-- One row per client and publication period, as recorded on the client's latest case in the period, without the number of its kind.
-- "Latest" goes by quarter, then opening date, then arrival; a case without a date stands after the dated ones of its quarter.
-- Missing values become "_U" here and only here: core.cases and core.counted_cases keep the four kinds apart.
with
cases as (select * from core.counted_cases),
quarters as (select * from reference.publication_quarters where is_within),
several as (select * from core.repeat_clients),
missing as (select code from reference.codes where code_list = 'missing'),
single_nationalities as (
    select case_key, min(nationality_code) as nationality_code
    from core.counted_case_nationalities
    group by case_key
    having count(*) = 1
),
counted as (
    select quarters.publication_period, cases.*
    from cases
    join quarters on quarters.quarter = cases.period
),
compared as (
    select
        counted.*,
        row_number() over (
            partition by counted.publication_period, counted.client_key
            order by counted.period desc, counted.opened_on desc nulls last, counted.record_id desc
        ) as recency
    from counted
    join several on several.period = counted.publication_period and several.client_key = counted.client_key
),
ranked as (
    select counted.*
    from counted
    anti join several on several.period = counted.publication_period and several.client_key = counted.client_key
    union all
    select compared.* exclude (recency) from compared where recency = 1
)
select
    ranked.publication_period as period,
    ranked.client_key,
    ranked.case_key,
    ranked.period as quarter,
    ranked.source_id,
    case when ranked.centre_id in (select code from missing) then '_U' else ranked.centre_id end as centre_id,
    case when ranked.project_id in (select code from missing) then '_U' else ranked.project_id end as project_id,
    case when ranked.funder_id in (select code from missing) then '_U' else ranked.funder_id end as funder_id,
    case
        when ranked.is_dual_national then 'DUAL'
        else coalesce(single_nationalities.nationality_code, '_U')
    end as nationality_code,
    case
        when ranked.nationality_class_code in (select code from missing) then '_U'
        else ranked.nationality_class_code
    end as nationality_class_code,
    case when ranked.gender_code in (select code from missing) then '_U' else ranked.gender_code end as gender_code,
    case when ranked.age_group_code in (select code from missing) then '_U' else ranked.age_group_code end
        as age_group_code,
    case when ranked.age_low >= 55 then 'Y' when ranked.age_high < 55 then 'N' else '_U' end as is_aged_55_plus_code,
    case when ranked.is_dual_national then 'Y' when not ranked.is_dual_national then 'N' else '_U' end
        as is_dual_national_code,
    case
        when ranked.family_evidence_code in ('RELATIONSHIP', 'LINKED_CASE', 'ADVICE_TYPE') then 'Y'
        when ranked.client_role_code = 'MAIN' then 'N'
        else '_U'
    end as is_family_member_code,
    case
        when ranked.is_dual_national then ranked.dual_class_code
        when not ranked.is_dual_national then 'SINGLE'
        else '_U'
    end as dual_class_code,
    case
        when ranked.family_evidence_code = 'NONE' and ranked.client_role_code <> 'MAIN' then '_U'
        else ranked.family_evidence_code
    end as family_evidence_code,
    case when coalesce(ranked.residence_area_code, 'not_recorded') in (select code from missing) then '_U'
        else ranked.residence_area_code end as residence_area_code,
    case when coalesce(ranked.time_to_outcome_code, 'not_recorded') in (select code from missing) then '_U'
        else ranked.time_to_outcome_code end as time_to_outcome_code
from ranked
left join single_nationalities on single_nationalities.case_key = ranked.case_key
