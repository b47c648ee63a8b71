-- One row per publication period and pair of barriers that one client has, with a total row of all clients; counts clients.
-- Pairs overlap, and clients with none of these pairs stand in the total alone. A period has rows when of somebody barriers
-- are recorded. Only for the periods of reference.detailed_periods.
select
    period,
    barrier_pair_code,
    unit,
    cast(sum(n) as bigint) as n
from marts.barrier_pairs_by_centre
group by period, barrier_pair_code, unit
order by period, barrier_pair_code
