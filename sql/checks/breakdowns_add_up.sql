-- One row per breakdown and publication period whose rows do not add up to its total, or whose total differs from the others.
-- It is not about overlapping rows: advice types are checked in issues, families of advice and groups of interest one by one.
with
cells as (
    select 'by_source' as table_id, '_T' as part, period, source_id as code, unit, n from marts.by_source
    union all select 'by_centre', '_T', period, centre_id, unit, n from marts.by_centre
    union all select 'by_project', '_T', period, project_id, unit, n from marts.by_project
    union all select 'by_nationality', '_T', period, nationality_code, unit, n from marts.by_nationality
    union all select 'by_nationality_class', '_T', period, nationality_class_code, unit, n from marts.by_nationality_class
    union all select 'by_gender', '_T', period, gender_code, unit, n from marts.by_gender
    union all select 'by_age_group', '_T', period, age_group_code, unit, n from marts.by_age_group
    union all select 'by_advice_type', '_T', period, advice_type_code, unit, n from marts.by_advice_type
        where unit = 'issues'
    union all select 'by_group_of_interest ' || group_code, '_T', period, membership_code, unit, n
        from marts.by_group_of_interest
    union all select 'by_gender_age_group', age_group_code, period, gender_code, unit, n from marts.by_gender_age_group
    union all select 'by_gender_age_group of a gender', gender_code, period, age_group_code, unit, n
        from marts.by_gender_age_group
    union all select 'by_gender_advice', advice_family_code, period, gender_code, unit, n from marts.by_gender_advice
    union all select 'by_age_group_advice', advice_family_code, period, age_group_code, unit, n
        from marts.by_age_group_advice
    union all select 'by_nationality_class_advice', advice_family_code, period, nationality_class_code, unit, n
        from marts.by_nationality_class_advice
    union all select 'by_group_of_interest_advice ' || group_code, advice_family_code, period, membership_code, unit, n
        from marts.by_group_of_interest_advice
    union all select 'by_residence_area', '_T', period, residence_area_code, unit, n from marts.by_residence_area
    union all select 'by_source_recorded', field_code || ' ' || recorded_code, period, source_id, unit, n
        from marts.by_source_recorded
    union all select 'by_source_recorded of a source', field_code || ' ' || source_id, period, recorded_code, unit, n
        from marts.by_source_recorded
    union all select 'by_time_to_outcome', '_T', period, time_to_outcome_code, unit, n from marts.by_time_to_outcome
    union all select 'by_group_of_interest_time ' || group_code, time_to_outcome_code, period, membership_code, unit, n
        from marts.by_group_of_interest_time
    union all select 'by_group_of_interest_time of a group ' || group_code, membership_code, period, time_to_outcome_code, unit, n
        from marts.by_group_of_interest_time
    union all select 'by_barrier_count', '_T', period, barrier_count_code, unit, n from marts.by_barrier_count
    union all select 'by_group_of_interest_barriers ' || group_code, barrier_count_code, period, membership_code, unit, n
        from marts.by_group_of_interest_barriers
    union all select 'by_group_of_interest_barriers of a group ' || group_code, membership_code, period, barrier_count_code, unit, n
        from marts.by_group_of_interest_barriers
    union all select 'by_time_to_opening', '_T', period, time_to_opening_code, unit, n from marts.by_time_to_opening
    union all select 'by_group_of_interest_opening ' || group_code, opened_in_time_code, period, membership_code, unit, n
        from marts.by_group_of_interest_opening
    union all select 'by_group_of_interest_opening of a group ' || group_code, membership_code, period, opened_in_time_code, unit, n
        from marts.by_group_of_interest_opening
    union all select 'by_channel', '_T', period, channel_code, unit, n from marts.by_channel
    union all select 'by_enquiry_response', '_T', period, enquiry_response_code, unit, n from marts.by_enquiry_response
    union all select 'by_group_of_interest_response ' || group_code, turned_away_code, period, membership_code, unit, n
        from marts.by_group_of_interest_response
    union all select 'by_group_of_interest_response of a group ' || group_code, membership_code, period, turned_away_code,
        unit, n from marts.by_group_of_interest_response
    union all select 'by_period', '_T', period, quarter, unit, n from marts.by_period
),
sums as (
    select
        table_id,
        part,
        period,
        unit,
        sum(case when code = '_T' then n else 0 end) as total,
        sum(case when code = '_T' then 0 else n end) as added
    from cells
    group by table_id, part, period, unit
),
clients as (
    select period, '_T' as part, count(*) as n from core.clients group by period
    union all
    select period, family_code, count(*) from core.client_families group by period, family_code
)
select distinct sums.table_id, sums.period
from sums
left join clients on clients.period = sums.period and clients.part = sums.part
where sums.total <> sums.added
    or (sums.unit = 'clients' and (sums.part = '_T' or sums.table_id like '%advice%') and sums.total <> coalesce(clients.n, 0))
