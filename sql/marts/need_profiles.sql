-- One row per publication period, centre, quarter, field, category, group and membership: how many clients have the category.
-- Members ("Y") and those of whom membership is not known ("_U"); the rows of group "_T" count all clients, so that the
-- others are what is left. The categories "_T", "_U" and "not_collected" count clients by what is known of the field.
-- Internal: it is what the comparison of a group with other clients is made from, and never goes to a brief.
-- Only for the periods of reference.detailed_periods.
with
needs as (select * from core.pattern_needs),
memberships as (select * from core.kind_groups where membership_code <> 'N')
select
    needs.period,
    needs.centre_id,
    needs.quarter,
    needs.field,
    needs.category_code,
    memberships.group_code,
    memberships.membership_code,
    'clients' as unit,
    cast(sum(needs.n) as bigint) as n
from needs
join memberships on memberships.kind_id = needs.pattern_id
group by all
union all
select
    period,
    centre_id,
    quarter,
    field,
    category_code,
    '_T' as group_code,
    '_T' as membership_code,
    'clients' as unit,
    cast(sum(n) as bigint) as n
from needs
group by all
order by period, centre_id, quarter, field, category_code, group_code, membership_code
