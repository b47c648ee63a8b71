-- One row per file that a later one stands for: its rows count no longer, whichever of them comes again.
-- "replaces_its_name": the same name came again with other content; "replaces_all": any later file of the source.
select distinct earlier.file_id
from raw.files as earlier
join reference.sources as sources on sources.source_id = earlier.source_id
join raw.files as later on later.source_id = earlier.source_id and later.file_id > earlier.file_id
where sources.each_file = 'replaces_all'
    or (sources.each_file = 'replaces_its_name' and later.file_name = earlier.file_name)
