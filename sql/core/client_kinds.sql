-- One row per combination of the codes that say what kind of person a client is, or of whoever enquired; groups are made
-- of kinds. There are far fewer kinds than people, so membership of a group is worked out once for each kind.
-- Its number comes from the places of its codes in their lists, two digits each (three for nationalities), so a kind keeps
-- its number whoever else comes. "_U" has place 0; "DUAL" and "SINGLE", which no list has, stand last.
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
),
places as (
    select code_list, code, row_number() over (partition by code_list order by code) as place
    from reference.codes
    union all select 'nationalities', 'DUAL', 999
    union all select 'dual_classes', 'SINGLE', 99
    union all select distinct code_list, '_U', 0 from reference.codes
),
answers as (
    select 'Y' as code, 1 as place
    union all select 'N', 2
    union all select '_U', 0
)
select
    cast(
        nationality.place * 10000000000000
        + nationality_class.place * 100000000000
        + gender.place * 1000000000
        + age_group.place * 10000000
        + dual_class.place * 100000
        + family_evidence.place * 1000
        + aged_55_plus.place * 100
        + dual_national.place * 10
        + family_member.place
    as bigint) as kind_id,
    kinds.*
from kinds
left join places as nationality on nationality.code_list = 'nationalities' and nationality.code = kinds.nationality_code
left join places as nationality_class
    on nationality_class.code_list = 'nationality_classes' and nationality_class.code = kinds.nationality_class_code
left join places as gender on gender.code_list = 'genders' and gender.code = kinds.gender_code
left join places as age_group on age_group.code_list = 'age_groups' and age_group.code = kinds.age_group_code
left join places as dual_class on dual_class.code_list = 'dual_classes' and dual_class.code = kinds.dual_class_code
left join places as family_evidence
    on family_evidence.code_list = 'family_evidence' and family_evidence.code = kinds.family_evidence_code
left join answers as aged_55_plus on aged_55_plus.code = kinds.is_aged_55_plus_code
left join answers as dual_national on dual_national.code = kinds.is_dual_national_code
left join answers as family_member on family_member.code = kinds.is_family_member_code
