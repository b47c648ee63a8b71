-- One row per published case of which other nationalities are known now than were published.
select earlier.case_key
from raw.published_case_nationalities as earlier
anti join core.case_nationalities as later
    on later.case_key = earlier.case_key and later.nationality_code = earlier.nationality_code
union
select later.case_key
from core.case_nationalities as later
join raw.published_cases as published on published.case_key = later.case_key
anti join raw.published_case_nationalities as earlier
    on earlier.case_key = later.case_key and earlier.nationality_code = later.nationality_code
