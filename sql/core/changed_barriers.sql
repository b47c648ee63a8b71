-- One row per published case of which other barriers are known now than were published.
select earlier.case_key
from raw.published_case_barriers as earlier
anti join core.case_barriers as later
    on later.case_key = earlier.case_key and later.barrier_code = earlier.barrier_code
union
select later.case_key
from core.case_barriers as later
join raw.published_cases as published on published.case_key = later.case_key
anti join raw.published_case_barriers as earlier
    on earlier.case_key = later.case_key and earlier.barrier_code = later.barrier_code
