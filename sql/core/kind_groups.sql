-- One row per kind of client and group: a member ("Y"), none ("N"), or not known ("_U").
-- A group is made of conditions on codes: of each dimension one of the listed codes has to hold. One condition that fails
-- decides; one that is not known, or a code that may or may not mean one of those listed, leaves the group open.
with
conditions as (select * from reference.group_conditions),
codes as (
    select kind_id, 'nationality_code' as dimension, nationality_code as code from core.client_kinds
    union all
    select kind_id, 'nationality_class_code', nationality_class_code from core.client_kinds
    union all
    select kind_id, 'gender_code', gender_code from core.client_kinds
    union all
    select kind_id, 'age_group_code', age_group_code from core.client_kinds
    union all
    select kind_id, 'is_aged_55_plus_code', is_aged_55_plus_code from core.client_kinds
    union all
    select kind_id, 'is_dual_national_code', is_dual_national_code from core.client_kinds
    union all
    select kind_id, 'is_family_member_code', is_family_member_code from core.client_kinds
    union all
    select kind_id, 'dual_class_code', dual_class_code from core.client_kinds
    union all
    select kind_id, 'family_evidence_code', family_evidence_code from core.client_kinds
),
tested as (
    select
        codes.kind_id,
        conditions.group_code,
        conditions.dimension,
        max(case
            when conditions.code = codes.code and conditions.membership_code = 'Y' then 2
            when conditions.code = codes.code or codes.code = '_U' then 1
            else 0
        end) as outcome
    from conditions
    join codes on codes.dimension = conditions.dimension
    group by codes.kind_id, conditions.group_code, conditions.dimension
)
select
    kind_id,
    group_code,
    case min(outcome) when 2 then 'Y' when 1 then '_U' else 'N' end as membership_code
from tested
group by kind_id, group_code
