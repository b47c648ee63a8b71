-- One row per publication period and project, with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total.
with
clients as (select * from core.clients)
select
    period,
    coalesce(project_id, '_T') as project_id,
    'clients' as unit,
    count(*) as n
from clients
group by grouping sets ((period, project_id), (period))
order by period, project_id
