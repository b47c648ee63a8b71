-- One row per file with a case that counts and a date: the last day that these cases tell of.
select
    records.file_id,
    max(case when times.closed_on is null or times.opened_on > times.closed_on then times.opened_on else times.closed_on end)
        as last_on
from core.case_keys as keys
join raw.records as records on records.record_id = keys.record_id
join staging.record_times as times on times.record_id = keys.record_id
where times.opened_on is not null or times.closed_on is not null
group by records.file_id
