-- One row per case: from when to when it was waited for, and the code of that time as released tables count it.
-- The code follows a case to the last day of the quarter in which it was opened and no further, so that it stays when a
-- case goes on. "Still open" is as of that day as well. While a case is open nobody has waited to the end: how far it was
-- followed is told by its file (core.file_reaches), for what stays inside.
-- Not known: no opening date, dates that contradict each other, or an outcome without the day it came.
with
cases as (select * from core.cases),
bands as (select * from reference.times_to_outcome),
unsettled as (
    select outcome_code as code from reference.open_outcomes
    union all
    select code from reference.codes where code_list = 'missing'
),
told as (
    select keys.case_key, records.file_id, coalesce(corrected.closed, records.closed) is not null as has_field
    from core.case_keys as keys
    join raw.records as records on records.record_id = keys.record_id
    left join reference.corrected_records as corrected on corrected.record_id = records.record_id
),
followed as (
    select
        cases.case_key,
        told.file_id,
        told.has_field,
        cases.opened_on,
        cases.closed_on,
        last_day(make_date(extract(year from cases.opened_on), 3 * extract(quarter from cases.opened_on), 1)) as quarter_end,
        coalesce(
            told.has_field and cases.opened_on is not null and (
                cases.closed_on >= cases.opened_on
                or (cases.closed_on is null and cases.outcome_code in (select code from unsettled))
            ),
            false
        ) as is_known
    from cases
    join told on told.case_key = cases.case_key
),
counted as (
    select
        followed.*,
        coalesce(closed_on <= quarter_end, false) as has_outcome_then,
        date_diff('day', opened_on, case when closed_on <= quarter_end then closed_on else quarter_end end) as days_then
    from followed
)
select
    counted.case_key,
    counted.file_id,
    case
        when not counted.has_field then 'not_collected'
        when not counted.is_known then 'not_recorded'
        else coalesce(bands.time_to_outcome_code, 'not_recorded')
    end as time_to_outcome_code,
    case when counted.is_known then counted.opened_on end as waited_from,
    case when counted.is_known then counted.closed_on end as waited_until,
    case when counted.is_known then not counted.has_outcome_then end as is_still_open
from counted
left join bands
    on counted.days_then >= bands.day_low
    and (bands.day_high is null or counted.days_then <= bands.day_high)
    and (bands.has_outcome is null or bands.has_outcome = counted.has_outcome_then)
