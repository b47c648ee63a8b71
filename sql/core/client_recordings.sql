-- One row per client and publication period: of each field that briefs are made from, whether it is recorded.
-- "Y" on the client's latest case it is, "N" it is not although the source has the field, "Z" the source has no such field.
-- An advice type may stand on any case of the period.
-- Only for the periods of reference.detailed_periods.
with
clients as (
    select * from core.clients where period in (select publication_period from reference.detailed_periods)
),
advised as (select distinct period, client_key from core.client_issues where advice_type_code <> '_U'),
without_types as (
    select distinct case_key from core.counted_case_advice_types where advice_type_code = 'not_collected'
)
select
    clients.period,
    clients.client_key,
    case
        when clients.nationality_class_code <> '_U' then 'Y'
        when cases.nationality_class_code = 'not_collected' then 'Z'
        else 'N'
    end as recorded_nationality_code,
    case
        when clients.gender_code <> '_U' then 'Y'
        when cases.gender_code = 'not_collected' then 'Z'
        else 'N'
    end as recorded_gender_code,
    case
        when clients.age_group_code <> '_U' then 'Y'
        when cases.age_group_code = 'not_collected' then 'Z'
        else 'N'
    end as recorded_age_code,
    case
        when advised.client_key is not null then 'Y'
        when without_types.case_key is not null then 'Z'
        else 'N'
    end as recorded_advice_type_code,
    case
        when cases.client_role_code = 'not_collected' then 'Z'
        when cases.client_role_code is null or cases.client_role_code in ('refused', 'not_asked', 'not_recorded', 'not_recognised')
            then 'N'
        else 'Y'
    end as recorded_client_role_code
from clients
join core.counted_cases as cases on cases.source_id = clients.source_id and cases.case_key = clients.case_key
left join advised on advised.period = clients.period and advised.client_key = clients.client_key
left join without_types on without_types.case_key = clients.case_key
