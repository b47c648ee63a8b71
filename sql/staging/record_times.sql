-- One row per record read: when the case was opened and closed, its quarter, and the client's age when it was opened.
-- The quarter comes from the opening date where there is one, otherwise from the quarter the source names.
-- Caution: age_high is empty for an open age such as "65 and over"; both ages are empty when age is missing.
with
meanings as (select * from reference.meanings where position = 1),
dated as (
    select
        records.record_id,
        records.source_id,
        coalesce(corrected.age, records.age, '') as age_word,
        opened.day as opened_on,
        closed.day as closed_on,
        opened.value is not null as is_opened_read,
        closed.value is not null as is_closed_read,
        period.value is not null as is_period_read,
        case
            when opened.day is null then period.code
            else cast(extract(year from opened.day) as varchar) || '-Q' || cast(extract(quarter from opened.day) as varchar)
        end as quarter,
        coalesce(opened.day, period.day) as counted_on
    from raw.records as records
    left join reference.corrected_records as corrected on corrected.record_id = records.record_id
    left join meanings as opened on opened.field = 'opened'
        and opened.source_id = records.source_id and opened.value = coalesce(corrected.opened, records.opened, '')
    left join meanings as closed on closed.field = 'closed'
        and closed.source_id = records.source_id and closed.value = coalesce(corrected.closed, records.closed, '')
    left join meanings as period on period.field = 'period'
        and period.source_id = records.source_id and period.value = coalesce(corrected.period, records.period, '')
)
select
    dated.record_id, dated.opened_on, dated.closed_on, dated.quarter,
    dated.is_opened_read, dated.is_closed_read, dated.is_period_read,
    age.code as age_missing_code,
    age.low as age_low,
    age.high as age_high,
    age.value is not null as is_age_read
from dated
left join meanings as age on age.field = 'age' and age.source_id = dated.source_id and age.value = dated.age_word
    and (age.valid_from is null or dated.counted_on >= age.valid_from)
    and (age.valid_to is null or dated.counted_on <= age.valid_to)
