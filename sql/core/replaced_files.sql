-- One row per file that came again, under the same name, with other content.
-- Rows that cannot be matched to their later version one by one are superseded with their file.
select distinct earlier.file_id
from raw.files as earlier
join raw.files as later
    on later.source_id = earlier.source_id and later.file_name = earlier.file_name and later.file_id > earlier.file_id
