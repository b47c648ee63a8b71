-- One row per source with a case that counts twice in released tables. What is published and what came since overlap.
select source_id, count(*) as n
from (select source_id, case_key from core.counted_cases group by source_id, case_key having count(*) > 1) as repeated
group by source_id
