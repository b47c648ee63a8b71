-- One row per record and barrier; a missing one is one row with its kind of missing.
select
    records.record_id,
    meanings.code as barrier_code
from raw.records as records
left join reference.corrected_records as corrected on corrected.record_id = records.record_id
join reference.meanings as meanings on meanings.field = 'barrier'
    and meanings.source_id = records.source_id and meanings.value = coalesce(corrected.barrier, records.barrier, '')
