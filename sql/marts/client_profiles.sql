-- One row per publication period and combination of all codes that one-way tables are cut by; counts clients.
-- For disclosure control, which derives from it how the published tables hang together, and for the table of what is
-- recorded. Never released.
-- Only for the periods of reference.detailed_periods.
select
    clients.period,
    clients.source_id,
    clients.centre_id,
    clients.project_id,
    clients.nationality_code,
    clients.nationality_class_code,
    clients.gender_code,
    clients.age_group_code,
    clients.is_aged_55_plus_code,
    clients.is_dual_national_code,
    clients.is_family_member_code,
    clients.residence_area_code,
    clients.time_to_outcome_code,
    contacts.time_to_opening_code,
    contacts.opened_in_time_code,
    contacts.channel_code,
    recordings.recorded_nationality_code,
    recordings.recorded_gender_code,
    recordings.recorded_age_code,
    recordings.recorded_advice_type_code,
    recordings.recorded_client_role_code,
    barriers.barrier_count_code,
    clients.kind_id,
    'clients' as unit,
    count(*) as n
from core.clients as clients
join core.client_recordings as recordings
    on recordings.period = clients.period and recordings.client_key = clients.client_key
join core.client_barrier_counts as barriers
    on barriers.period = clients.period and barriers.client_key = clients.client_key
join core.client_contacts as contacts
    on contacts.period = clients.period and contacts.client_key = clients.client_key
group by all
order by all
