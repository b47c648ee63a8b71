-- One row per published quarter and case of it that came, went or changed since, in anything that a released table counts.
-- Reasons why a case is still open are about one day and no longer change with it (core.counted_case_stall_reasons).
-- They wait until a person revises the quarter. A case that moved from one published quarter to another counts in both.
with
published as (select * from raw.published_cases),
gone_or_changed as (
    select published.period as quarter, published.case_key
    from published
    left join core.cases as cases on cases.case_key = published.case_key and cases.period = published.period
    left join core.case_times as times on times.case_key = published.case_key
    left join core.case_contacts as contacts on contacts.case_key = published.case_key
    where cases.case_key is null
        or cases.client_key <> published.client_key
        or cases.source_id <> published.source_id
        or cases.centre_id is distinct from published.centre_id
        or cases.project_id is distinct from published.project_id
        or cases.opened_on is distinct from published.opened_on
        or cases.age_low is distinct from published.age_low
        or cases.age_high is distinct from published.age_high
        or cases.age_group_code is distinct from published.age_group_code
        or cases.gender_code is distinct from published.gender_code
        or cases.nationality_class_code is distinct from published.nationality_class_code
        or cases.is_dual_national is distinct from published.is_dual_national
        or cases.dual_class_code is distinct from published.dual_class_code
        or cases.client_role_code is distinct from published.client_role_code
        or cases.family_evidence_code is distinct from published.family_evidence_code
        or times.time_to_outcome_code <> published.time_to_outcome_code
        or times.is_still_open <> published.is_still_open
        or contacts.time_to_opening_code <> published.time_to_opening_code
        or contacts.channel_code <> published.channel_code
),
come as (
    select cases.period as quarter, cases.case_key
    from core.cases as cases
    join raw.published_quarters as quarters on quarters.quarter = cases.period
    anti join published on published.case_key = cases.case_key and published.period = cases.period
),
told_otherwise as (
    select case_key from core.changed_nationalities
    union
    select case_key from core.changed_advice_types
    union
    select case_key from core.changed_barriers
)
select quarter, case_key from gone_or_changed
union
select quarter, case_key from come
union
select published.period, published.case_key
from published
join told_otherwise on told_otherwise.case_key = published.case_key
