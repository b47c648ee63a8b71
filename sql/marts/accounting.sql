-- One row per file, state and reason; counts rows. Internal: it goes to the accounting of a run, never to a brief.
with
states as (
    select file_id, state, coalesce(reason, 'none') as reason, count(*) as n
    from core.row_states
    group by file_id, state, coalesce(reason, 'none')
)
select
    files.source_id,
    files.file_id,
    files.file_name,
    files.sha256,
    files.rows_read,
    states.state,
    states.reason,
    'rows' as unit,
    states.n
from raw.files as files
join states on states.file_id = files.file_id
order by files.file_id, states.state, states.reason
