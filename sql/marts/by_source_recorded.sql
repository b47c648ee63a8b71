-- One row per publication period, field, source and whether the field is recorded, with total rows; counts clients.
-- Within a field each client stands in one row of one source, so the rows add up both ways.
-- Only for the periods of reference.detailed_periods.
with
told as (
    select period, 'nationality' as field_code, source_id, recorded_nationality_code as recorded_code, n from marts.client_profiles
    union all
    select period, 'gender', source_id, recorded_gender_code, n from marts.client_profiles
    union all
    select period, 'age', source_id, recorded_age_code, n from marts.client_profiles
    union all
    select period, 'advice_type', source_id, recorded_advice_type_code, n from marts.client_profiles
    union all
    select period, 'client_role', source_id, recorded_client_role_code, n from marts.client_profiles
)
select
    period,
    field_code,
    coalesce(source_id, '_T') as source_id,
    coalesce(recorded_code, '_T') as recorded_code,
    'clients' as unit,
    cast(sum(n) as bigint) as n
from told
group by grouping sets (
    (period, field_code, source_id, recorded_code),
    (period, field_code, source_id),
    (period, field_code, recorded_code),
    (period, field_code)
)
order by period, field_code, source_id, recorded_code
