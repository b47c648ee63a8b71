-- One row per publication period and number of barriers (none, one, several, not known), with a total row; counts clients.
-- Each client stands in one row, so the rows add up to the total. A period has rows when of somebody barriers are recorded.
-- Only for the periods of reference.detailed_periods.
with
profiles as (select * from marts.client_profiles),
collected as (select distinct period from profiles where barrier_count_code <> '_U')
select
    profiles.period,
    coalesce(profiles.barrier_count_code, '_T') as barrier_count_code,
    'clients' as unit,
    cast(sum(profiles.n) as bigint) as n
from profiles
join collected on collected.period = profiles.period
group by grouping sets ((profiles.period, profiles.barrier_count_code), (profiles.period))
order by period, barrier_count_code
