-- One row per enquiry that counts in released tables: published quarters as they were published, all others as they stand.
-- What is published stays: a late, corrected or newly answered enquiry of a published quarter waits, and one that moved to
-- another quarter still counts where it was published, and only there. A quarter that is being revised counts anew where
-- enough of its enquiries changed as well.
with
standing as (select * from core.standing_enquiry_quarters),
published as (
    select enquiries.*
    from raw.published_enquiries as enquiries
    join standing on standing.quarter = enquiries.period
)
select
    published.enquiry_key, published.client_key, published.source_id, published.centre_id, published.opened_on,
    published.period, published.age_low, published.age_high, published.age_group_code, published.gender_code,
    published.nationality_code, published.nationality_class_code, published.is_dual_national,
    published.dual_class_code, published.client_role_code, published.family_evidence_code,
    published.enquiry_response_code, published.record_id
from published
union all
select
    enquiries.enquiry_key, enquiries.client_key, enquiries.source_id, enquiries.centre_id, enquiries.opened_on,
    enquiries.period, enquiries.age_low, enquiries.age_high, enquiries.age_group_code, enquiries.gender_code,
    enquiries.nationality_code, enquiries.nationality_class_code, enquiries.is_dual_national,
    enquiries.dual_class_code, enquiries.client_role_code, enquiries.family_evidence_code,
    enquiries.enquiry_response_code, enquiries.record_id
from core.enquiries as enquiries
anti join standing on standing.quarter = enquiries.period
anti join published on published.enquiry_key = enquiries.enquiry_key
