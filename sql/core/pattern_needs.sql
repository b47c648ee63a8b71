-- One row per publication period, centre, quarter, pattern of membership, field and category: how many clients have it.
-- A client has a category when any case of the period has it. Beside them stands what else is known of each field: "_T"
-- counts clients of whom any category is known, "_U" those of whom none is, although somebody was asked to record it, and
-- "not_collected" those whose every source has no such field. A client stands where the latest case of the period was.
-- Most clients have one case: in fields of one word, all whose only case says the same are taken as one, who counts n times.
-- Only for the periods of reference.detailed_periods.
with
quarters as (select * from reference.publication_quarters where is_within),
missing as (select code from reference.codes where code_list = 'missing'),
clients as materialized (
    select
        row_number() over (order by clients.period, clients.client_key) as client_number,
        clients.period, clients.client_key, clients.centre_id, clients.quarter, patterns.pattern_id
    from core.clients as clients
    join core.kind_patterns as patterns on patterns.kind_id = clients.kind_id
    where clients.period in (select publication_period from reference.detailed_periods)
),
cases as materialized (
    select clients.client_number, clients.period, clients.centre_id, clients.quarter, clients.pattern_id, cases.case_key,
        cases.outcome_code, cases.adviser_level_code, cases.service_depth_code, cases.referral_code
    from core.counted_cases as cases
    join quarters on quarters.quarter = cases.period
    join clients on clients.period = quarters.publication_period and clients.client_key = cases.client_key
),
several as (
    select clients.client_number from clients
    join core.repeat_clients as repeated on repeated.period = clients.period and repeated.client_key = clients.client_key
),
sayings as (
    select period, centre_id, quarter, pattern_id, outcome_code, adviser_level_code, service_depth_code, referral_code,
        count(*) as n
    from cases anti join several on several.client_number = cases.client_number
    group by all
),
alike as materialized (select -row_number() over (order by period, centre_id, quarter, pattern_id, outcome_code,
    adviser_level_code, service_depth_code, referral_code) as client_number, sayings.* from sayings),
single as (
    select client_number, outcome_code, adviser_level_code, service_depth_code, referral_code from alike
    union all
    select cases.client_number, outcome_code, adviser_level_code, service_depth_code, referral_code
    from cases join several on several.client_number = cases.client_number
),
said as (
    select cases.client_number, 'advice_type' as field, types.advice_type_code as code
    from cases
    join core.counted_case_advice_types as types on types.case_key = cases.case_key
    union all
    select cases.client_number, 'barrier', barriers.barrier_code
    from cases join core.counted_case_barriers as barriers on barriers.case_key = cases.case_key
    union all select client_number, 'outcome', outcome_code from single
    union all select client_number, 'adviser_level', adviser_level_code from single
    union all select client_number, 'service_depth', service_depth_code from single
    union all select client_number, 'referral', referral_code from single
),
categories as (
    select client_number, field, case when code = 'not_collected' then 'not_collected'
        when code is null or code in (select code from missing) then '_U' else code end as category_code
    from said
    group by all
),
answers as (
    select client_number, field, max(case category_code when 'not_collected' then 1 when '_U' then 2 else 3 end) as answer
    from categories
    group by client_number, field
),
counted as (
    select client_number, field, category_code from categories where category_code not in ('_U', 'not_collected')
    union all
    select client_number, field, case answer when 3 then '_T' when 2 then '_U' else 'not_collected' end from answers
),
units as (
    select client_number, period, centre_id, quarter, pattern_id, 1 as n from clients
    union all
    select client_number, period, centre_id, quarter, pattern_id, n from alike
)
select units.period, units.centre_id, units.quarter, units.pattern_id, counted.field, counted.category_code,
    cast(sum(units.n) as bigint) as n
from counted
join units on units.client_number = counted.client_number
group by all
