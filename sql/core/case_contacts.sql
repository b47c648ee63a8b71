-- One row per case: when the person first asked, how long it took from there to the opening, and how advice was given.
-- Every case was opened, so nobody is still waiting here and no time is cut off: a code is known as soon as both days are.
-- A first contact after the opening is a fault of the data and is not put right: the time is then not known, and the rule
-- first_contact_is_not_after_opening of the suite says so.
with
bands as (select * from reference.times_to_opening),
counted as (
    select
        cases.case_key,
        told.first_contact_on,
        cast(date_diff('day', told.first_contact_on, cases.opened_on) as bigint) as days_to_opening,
        told.has_contact_field,
        told.channel_code
    from core.cases as cases
    join core.case_keys as keys on keys.case_key = cases.case_key
    join staging.record_contacts as told on told.record_id = keys.record_id
)
select
    counted.case_key,
    counted.first_contact_on,
    counted.days_to_opening,
    case
        when not counted.has_contact_field then 'not_collected'
        else coalesce(bands.time_to_opening_code, 'not_recorded')
    end as time_to_opening_code,
    counted.channel_code
from counted
left join bands
    on counted.days_to_opening >= bands.day_low
    and (bands.day_high is null or counted.days_to_opening <= bands.day_high)
