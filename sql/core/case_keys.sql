-- One row per accepted record of a case: the pseudonyms of the case and its client. Enquiries are no cases.
-- Keys were made with the network's secret key when the file was read, so that nobody without it can trace or match them.
-- A client whom the source does not tell apart counts as one client for each case.
select
    records.record_id,
    records.case_key,
    coalesce(records.client_key, records.case_key) as client_key
from raw.records as records
join core.record_states as states on states.record_id = records.record_id
anti join staging.record_enquiries as enquiries on enquiries.record_id = records.record_id
where states.state = 'accepted'
