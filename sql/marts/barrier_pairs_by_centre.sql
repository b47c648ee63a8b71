-- One row per publication period, centre and pair of barriers that one client has, with a total row per centre; counts clients.
-- Pairs are those of reference.barrier_pairs. A client with three barriers stands in several rows. Internal.
-- Only for the periods of reference.detailed_periods.
with
barriers as (select * from core.client_barriers),
counted as (
    select clients.period, clients.centre_id, pairs.barrier_pair_code, count(*) as n
    from reference.barrier_pairs as pairs
    join barriers as one on one.barrier_code = pairs.barrier_code
    join barriers as other
        on other.period = one.period
        and other.client_key = one.client_key
        and other.barrier_code = pairs.second_barrier_code
    join core.clients as clients on clients.period = one.period and clients.client_key = one.client_key
    group by clients.period, clients.centre_id, pairs.barrier_pair_code
)
select period, centre_id, barrier_pair_code, 'clients' as unit, n from counted
union all
select period, centre_id, barrier_code, unit, n from marts.barriers_by_centre where barrier_code = '_T'
order by period, centre_id, barrier_pair_code
