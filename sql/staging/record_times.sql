-- One row per record read: when the case was opened and closed, its quarter, and the client's age when it was opened.
-- The quarter comes from the opening date where there is one, otherwise from the quarter the source names.
-- Caution: age_high is empty for an open age such as "65 and over"; both ages are empty when age is missing.
with
records as (select * from raw.records),
meanings as (select * from reference.meanings where position = 1),
dated as (
    select
        records.record_id,
        opened.day as opened_on,
        closed.day as closed_on,
        period.code as named_quarter,
        age.code as age_missing_code,
        age.low as age_low,
        age.high as age_high,
        age.value is not null as is_age_read,
        opened.value is not null as is_opened_read,
        closed.value is not null as is_closed_read,
        period.value is not null as is_period_read
    from records
    left join meanings as opened on opened.field = 'opened'
        and opened.source_id = records.source_id and opened.value = coalesce(records.opened, '')
    left join meanings as closed on closed.field = 'closed'
        and closed.source_id = records.source_id and closed.value = coalesce(records.closed, '')
    left join meanings as period on period.field = 'period'
        and period.source_id = records.source_id and period.value = coalesce(records.period, '')
    left join meanings as age on age.field = 'age'
        and age.source_id = records.source_id and age.value = coalesce(records.age, '')
)
select
    dated.*,
    case
        when opened_on is null then named_quarter
        else cast(extract(year from opened_on) as varchar) || '-Q' || cast(extract(quarter from opened_on) as varchar)
    end as quarter
from dated
