"""Whether clients may be compared with a benchmark, and with which one.

Answers "is this comparison allowed, and if not, why not". Nothing here looks at a count of clients: which comparisons
are made is settled by settings and benchmarks alone, so that nobody can choose the one that says most.

Source: Lohr (2022), "Sampling: Design and Analysis", chapter 1 (target population, coverage); Office for National
Statistics, "Quality and methodology information for census passports held" (order of priority of passports).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.analysis.benchmarks import AGE, Benchmark, Share
from pipelines.periods import Period
from pipelines.served import Served

# In the order in which they are told.
REASONS = ("not_declared", "unit", "dual_rule", "population", "geography", "date", "empty", "none")
COUNTED = "people"
DAYS_A_YEAR = 365.25
# Dimensions for which it matters how people with several nationalities are counted.
NATIONALITY = ("nationality_code", "nationality_class_code")
DUAL_GROUP = "DUAL_NATIONAL"
GROUP = "group_code"


@dataclass(frozen=True)
class Target:
    """One group of clients that could be compared.

    `ages` are its ends in completed years, both included, where it is a group of ages; None otherwise.
    """

    dimension: str
    code: str
    ages: tuple[int, int | None] | None = None


@dataclass(frozen=True)
class Match:
    """The benchmark of one target, or the reasons why there is none.

    `share` is None when there is a reason. `counts_duals_elsewhere` tells that the benchmark puts people with several
    nationalities into rows where the caseload does not have them.
    """

    benchmark: Benchmark | None
    share: Share | None
    reasons: tuple[str, ...]
    counts_duals_elsewhere: bool = False


def find_match(target: Target, benchmarks: Iterable[Benchmark], served: Served, period: Period) -> Match:
    """Choose the benchmark of one group.

    Of those that may be compared, one that counts the group itself goes before one that only bounds it, then the
    narrower range, then the network's own, then the newer.

    Args:
        target: the group.
        benchmarks: every benchmark there is.
        served: whom the network serves.
        period: the publication period.
    Returns:
        The benchmark and its share of the group; or, of the benchmarks that fail, the reasons of the one that fails
        least. With no benchmark at all the reason is `none`.
    """
    candidates = [(benchmark, share) for benchmark in benchmarks if (share := _share(benchmark, target)) is not None]
    matches = [
        Match(
            benchmark,
            share if not (reasons := why_not(benchmark, share, target, served=served, period=period)) else None,
            reasons,
            target.dimension in NATIONALITY and benchmark.dual_rule != "apart",
        )
        for benchmark, share in candidates
    ]
    ranks = {id(match): _rank(match, share) for match, (_, share) in zip(matches, candidates, strict=True)}
    return min(matches, key=lambda match: ranks[id(match)]) if matches else Match(None, None, ("none",))


def why_not(benchmark: Benchmark, share: Share, target: Target, *, served: Served, period: Period) -> tuple[str, ...]:
    """Give every reason against a comparison, in the order of `REASONS`; none when it is allowed."""
    failed: Mapping[str, bool] = {
        "not_declared": not (served.geography and served.population),
        "unit": benchmark.unit != COUNTED,
        "dual_rule": _breaks_dual_rule(benchmark, target),
        "population": bool(served.population) and benchmark.population != served.population,
        "geography": bool(served.geography) and benchmark.geography != served.geography,
        "date": years_apart(benchmark, period) > served.within_years,
        "empty": share.low <= 0,
    }
    return tuple(name for name in REASONS if failed.get(name))


def years_apart(benchmark: Benchmark, period: Period) -> float:
    """Give the years between a benchmark's reference date and the middle of a period."""
    first, last = period.first.first_day, period.last.last_day
    middle = first + (last - first) / 2
    return abs((benchmark.reference_date - middle).days) / DAYS_A_YEAR


def _share(benchmark: Benchmark, target: Target) -> Share | None:
    if benchmark.dimension == AGE:
        return benchmark.age_share(*target.ages) if target.ages else None
    return benchmark.share(target.code) if benchmark.dimension == target.dimension else None


def _breaks_dual_rule(benchmark: Benchmark, target: Target) -> bool:
    """Where each person has one nationality nobody is dual; where duals are left out, shares are of others."""
    if target.dimension == GROUP and target.code == DUAL_GROUP:
        return benchmark.dual_rule != "apart"
    return target.dimension in NATIONALITY and benchmark.dual_rule == "left_out"


def _rank(match: Match, share: Share) -> tuple[float, ...]:
    benchmark = match.benchmark
    assert benchmark is not None  # noqa: S101 - a match of a candidate has its benchmark
    width = round(share.high - share.low, 4)
    return (
        len(match.reasons),
        float(benchmark.dimension == AGE and width > 0 and not share.is_exact),
        width,
        float(not benchmark.is_own),
        -benchmark.reference_date.toordinal(),
    )
