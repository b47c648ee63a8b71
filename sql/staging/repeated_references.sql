-- One row per record whose case reference stands in several rows of its file that differ.
-- Which of them is the case is not guessed; equal rows are not meant here, they are duplicates.
with
repeated as (
    select file_id, case_ref
    from raw.records
    where coalesce(trim(case_ref), '') <> ''
    group by file_id, case_ref
    having count(distinct content_digest) > 1
)
select records.record_id
from raw.records as records
join repeated on repeated.file_id = records.file_id and repeated.case_ref = records.case_ref
