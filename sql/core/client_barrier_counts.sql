-- One row per publication period and client: how many barriers are recorded on the latest case.
-- Only for the periods of reference.detailed_periods.
with
counted as (
    select period, client_key, max(barrier_code) as barrier_code, count(*) as n
    from core.client_barriers
    group by period, client_key
)
select
    period,
    client_key,
    case when barrier_code in ('NONE', '_U') then barrier_code when n = 1 then 'ONE' else 'SEVERAL' end as barrier_count_code
from counted
