-- One row per source whose accepted records differ in number from its cases and enquiries. A join in core lost or multiplied
-- records, or took one for both.
with
accepted as (
    select records.source_id, count(*) as n
    from core.record_states as states
    join raw.records as records on records.record_id = states.record_id
    where states.state = 'accepted'
    group by records.source_id
),
counted as (
    select source_id from core.cases
    union all
    select source_id from core.enquiries
),
cases as (select source_id, count(*) as n from counted group by source_id)
select accepted.source_id
from accepted
full join cases on cases.source_id = accepted.source_id
where coalesce(accepted.n, 0) <> coalesce(cases.n, 0)
