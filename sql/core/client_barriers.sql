-- One row per publication period, client and barrier, as recorded on the client's latest case in the period.
-- A client with several barriers has a row for each. Any other client has one row: "NONE" where it is recorded that there
-- is none, "_U" where nothing is recorded or the source has no such field. What is missing beside a barrier, and "NONE"
-- beside one, says nothing more.
-- Only for the periods of reference.detailed_periods.
with
clients as (
    select period, client_key, case_key
    from core.clients
    where period in (select publication_period from reference.detailed_periods)
),
missing as (select code from reference.codes where code_list = 'missing'),
coded as (
    select distinct
        case_key,
        case when barrier_code in (select code from missing) then '_U' else barrier_code end as barrier_code
    from core.counted_case_barriers
),
weighed as (
    select case_key, barrier_code, case barrier_code when '_U' then 1 when 'NONE' then 2 else 3 end as weight
    from coded
),
heaviest as (select case_key, max(weight) as weight from weighed group by case_key),
told as (
    select weighed.case_key, weighed.barrier_code
    from weighed
    join heaviest on heaviest.case_key = weighed.case_key and heaviest.weight = weighed.weight
)
select
    clients.period,
    clients.client_key,
    coalesce(told.barrier_code, '_U') as barrier_code
from clients
left join told on told.case_key = clients.case_key
