"""The words of the page of the study. Figures in braces are filled in from what was measured."""

from __future__ import annotations

STRENGTH_WORDS = {
    "none": "no group under-served",
    "quarter": "a quarter as often as the others",
    "half": "half as often as the others",
    "seven tenths": "0.7 times as often as the others",
    "mild .94": "half as often, and six more at 0.94 of their share",
    "mild .85": "half as often, and six more at 0.85 of their share",
}
OVERLAY_WORDS = {
    "missing .1": "10 % of ages missing at random",
    "missing .2": "20 % of ages missing at random",
    "selective .1": "10 % of ages missing, one band three times as often",
    "selective .2": "20 % of ages missing, one band three times as often",
    "over-dispersed": "centres differ (standard deviation 20 %)",
    "late centre": "one centre of five sent 40 % of its period",
    "late centre of a group": "the same, and this centre sees four in five of one group",
    "households": "three in ten come as two or three together",
    "old benchmark": "benchmark shares off by 15 % at random",
    "rounded": "counts rounded to 5, as briefs show them",
}
INTRODUCTION = """
# Can the flags be trusted? A simulation study

Written by `make simulate`; do not edit. {runs:,} invented workspaces in each of {worlds} worlds, drawn with a fixed
seed; the same seed gives the same figures. Made on {machine}.

**What was simulated.** A network's clients fall into 30 groups, whose shares of the benchmark population are all
alike or very unlike (the second group half as large as the first, the third a third, and so on). The benchmark is a
census, or a sample of 20,000 or 5,000 people with the error of such a sample. In most worlds six of the 30 groups,
large and small, come less often than the others. Since shares add up to one, the other groups then stand a little
above 1: "half as often" is a true ratio of 0.54 to the benchmark. Each workspace is one draw of clients and of the
benchmark, to which the product's own code is applied: limits, adjustment for many comparisons, states and flag.

**Words.** A flag is *false* when the group's true ratio is 0.8 or more, so groups that are only mildly low count as
false. *False, of flags* is the false discovery rate: the mean of false flags over all flags of a brief, none counting
as 0; the product aims at 5 % at most. *Power* is the share of truly under-served groups (true ratio below 0.8) that
are flagged. The figure after ± is the Monte-Carlo error, one standard error. Three rules that briefs use stand beside
the product's: the group's share is below the benchmark; it is below 0.8 of it; an exact test without adjustment gives
p below .05.
"""
SUMMARY = """
## In short

- In the worst of all worlds without faulty data, {worst} of the product's flags are false. The rule "share below
  benchmark" is wrong in {usual_low} to {usual_high} of its flags when six of 30 groups come half as often.
- The price is power: with a benchmark sample of 20,000 and groups that come half as often, the product flags
  {power_300} of them in a caseload of 300 clients, {power_1250} at 1,250, {power_5000} at 5,000
  and {power_20000} at 20,000.
- Nominal 95 % intervals of ratios hold the truth in {covered} of cases on average.
- None of this holds whatever the data are. Where no group is under-served, {households} of briefs
  carry a false flag if families come together, {old} if the benchmark is out of date,
  and {late} if a late centre sees most of one group. See "When the data are not as they should be".

![Power against false alarms by size of group. The product's rule has almost no false alarms and sees few small
groups; the usual rules see nearly all and raise false alarms in up to half of the other
groups.](images/simulation.svg)
"""
ALARMS = """
## How many flags are false?

Six of 30 groups come half as often as the others; shares are unlike.
"""
WORST = """
The highest figure over all caseload sizes, benchmarks and kinds of shares, for each truth. A highest figure of many
is itself a little too high by chance. In a world with no group under-served every flag is false, so the two columns
of the product agree.
"""
SIZES = """
## How large must a group be?

By the clients expected from the benchmark (columns), over all four caseload sizes, with a benchmark sample of 20,000.
A dash: no such group. Below 5 expected clients nothing is flagged.
"""
COVERAGE = """
## Do the intervals hold what they promise?

Nominal 95 %. First the ratio to the benchmark, for groups with at least five expected clients, over all truths and
kinds of shares. It rests on an exact method, which is cautious where counts are small, and against a sample also
where a group is a large part of all clients; at 300 clients it may cover a little more than 97 %. "Lowest group" is
the least of many groups and therefore also low by chance.
"""
STATES = """
## Do the states claim only what is true?

Share of all groups, with a benchmark sample of 20,000 and shares unlike. `clearly_lower` claims a ratio below 0.8,
`lower_size_unsure` one below 1, `about_as_expected` and `small_difference` one from 0.8 to 1.25, and so on;
`too_few_to_say` claims nothing. Where all groups truly stand at 1, some 2.5 % on either side must look different by
chance; the flag, not the state, is adjusted for the number of comparisons.
"""
IMPERFECT = """
## When the data are not as they should be

One thing at a time, with a benchmark sample of 20,000 and shares unlike. Where ages are missing, the six largest
groups stand for age bands and the other 24 are not touched; the band with more missing truly comes as often as
others. The last column is the same rule after leaving out clients whose age is not known, as is usual.

What it shows:

- Bounds for what is missing keep the flags honest, at a price: a band cannot be judged when those not known could
  change the verdict. Leaving the unknown out turns a habit of recording into a finding.
- Where centres differ, intervals are too narrow and hold the truth less often than they say, the more so the larger the
  caseload. The flags are touched less, because they ask for a whole interval below 0.8.
- Where people come as families, or the benchmark is out of date, the 5 % does not hold: where no group is under-served,
  more briefs than that carry a false flag. Nothing in the counts shows it.
- A centre that sent only part of its period shifts the mix of clients. When it is the one that sees most of a group,
  that group is flagged although it comes as often as others: no rule on counts can tell this from under-service. Before
  a flag is acted on, look at what each source sent, at the date of the benchmark, and at whether clients come together.
"""
CHANGE = """
## Has a group's number fallen?

Quarterly counts that stay the same or halve. The product tests the newest count exactly, one-sided at 5 %. Chart
limits are a mean less 2.66 mean moving ranges, which the product draws only from a mean of 10 and 12 quarters on and
never uses as a test.
"""
WHOLE = """
## Does a release say the same?

{whole.workspaces} whole workspaces, each of {whole.cases:,} invented cases with another seed: messy files are written,
read, stored, protected and published, and the findings of the network's brief for four quarters are read from its
manifest. People aged 55 and over are {aged} of all who truly came, against 8 % of the invented population, and family
members {family}, against 16 %. Dual nationals come as often as others but are often not recorded as such, so a flag on
them would be false. Limits allow for people whose age or role is not known, and therefore hold the truth more often
than they promise.
"""
LIMITS = """
## Limits

- The groups share one population between them. In a real brief they overlap (65 and over within 55 and over); the
  adjustment for many comparisons holds under such overlap by theory, which is not tested here.
- The benchmark is a simple random sample of the right population. One that counts the wrong people is outside every
  figure on this page; one that is out of date is simulated only as shares that are off at random.
- Faults come one at a time; several together are not simulated. Duplicates act as people who come together do.
- Nearly all workspaces are drawn as counts; the few whole ones have three centres and one kind of truth.
"""
