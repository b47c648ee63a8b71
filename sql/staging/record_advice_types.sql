-- One row per record and advice type; a missing one is one row with its kind of missing.
select
    records.record_id,
    meanings.code as advice_type_code
from raw.records as records
left join reference.corrected_records as corrected on corrected.record_id = records.record_id
join reference.meanings as meanings on meanings.field = 'advice_type'
    and meanings.source_id = records.source_id and meanings.value = coalesce(corrected.advice_type, records.advice_type, '')
