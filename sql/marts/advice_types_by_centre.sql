-- One row per publication period, centre, advice type and counting unit, with a total row per centre.
-- A client belongs to the centre of the latest case in the period, and so do all issues of the client. Issues add up to
-- their total; clients do not, for a client with two types of advice stands in both rows. Internal.
with
told as (
    select period, client_key, advice_type_code, count(*) as n
    from core.client_issues
    group by period, client_key, advice_type_code
),
counted as materialized (
    select clients.period, clients.centre_id, told.advice_type_code, count(*) as n_clients, sum(told.n) as n_issues
    from told
    join core.clients as clients on clients.period = told.period and clients.client_key = told.client_key
    group by clients.period, clients.centre_id, told.advice_type_code
)
select period, centre_id, advice_type_code, 'clients' as unit, n_clients as n from counted
union all
select period, centre_id, '_T', 'clients', count(*) from core.clients group by period, centre_id
union all
select period, centre_id, coalesce(advice_type_code, '_T'), 'issues', cast(sum(n_issues) as bigint)
from counted
group by grouping sets ((period, centre_id, advice_type_code), (period, centre_id))
order by period, centre_id, unit, advice_type_code
