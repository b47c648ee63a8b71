-- One row per publication period, client whose latest case was still open at the end of its quarter, and reason; "_U" where none is known.
-- Several reasons may stand on one case. Only for the periods of reference.detailed_periods.
with
still_open as (select * from core.client_contacts where is_still_open_code = 'Y'),
missing as (select code from reference.codes where code_list = 'missing'),
known as (
    select distinct case_key, stall_reason_code
    from core.counted_case_stall_reasons
    where stall_reason_code not in (select code from missing)
)
select
    still_open.period,
    still_open.client_key,
    still_open.centre_id,
    coalesce(known.stall_reason_code, '_U') as stall_reason_code
from still_open
left join known on known.case_key = still_open.case_key
