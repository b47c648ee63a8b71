-- One row per published quarter and enquiry of it that came, went or changed since, in anything that a released table counts.
-- They wait until enough of them have changed and a person revises the quarter. One that moved from one published quarter to another counts in both.
with
published as (select * from raw.published_enquiries)
select published.period as quarter, published.enquiry_key
from published
left join core.enquiries as enquiries
    on enquiries.enquiry_key = published.enquiry_key and enquiries.period = published.period
where enquiries.enquiry_key is null
    or enquiries.source_id is distinct from published.source_id
    or enquiries.centre_id is distinct from published.centre_id
    or enquiries.nationality_code is distinct from published.nationality_code
    or enquiries.age_low is distinct from published.age_low
    or enquiries.age_high is distinct from published.age_high
    or enquiries.age_group_code is distinct from published.age_group_code
    or enquiries.gender_code is distinct from published.gender_code
    or enquiries.nationality_class_code is distinct from published.nationality_class_code
    or enquiries.is_dual_national is distinct from published.is_dual_national
    or enquiries.dual_class_code is distinct from published.dual_class_code
    or enquiries.client_role_code is distinct from published.client_role_code
    or enquiries.family_evidence_code is distinct from published.family_evidence_code
    or enquiries.enquiry_response_code is distinct from published.enquiry_response_code
union
select enquiries.period, enquiries.enquiry_key
from core.enquiries as enquiries
join raw.published_quarters as quarters on quarters.quarter = enquiries.period
anti join published on published.enquiry_key = enquiries.enquiry_key and published.period = enquiries.period
