-- One row per published case of which other advice types are known now than were published.
select earlier.case_key
from raw.published_case_advice_types as earlier
anti join core.case_advice_types as later
    on later.case_key = earlier.case_key and later.advice_type_code = earlier.advice_type_code
union
select later.case_key
from core.case_advice_types as later
join raw.published_cases as published on published.case_key = later.case_key
anti join raw.published_case_advice_types as earlier
    on earlier.case_key = later.case_key and earlier.advice_type_code = later.advice_type_code
