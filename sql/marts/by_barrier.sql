-- One row per publication period and barrier, with a total row; counts clients.
-- Clients do not add up: one with several barriers stands in each of their rows and once in the total.
-- A period has rows when of somebody barriers are recorded. Only for the periods of reference.detailed_periods.
select
    period,
    barrier_code,
    unit,
    cast(sum(n) as bigint) as n
from marts.barriers_by_centre
group by period, barrier_code, unit
order by period, barrier_code
