-- One row per publication period, client, case and advice type: one issue.
-- A case whose advice type is missing is one issue of type "_U".
with
quarters as (select * from reference.publication_quarters where is_within),
missing as (select code from reference.codes where code_list = 'missing')
select
    quarters.publication_period as period,
    cases.client_key,
    cases.case_key,
    case
        when types.advice_type_code in (select code from missing) then '_U'
        else types.advice_type_code
    end as advice_type_code
from core.counted_cases as cases
join core.counted_case_advice_types as types on types.case_key = cases.case_key
join quarters on quarters.quarter = cases.period
