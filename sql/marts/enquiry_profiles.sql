-- One row per publication period and combination of all codes that tables of enquiries are cut by; counts enquiries.
-- For disclosure control, which derives from it how these tables hang together, and for what stays inside. Never released.
select
    quarters.publication_period as period,
    codes.centre_id,
    codes.is_aged_55_plus_code,
    codes.is_dual_national_code,
    codes.is_family_member_code,
    codes.enquiry_response_code,
    codes.turned_away_code,
    kinds.kind_id,
    'enquiries' as unit,
    count(*) as n
from core.enquiry_codes as codes
join core.client_kinds as kinds
    on kinds.nationality_code = codes.nationality_code
    and kinds.nationality_class_code = codes.nationality_class_code
    and kinds.gender_code = codes.gender_code
    and kinds.age_group_code = codes.age_group_code
    and kinds.is_aged_55_plus_code = codes.is_aged_55_plus_code
    and kinds.is_dual_national_code = codes.is_dual_national_code
    and kinds.is_family_member_code = codes.is_family_member_code
    and kinds.dual_class_code = codes.dual_class_code
    and kinds.family_evidence_code = codes.family_evidence_code
join reference.publication_quarters as quarters on quarters.quarter = codes.quarter and quarters.is_within
group by all
order by all
