-- One row per publication period and reason why a case was still open, with a total row; counts clients.
-- Rows do not add up: a client with two reasons stands in both and once in the total, which is everybody whose latest case
-- was still open. A client belongs to one centre in a period, so the rows of all centres together are those of the network.
select
    period,
    stall_reason_code,
    unit,
    cast(sum(n) as bigint) as n
from marts.stall_reasons_by_centre
group by period, stall_reason_code, unit
order by period, stall_reason_code
