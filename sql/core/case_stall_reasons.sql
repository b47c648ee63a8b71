-- One row per case and reason why it was still open, whether it is open or not; a missing one is one row with its kind of missing.
select
    keys.case_key,
    reasons.stall_reason_code
from core.case_keys as keys
join staging.record_stall_reasons as reasons on reasons.record_id = keys.record_id
