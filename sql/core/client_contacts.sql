-- One row per client and publication period, as the client's latest case tells: how long it took from first contact to opening,
-- how advice was given, and whether the case was still open at the end of the quarter in which it was opened ("Y", "N").
-- Every kind of missing is "_U" here; core.counted_cases keeps them apart.
-- Only for the periods of reference.detailed_periods.
with
clients as (
    select * from core.clients where period in (select publication_period from reference.detailed_periods)
),
bands as (select * from reference.times_to_opening),
missing as (select code from reference.codes where code_list = 'missing')
select
    clients.period,
    clients.client_key,
    clients.case_key,
    clients.centre_id,
    clients.kind_id,
    case when bands.time_to_opening_code is null then '_U' else bands.time_to_opening_code end as time_to_opening_code,
    case when bands.time_to_opening_code is null then '_U' else bands.opened_in_time_code end as opened_in_time_code,
    case when coalesce(cases.channel_code, 'not_recorded') in (select code from missing) then '_U'
        else cases.channel_code end as channel_code,
    case when cases.is_still_open then 'Y' when not cases.is_still_open then 'N' else '_U' end as is_still_open_code
from clients
join core.counted_cases as cases on cases.source_id = clients.source_id and cases.case_key = clients.case_key
left join bands on bands.time_to_opening_code = cases.time_to_opening_code
