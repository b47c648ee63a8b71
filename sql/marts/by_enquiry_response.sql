-- One row per publication period and response to an enquiry, with a total row; counts enquiries.
-- Each enquiry stands in one row, so the rows add up to the total. A period without enquiries has no row.
select
    period,
    coalesce(enquiry_response_code, '_T') as enquiry_response_code,
    'enquiries' as unit,
    cast(sum(n) as bigint) as n
from marts.enquiry_profiles
group by grouping sets ((period, enquiry_response_code), (period))
order by period, enquiry_response_code
