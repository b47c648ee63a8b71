-- One row per case that counts in released tables: published quarters as they were published, all others as they stand in core.cases.
-- What is published stays: a late, corrected or merged case of a published quarter waits, and one that moved to another
-- quarter still counts where it was published, and only there. A quarter that is being revised counts like one that was
-- never published. What a case is given as it goes on, which no released table counts, is current wherever the case is.
with
standing as (select * from core.standing_quarters),
published as (
    select cases.*
    from raw.published_cases as cases
    join standing on standing.quarter = cases.period
)
select
    published.case_key, published.client_key, published.source_id, published.centre_id, published.project_id,
    published.funder_id, published.opened_on,
    case when later.case_key is null then published.closed_on else later.closed_on end as closed_on,
    published.period, published.age_low, published.age_high, published.age_group_code, published.gender_code,
    published.nationality_class_code, published.is_dual_national, published.dual_class_code, published.client_role_code,
    published.family_evidence_code, published.residence_area_code,
    case when later.case_key is null then published.outcome_code else later.outcome_code end as outcome_code,
    case when later.case_key is null then published.adviser_level_code else later.adviser_level_code end
        as adviser_level_code,
    case when later.case_key is null then published.service_depth_code else later.service_depth_code end
        as service_depth_code,
    published.referral_code, published.time_to_outcome_code, published.first_contact_on, published.time_to_opening_code,
    published.is_still_open, published.channel_code, published.record_id
from published
left join core.cases as later on later.case_key = published.case_key
union all
select
    cases.case_key, cases.client_key, cases.source_id, cases.centre_id, cases.project_id,
    cases.funder_id, cases.opened_on, cases.closed_on,
    cases.period, cases.age_low, cases.age_high, cases.age_group_code, cases.gender_code,
    cases.nationality_class_code, cases.is_dual_national, cases.dual_class_code, cases.client_role_code,
    cases.family_evidence_code, cases.residence_area_code, cases.outcome_code, cases.adviser_level_code,
    cases.service_depth_code, cases.referral_code, times.time_to_outcome_code, contacts.first_contact_on, contacts.time_to_opening_code,
    times.is_still_open, contacts.channel_code, keys.record_id
from core.cases as cases
join core.case_keys as keys on keys.case_key = cases.case_key
join core.case_times as times on times.case_key = cases.case_key
join core.case_contacts as contacts on contacts.case_key = cases.case_key
where not exists (select 1 from standing where standing.quarter = cases.period)
    and not exists (select 1 from published where published.case_key = cases.case_key)
