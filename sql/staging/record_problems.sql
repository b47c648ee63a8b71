-- One row per record and reason why it cannot be counted as it stands.
-- A word no list knows is a reason, never a kind of missing: only a person can say what it means.
with
codes as (select * from staging.record_codes),
times as (select * from staging.record_times),
contacts as (select * from staging.record_contacts)
select record_id, 'unknown_gender' as reason from codes where gender_code is null
union all select record_id, 'unknown_client_role' from codes where client_role_code is null
union all select record_id, 'unknown_residence_area' from codes where residence_area_code is null
union all select record_id, 'unknown_outcome' from codes where outcome_code is null
union all select record_id, 'unknown_adviser_level' from codes where adviser_level_code is null
union all select record_id, 'unknown_service_depth' from codes where service_depth_code is null
union all select record_id, 'unknown_referral' from codes where referral_code is null
union all select record_id, 'unknown_channel' from contacts where channel_code is null
union all select record_id, 'unknown_centre' from codes where centre_id is null
union all select record_id, 'unknown_project' from codes where project_id is null
union all select record_id, 'unknown_funder' from codes where funder_id is null
union all select record_id, 'unknown_enquiry_response' from staging.record_enquiries where enquiry_response_code is null
union all select record_id, 'unknown_age' from times where not is_age_read
union all select record_id, 'unknown_opened' from times where not is_opened_read
union all select record_id, 'unknown_closed' from times where not is_closed_read
union all select record_id, 'unknown_period' from times where not is_period_read
union all select record_id, 'unknown_first_contact' from contacts where not is_contact_read
union all select record_id, 'no_quarter' from times where quarter is null and is_opened_read and is_period_read
union all select record_id, 'closed_before_opened' from times where closed_on < opened_on
union all select codes.record_id, 'opened_outside_project' from codes
    join times on times.record_id = codes.record_id
    join reference.project_dates as projects on projects.project_id = codes.project_id
    where times.opened_on < projects.begins or times.opened_on > projects.ends
union all select records.record_id, 'unknown_nationality' from raw.records as records
    anti join staging.record_nationalities as known on known.record_id = records.record_id
union all select records.record_id, 'unknown_advice_type' from raw.records as records
    anti join staging.record_advice_types as known on known.record_id = records.record_id
union all select records.record_id, 'unknown_barrier' from raw.records as records
    anti join staging.record_barriers as known on known.record_id = records.record_id
union all select records.record_id, 'unknown_stall_reason' from raw.records as records
    anti join staging.record_stall_reasons as known on known.record_id = records.record_id
union all select record_id, 'missing_case_ref' from raw.records where case_key is null
union all select record_id, 'case_ref_repeated' from staging.repeated_references
union all select record_id, reason from raw.rule_failures
