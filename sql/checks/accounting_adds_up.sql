-- One row per file whose row states do not add up to the rows read. A row was lost or counted twice.
with
counted as (select file_id, count(*) as n from core.row_states group by file_id)
select files.source_id, files.file_id
from raw.files as files
left join counted on counted.file_id = files.file_id
where coalesce(counted.n, 0) <> files.rows_read
