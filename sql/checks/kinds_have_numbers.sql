-- One row per number that several kinds of person share, or none. A code list is longer than the numbers allow, or a code stands in none.
select kind_id, count(*) as n
from core.client_kinds
group by kind_id
having count(*) > 1 or kind_id is null
