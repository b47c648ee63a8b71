-- One row per source, quarter and field: of how many cases that count the field says something, and what is missing how.
-- A case with several advice types or barriers says something when one of them is known. n_could_show counts, for
-- nationality alone, the known ones that could have shown a second nationality: of sources that recorded one in this quarter
-- or before. Internal: it never goes to a brief.
with
missing as (select code from reference.codes where code_list = 'missing'),
first_duals as (
    select source_id, min(quarter) as first_quarter
    from core.recorded_codes
    where field = 'second_nationality'
    group by source_id
)
select
    said.source_id,
    said.quarter,
    said.field,
    'cases' as unit,
    cast(sum(said.n) as bigint) as n,
    cast(sum(case when said.code is null or said.code in (select code from missing) then 0 else said.n end) as bigint) as n_known,
    cast(sum(case said.code when 'refused' then said.n else 0 end) as bigint) as n_refused,
    cast(sum(case said.code when 'not_asked' then said.n else 0 end) as bigint) as n_not_asked,
    cast(sum(case when coalesce(said.code, 'not_recorded') = 'not_recorded' then said.n else 0 end) as bigint) as n_not_recorded,
    cast(sum(case said.code when 'not_collected' then said.n else 0 end) as bigint) as n_not_collected,
    cast(sum(case said.code when 'not_recognised' then said.n else 0 end) as bigint) as n_not_recognised,
    cast(sum(case when said.code is null or said.code in (select code from missing) then 0
        when said.field = 'nationality' and said.quarter >= first_duals.first_quarter then said.n else 0 end) as bigint)
        as n_could_show
from core.recorded_codes as said
left join first_duals on first_duals.source_id = said.source_id
where said.field <> 'second_nationality'
group by said.source_id, said.quarter, said.field
order by source_id, quarter, field
