-- One row per range of ages that was read, and the age group it lies in; of a range in several groups that of adults, if any.
-- Ages come as single years or as bands of a source's own. A range that may hold children has no row.
with
ages as (select distinct age_low, age_high from staging.record_times where age_low is not null)
select
    ages.age_low,
    ages.age_high,
    case when age_groups.age_group_code is not null then age_groups.age_group_code else 'Y_GE18' end as age_group_code
from ages
left join reference.age_groups as age_groups
    on ages.age_low >= age_groups.age_low
    and (age_groups.age_high is null or ages.age_high <= age_groups.age_high)
where age_groups.age_group_code is not null or ages.age_low >= 18
