-- One row per enquiry that counts in released tables, with the codes that these count by; missing values are "_U" here.
-- What makes a member of a group is the same as for clients: see core.latest_cases.
with
enquiries as (select * from core.counted_enquiries),
missing as (select code from reference.codes where code_list = 'missing')
select
    enquiries.enquiry_key,
    enquiries.period as quarter,
    case when enquiries.centre_id in (select code from missing) then '_U' else enquiries.centre_id end as centre_id,
    case when enquiries.nationality_code in (select code from missing) then '_U' else enquiries.nationality_code end
        as nationality_code,
    case
        when enquiries.nationality_class_code in (select code from missing) then '_U'
        else enquiries.nationality_class_code
    end as nationality_class_code,
    case when enquiries.gender_code in (select code from missing) then '_U' else enquiries.gender_code end as gender_code,
    case when enquiries.age_group_code in (select code from missing) then '_U' else enquiries.age_group_code end
        as age_group_code,
    case when enquiries.age_low >= 55 then 'Y' when enquiries.age_high < 55 then 'N' else '_U' end as is_aged_55_plus_code,
    case when enquiries.is_dual_national then 'Y' when not enquiries.is_dual_national then 'N' else '_U' end
        as is_dual_national_code,
    case
        when enquiries.family_evidence_code = 'RELATIONSHIP' then 'Y'
        when enquiries.client_role_code = 'MAIN' then 'N'
        else '_U'
    end as is_family_member_code,
    case
        when enquiries.is_dual_national then enquiries.dual_class_code
        when not enquiries.is_dual_national then 'SINGLE'
        else '_U'
    end as dual_class_code,
    case
        when enquiries.family_evidence_code = 'NONE' and enquiries.client_role_code <> 'MAIN' then '_U'
        else enquiries.family_evidence_code
    end as family_evidence_code,
    case
        when enquiries.enquiry_response_code in (select code from missing) then '_U'
        else enquiries.enquiry_response_code
    end as enquiry_response_code,
    case when responses.is_turned_away then 'Y' when not responses.is_turned_away then 'N' else '_U' end as turned_away_code
from enquiries
left join reference.enquiry_responses as responses
    on responses.enquiry_response_code = enquiries.enquiry_response_code
