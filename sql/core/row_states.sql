-- One row per row of a file, headings left out: its state and why. This is the accounting of the contract.
select
    records.file_id,
    records.row_number,
    states.state,
    states.reason
from core.record_states as states
join raw.records as records on records.record_id = states.record_id
union all
select file_id, row_number, state, reason from raw.set_aside
