-- One row per case that counts in released tables and reason why it was still open.
-- A reason tells how a case stood when its quarter was published. What a later file says is about a later day, so a reason
-- that was published stays, in a quarter that is being revised as well; a case whose source did not record
-- any then takes what is known now.
with
kept as (
    select told.case_key, told.stall_reason_code
    from raw.published_case_stall_reasons as told
    join core.counted_cases as cases on cases.case_key = told.case_key
    left join core.standing_quarters as standing on standing.quarter = cases.period
    where standing.quarter is not null or told.stall_reason_code <> 'not_collected'
)
select case_key, stall_reason_code from kept
union all
select
    told.case_key,
    told.stall_reason_code
from core.case_stall_reasons as told
join core.counted_cases as cases on cases.case_key = told.case_key
anti join core.standing_quarters as standing on standing.quarter = cases.period
anti join kept on kept.case_key = told.case_key
