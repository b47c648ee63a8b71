-- One row per case that counts in released tables and barrier.
-- Of a published quarter as it was published, of any other as it is known.
select
    told.case_key,
    told.barrier_code
from raw.published_case_barriers as told
join core.counted_cases as cases on cases.case_key = told.case_key
join core.standing_quarters as standing on standing.quarter = cases.period
union all
select
    told.case_key,
    told.barrier_code
from core.case_barriers as told
join core.counted_cases as cases on cases.case_key = told.case_key
anti join core.standing_quarters as standing on standing.quarter = cases.period
