-- One row per combination of the codes that say what kind of person a client is, or of whoever enquired; groups are made
-- of kinds. There are far fewer kinds than people, so membership of a group is worked out once for each kind.
with
kinds as (
    select
        nationality_code, nationality_class_code, gender_code, age_group_code, is_aged_55_plus_code,
        is_dual_national_code, is_family_member_code, dual_class_code, family_evidence_code
    from core.latest_cases
    union
    select
        nationality_code, nationality_class_code, gender_code, age_group_code, is_aged_55_plus_code,
        is_dual_national_code, is_family_member_code, dual_class_code, family_evidence_code
    from core.enquiry_codes
)
select
    row_number() over (
        order by
            nationality_code, nationality_class_code, gender_code, age_group_code, is_aged_55_plus_code,
            is_dual_national_code, is_family_member_code, dual_class_code, family_evidence_code
    ) as kind_id,
    kinds.*
from kinds
