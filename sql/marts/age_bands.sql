-- One row per source and cut between two age groups: cases whose age is known only as a range on both sides of the cut.
-- Such a case belongs to neither side, so a share above the cut is a range of shares. Internal: it goes to the reports of
-- a run, never to a brief.
with
cuts as (select age_low as age_cut from reference.age_groups where age_low > 0),
aged as (select source_id, age_low, age_high from core.cases where age_low is not null)
select
    aged.source_id,
    cuts.age_cut,
    'cases' as unit,
    count(*) as n_known,
    sum(case when aged.age_low < cuts.age_cut and (aged.age_high is null or aged.age_high >= cuts.age_cut) then 1 else 0 end)
        as n
from aged
cross join cuts
group by aged.source_id, cuts.age_cut
order by aged.source_id, cuts.age_cut
