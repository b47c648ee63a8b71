-- One row per case: how long it took from opening to closing, and the code of that as released tables count it.
-- The code follows a case to the last day of the quarter in which it was opened and no further, so that it stays when a
-- case goes on. Days waited follow it to the last date in the newest file that tells of it, for what stays inside.
-- "Still open" is as of that last day of the quarter as well.
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
dates as (
    select told.file_id, cases.opened_on as day from cases join told on told.case_key = cases.case_key
    union all
    select told.file_id, cases.closed_on from cases join told on told.case_key = cases.case_key
),
reaches as (select file_id, max(day) as last_on from dates group by file_id),
followed as (
    select
        cases.case_key,
        told.has_field,
        cases.opened_on,
        cases.closed_on,
        last_day(make_date(extract(year from cases.opened_on), 3 * extract(quarter from cases.opened_on), 1)) as quarter_end,
        reaches.last_on,
        coalesce(
            told.has_field and cases.opened_on is not null and (
                cases.closed_on >= cases.opened_on
                or (cases.closed_on is null and cases.outcome_code in (select code from unsettled))
            ),
            false
        ) as is_known
    from cases
    join told on told.case_key = cases.case_key
    join reaches on reaches.file_id = told.file_id
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
    case
        when not counted.has_field then 'not_collected'
        when not counted.is_known then 'not_recorded'
        else coalesce(bands.time_to_outcome_code, 'not_recorded')
    end as time_to_outcome_code,
    case when counted.is_known then cast(date_diff('day', opened_on, coalesce(closed_on, last_on)) as bigint) end as days_waited,
    case when counted.is_known then counted.closed_on is not null end as has_outcome,
    case when counted.is_known then not counted.has_outcome_then end as is_still_open
from counted
left join bands
    on counted.days_then >= bands.day_low
    and (bands.day_high is null or counted.days_then <= bands.day_high)
    and (bands.has_outcome is null or bands.has_outcome = counted.has_outcome_then)
