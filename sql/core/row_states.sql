-- One row per row of a file, headings left out: its state and why. This is the accounting of the contract.
-- A row that waits because of its number of cells waits no longer once its whole file was replaced.
with
replaced as (select * from core.replaced_files)
select
    records.file_id,
    records.row_number,
    states.state,
    states.reason
from core.record_states as states
join raw.records as records on records.record_id = states.record_id
union all
select
    joined.file_id,
    joined.row_number,
    states.state,
    states.reason
from raw.joined_rows as joined
join core.record_states as states on states.record_id = joined.record_id
union all
select
    rows.file_id,
    rows.row_number,
    case when replaced.file_id is not null and rows.state = 'quarantined' then 'superseded' else rows.state end as state,
    case when replaced.file_id is not null and rows.state = 'quarantined' then 'file_replaced' else rows.reason end as reason
from raw.set_aside as rows
left join replaced on replaced.file_id = rows.file_id
