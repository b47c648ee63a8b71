-- One row per quarter, source and centre that sent cases opened in it; counts the cases. Internal: it never goes to a brief.
-- A source counts apart for each of its centres, so that a centre that begins to send later is seen as one. A pair without
-- a case in a quarter is not there: whether it had nobody or sent nothing cannot be told apart.
with
cases as (select * from core.counted_cases),
missing as (select code from reference.codes where code_list = 'missing'),
placed as (
    select
        period as quarter,
        source_id,
        case
            when centre_id is null or centre_id in (select code from missing) then '_U'
            else centre_id
        end as centre_id
    from cases
)
select
    quarter,
    source_id,
    centre_id,
    'cases' as unit,
    count(*) as n
from placed
group by quarter, source_id, centre_id
order by quarter, source_id, centre_id
