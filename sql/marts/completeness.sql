-- One row per file and field: how many of its records say something there. Internal: it shows a source whose recording
-- collapses, and goes to the reports of a run, never to a brief. A word nobody knows says nothing.
with
missing as (select code from reference.codes where code_list = 'missing'),
advice_types as (
    select distinct record_id from staging.record_advice_types
    where advice_type_code not in (select code from missing)
),
flags as (
    select
        records.file_id,
        case when coalesce(codes.gender_code, 'refused') in (select code from missing) then 0 else 1 end as gender,
        case when coalesce(codes.client_role_code, 'refused') in (select code from missing) then 0 else 1 end as client_role,
        case when coalesce(codes.outcome_code, 'refused') in (select code from missing) then 0 else 1 end as outcome,
        case when coalesce(codes.residence_area_code, 'refused') in (select code from missing) then 0 else 1 end as area,
        case when times.age_low is null and times.age_high is null then 0 else 1 end as age,
        case when times.closed_on is null then 0 else 1 end as closed,
        case when nationalities.nationality_class_code is null then 0 else 1 end as nationality,
        case when advice_types.record_id is null then 0 else 1 end as advice_type
    from raw.records as records
    join staging.record_codes as codes on codes.record_id = records.record_id
    join staging.record_times as times on times.record_id = records.record_id
    left join staging.record_nationalities as nationalities
        on nationalities.record_id = records.record_id and nationalities.position = 1
    left join advice_types on advice_types.record_id = records.record_id
),
files as (
    select file_id, count(*) as n_records, sum(gender) as gender, sum(client_role) as client_role, sum(outcome) as outcome,
        sum(area) as area, sum(age) as age, sum(closed) as closed, sum(nationality) as nationality,
        sum(advice_type) as advice_type
    from flags
    group by file_id
)
select file_id, 'gender' as field, n_records, gender as n_known from files
union all select file_id, 'client_role', n_records, client_role from files
union all select file_id, 'outcome', n_records, outcome from files
union all select file_id, 'residence_area', n_records, area from files
union all select file_id, 'age', n_records, age from files
union all select file_id, 'closed', n_records, closed from files
union all select file_id, 'nationality', n_records, nationality from files
union all select file_id, 'advice_type', n_records, advice_type from files
order by file_id, field
