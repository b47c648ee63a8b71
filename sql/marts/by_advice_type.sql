-- One row per publication period, advice type and counting unit, with total rows.
-- Issues add up to their total. Clients do not: a client with two types of advice stands in both rows and once in the total.
-- A client belongs to one centre in a period, so the rows of all centres together are those of the network.
select
    period,
    advice_type_code,
    unit,
    cast(sum(n) as bigint) as n
from marts.advice_types_by_centre
group by period, advice_type_code, unit
order by period, unit, advice_type_code
