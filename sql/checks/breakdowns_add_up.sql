-- One row per breakdown and publication period whose rows do not add up to its total, or whose total differs from the others.
-- It is not about overlapping rows: advice types are checked in issues, groups of interest within each group.
with
cells as (
    select 'by_source' as table_id, period, source_id as code, unit, n from marts.by_source
    union all select 'by_centre', period, centre_id, unit, n from marts.by_centre
    union all select 'by_project', period, project_id, unit, n from marts.by_project
    union all select 'by_nationality', period, nationality_code, unit, n from marts.by_nationality
    union all select 'by_nationality_class', period, nationality_class_code, unit, n from marts.by_nationality_class
    union all select 'by_gender', period, gender_code, unit, n from marts.by_gender
    union all select 'by_age_group', period, age_group_code, unit, n from marts.by_age_group
    union all select 'by_advice_type', period, advice_type_code, unit, n from marts.by_advice_type where unit = 'issues'
    union all select 'by_group_of_interest ' || group_code, period, membership_code, unit, n
        from marts.by_group_of_interest
    union all select 'by_period', period, quarter, unit, n from marts.by_period
),
sums as (
    select
        table_id,
        period,
        unit,
        sum(case when code = '_T' then n else 0 end) as total,
        sum(case when code = '_T' then 0 else n end) as added
    from cells
    group by table_id, period, unit
),
clients as (select period, count(*) as n from core.clients group by period)
select sums.table_id, sums.period
from sums
left join clients on clients.period = sums.period
where sums.total <> sums.added or (sums.unit = 'clients' and sums.total <> coalesce(clients.n, 0))
