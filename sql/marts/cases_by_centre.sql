-- One row per quarter and centre; counts the cases that were opened there. Internal.
-- A case stays where it was opened, even where its client was last seen at another centre.
with
missing as (select code from reference.codes where code_list = 'missing')
select
    period as quarter,
    case when centre_id in (select code from missing) then '_U' else centre_id end as centre_id,
    'cases' as unit,
    count(*) as n
from core.counted_cases
group by all
order by quarter, centre_id
