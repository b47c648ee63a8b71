-- One row per publication period, centre and barrier, with a total row per centre; counts clients.
-- A client with several barriers stands in each of their rows, any other client in one; all stand once in the total. A
-- period has rows when of somebody barriers are recorded. Internal.
-- Only for the periods of reference.detailed_periods.
with
barriers as (select * from core.client_barriers),
clients as (select * from core.clients),
collected as (select distinct period from barriers where barrier_code <> '_U'),
counted as (
    select barriers.period, clients.centre_id, barriers.barrier_code, count(*) as n
    from barriers
    join collected on collected.period = barriers.period
    join clients on clients.period = barriers.period and clients.client_key = barriers.client_key
    group by barriers.period, clients.centre_id, barriers.barrier_code
),
totals as (
    select clients.period, clients.centre_id, '_T' as barrier_code, count(*) as n
    from clients
    join collected on collected.period = clients.period
    group by clients.period, clients.centre_id
)
select period, centre_id, barrier_code, 'clients' as unit, n from counted
union all
select period, centre_id, barrier_code, 'clients', n from totals
order by period, centre_id, barrier_code
