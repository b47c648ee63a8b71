-- One row per record and nationality code; a missing nationality is one row with its kind of missing.
-- The codes of one record are a set: their order says nothing.
select
    records.record_id,
    meanings.code as nationality_code,
    meanings.position,
    meanings.class_code as nationality_class_code,
    meanings.dual_class_code,
    meanings.role_code
from raw.records as records
left join reference.corrected_records as corrected on corrected.record_id = records.record_id
join reference.meanings as meanings on meanings.field = 'nationality'
    and meanings.source_id = records.source_id and meanings.value = coalesce(corrected.nationality, records.nationality, '')
