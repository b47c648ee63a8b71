-- One row per case and barrier; a missing one is one row with its kind of missing.
select
    keys.case_key,
    barriers.barrier_code
from core.case_keys as keys
join staging.record_barriers as barriers on barriers.record_id = keys.record_id
