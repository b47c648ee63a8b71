-- One row per client with cases at several law centres.
select client_key
from core.cases
group by client_key
having count(distinct centre_id) > 1
