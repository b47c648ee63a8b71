-- One row per record whose case reference stands in several rows of its file that differ.
-- Which of them is the case is not guessed; equal rows are not meant here, they are duplicates. A row that a correction
-- declares to be no case is not one of them.
with
repeated as (
    select file_id, case_key
    from raw.records as records
    anti join reference.excluded_records as excluded on excluded.record_id = records.record_id
    where case_key is not null
    group by file_id, case_key
    having count(distinct content_digest) > 1
)
select records.record_id
from raw.records as records
join repeated on repeated.file_id = records.file_id and repeated.case_key = records.case_key
