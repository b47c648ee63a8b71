-- One row per publication period, client and family of advice types; "_U" where no advice type of the client is known.
with
known as materialized (
    select distinct issues.period, issues.client_key, families.family_code
    from core.client_issues as issues
    join core.advice_families as families on families.advice_type_code = issues.advice_type_code
)
select period, client_key, family_code from known
union all
select clients.period, clients.client_key, '_U'
from core.clients as clients
anti join known on known.period = clients.period and known.client_key = clients.client_key
