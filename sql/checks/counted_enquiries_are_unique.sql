-- One row per source with an enquiry that counts twice in released tables. What is published and what came since overlap.
select source_id, count(*) as n
from (select source_id, enquiry_key from core.counted_enquiries group by source_id, enquiry_key having count(*) > 1)
    as repeated
group by source_id
