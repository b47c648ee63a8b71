-- One row per publication period and client: how many barriers are recorded on the latest case, and whether any answer is.
-- "Y" in recorded_barrier_code: barriers or none are recorded; "N": nothing is, although the source has the field; "Z": the
-- source has no such field.
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
    case
        when barrier_code in ('NOT_COLLECTED', '_U') then '_U'
        when barrier_code = 'NONE' then 'NONE'
        when n = 1 then 'ONE'
        else 'SEVERAL'
    end as barrier_count_code,
    case barrier_code when 'NOT_COLLECTED' then 'Z' when '_U' then 'N' else 'Y' end as recorded_barrier_code
from counted
