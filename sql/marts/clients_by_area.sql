-- One row per publication period and area; counts clients by the area on their latest case in the period, "_U" for none.
-- Internal: areas are small.
select
    period,
    residence_area_code,
    'clients' as unit,
    count(*) as n
from core.clients
group by period, residence_area_code
order by period, residence_area_code
