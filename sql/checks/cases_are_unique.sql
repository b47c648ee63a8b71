-- One row per source with a case that stands twice in core.cases. The version rules let two versions through.
select source_id, count(*) as n
from (select source_id, case_key from core.cases group by source_id, case_key having count(*) > 1) as repeated
group by source_id
