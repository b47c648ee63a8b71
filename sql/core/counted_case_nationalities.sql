-- One row per case that counts in released tables and nationality; ISO 3166-1 alpha-2 codes.
-- Of a published quarter as it was published, of any other as it is known.
select
    told.case_key,
    told.nationality_code,
    told.position
from raw.published_case_nationalities as told
join core.counted_cases as cases on cases.case_key = told.case_key
join core.standing_quarters as standing on standing.quarter = cases.period
union all
select
    told.case_key,
    told.nationality_code,
    told.position
from core.case_nationalities as told
join core.counted_cases as cases on cases.case_key = told.case_key
anti join core.standing_quarters as standing on standing.quarter = cases.period
