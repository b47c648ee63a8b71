-- One row per case and advice type; a missing one is one row with its kind of missing.
select
    keys.case_key,
    advice_types.advice_type_code
from core.case_keys as keys
join staging.record_advice_types as advice_types on advice_types.record_id = keys.record_id
