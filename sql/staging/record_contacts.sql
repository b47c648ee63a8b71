-- One row per record read: when the person first asked, and how advice was given.
-- A word without meaning leaves an empty channel, a date that cannot be read is_contact_read false: reasons in staging.record_problems.
with
meanings as (select * from reference.meanings where position = 1)
select
    records.record_id,
    contact.day as first_contact_on,
    contact.value is not null as is_contact_read,
    coalesce(corrected.first_contact, records.first_contact) is not null as has_contact_field,
    channel.code as channel_code
from raw.records as records
left join reference.corrected_records as corrected on corrected.record_id = records.record_id
left join meanings as contact on contact.field = 'first_contact'
    and contact.source_id = records.source_id and contact.value = coalesce(corrected.first_contact, records.first_contact, '')
left join meanings as channel on channel.field = 'channel'
    and channel.source_id = records.source_id and channel.value = coalesce(corrected.channel, records.channel, '')
