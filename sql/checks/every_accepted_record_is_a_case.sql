-- One row per source whose accepted records and cases differ in number. A join in core lost or multiplied records.
with
accepted as (
    select records.source_id, count(*) as n
    from core.record_states as states
    join raw.records as records on records.record_id = states.record_id
    where states.state = 'accepted'
    group by records.source_id
),
cases as (select source_id, count(*) as n from core.cases group by source_id)
select accepted.source_id
from accepted
full join cases on cases.source_id = accepted.source_id
where coalesce(accepted.n, 0) <> coalesce(cases.n, 0)
