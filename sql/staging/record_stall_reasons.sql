-- One row per record and reason why its case was still open; a missing one is one row with its kind of missing.
select
    records.record_id,
    meanings.code as stall_reason_code
from raw.records as records
left join reference.corrected_records as corrected on corrected.record_id = records.record_id
join reference.meanings as meanings on meanings.field = 'stall_reason'
    and meanings.source_id = records.source_id and meanings.value = coalesce(corrected.stall_reason, records.stall_reason, '')
