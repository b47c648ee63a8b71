-- One row per publication period, kind of client and family of advice types; counts clients.
-- A client stands in each of their families, in "_U" where no advice type is known, and once in "_T".
select clients.period, clients.kind_id, families.family_code as advice_family_code, count(*) as n
from core.clients as clients
join core.client_families as families on families.period = clients.period and families.client_key = clients.client_key
group by clients.period, clients.kind_id, families.family_code
union all
select period, kind_id, '_T', count(*)
from core.clients
group by period, kind_id
