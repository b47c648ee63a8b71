-- One row per publication period, centre and reason why a case was still open, with total rows; counts clients. Internal.
-- The total is everybody whose latest case was still open at the end of its quarter. A client with two reasons stands in
-- both rows and once in the total. A period has rows when of somebody a reason is known.
-- Only for the periods of reference.detailed_periods.
with
told as (select * from core.client_stalls),
collected as (select distinct period from told where stall_reason_code <> '_U')
select
    told.period,
    told.centre_id,
    told.stall_reason_code,
    'clients' as unit,
    count(*) as n
from told
join collected on collected.period = told.period
group by told.period, told.centre_id, told.stall_reason_code
union all
select
    told.period,
    told.centre_id,
    '_T',
    'clients',
    count(distinct told.client_key)
from told
join collected on collected.period = told.period
group by told.period, told.centre_id
order by period, centre_id, stall_reason_code
