-- One row per client and publication period, as recorded on the client's latest case in the period.
-- Every released breakdown of clients counts these rows, so that their totals agree.
select
    latest.*,
    kinds.kind_id
from core.latest_cases as latest
join core.client_kinds as kinds
    on kinds.nationality_code = latest.nationality_code
    and kinds.nationality_class_code = latest.nationality_class_code
    and kinds.gender_code = latest.gender_code
    and kinds.age_group_code = latest.age_group_code
    and kinds.is_aged_55_plus_code = latest.is_aged_55_plus_code
    and kinds.is_dual_national_code = latest.is_dual_national_code
    and kinds.is_family_member_code = latest.is_family_member_code
    and kinds.dual_class_code = latest.dual_class_code
    and kinds.family_evidence_code = latest.family_evidence_code
