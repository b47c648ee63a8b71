-- One row per publication period and area of residence, with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total. A period has rows when a source with cases in it has the field.
with
clients as (select * from core.clients),
collected as (
    select distinct quarters.publication_period as period
    from core.counted_cases as cases
    join reference.publication_quarters as quarters on quarters.quarter = cases.period and quarters.is_within
    where cases.residence_area_code <> 'not_collected'
)
select
    clients.period,
    coalesce(clients.residence_area_code, '_T') as residence_area_code,
    'clients' as unit,
    count(*) as n
from clients
join collected on collected.period = clients.period
group by grouping sets ((clients.period, clients.residence_area_code), (clients.period))
order by period, residence_area_code
