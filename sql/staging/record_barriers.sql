-- One row per record and barrier; a missing one is one row with its kind of missing.
select
    records.record_id,
    meanings.code as barrier_code
from raw.records as records
join reference.meanings as meanings on meanings.field = 'barrier'
    and meanings.source_id = records.source_id and meanings.value = coalesce(records.barrier, '')
