-- One row per record of a source whose rows are enquiries: how the enquiry was answered.
-- A word without meaning leaves an empty code, a reason in staging.record_problems. Every version of an enquiry is here.
select
    records.record_id,
    response.code as enquiry_response_code
from raw.records as records
join reference.sources as sources on sources.source_id = records.source_id and sources.holds_enquiries
left join reference.corrected_records as corrected on corrected.record_id = records.record_id
left join reference.meanings as response on response.field = 'enquiry_response' and response.position = 1
    and response.source_id = records.source_id
    and response.value = coalesce(corrected.enquiry_response, records.enquiry_response, '')
