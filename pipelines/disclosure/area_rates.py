"""Clients for every thousand people by area, made from one protected table and a public population.

Answers "from which areas did clients come, and from which did few". A rate is a function of published counts and of a
benchmark of areas. It holds for every true count behind rounded ones; a hidden count has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.analysis.area_benchmarks import AREA, Population, area_benchmark, least_expected, pooled, together
from pipelines.analysis.benchmarks import Benchmark
from pipelines.analysis.representation import Assessment, Comparison, assess
from pipelines.codelists import TOTAL
from pipelines.disclosure.area_figures import FIELD, TABLE, AreaFigures
from pipelines.disclosure.area_words import AreaWords, no_rates_statement, state_statement
from pipelines.disclosure.comparison_cases import Grounds
from pipelines.disclosure.findings import NUMBERS
from pipelines.disclosure.protected import ALL_AREAS, POOL, POOLED, AreaRate, ProtectedTable
from pipelines.disclosure.published_figures import reach_of
from pipelines.disclosure.rules import centre_of
from pipelines.statistics.intervals import count_interval
from pipelines.statistics.states import CANNOT_TELL, LEAST_EXPECTED, NOT_COLLECTED, WITHHELD

MEASURE, PER = "clients_per_1000", 1000.0
SAMPLE = "sample"


def area_rates(tables: Mapping[str, ProtectedTable], grounds: Grounds, *, audience: str) -> tuple[AreaRate, ...]:
    """State for every area how many clients came for every thousand of its people.

    All areas with at least five expected clients are one family of comparisons, the small ones together being one.

    Args:
        tables: the protected tables of one audience, by their ids.
        grounds: benchmarks, whom the network serves and which sources record areas.
        audience: whose tables they are; a law centre has no table of areas, and nothing is told.
    Returns:
        All areas first, then each area of the benchmark in order, last the small ones together. Where there are no
        rates one row says why; nothing where a brief has no table of areas for another reason.
    Source: limits, Garwood 1936, Biometrika 28:437, and Byar in Breslow and Day 1987; what a verdict is, see
        `pipelines.analysis.representation`.
    """
    if centre_of(audience) is not None:
        return ()
    if not grounds.is_collected([FIELD]):
        return (_without(NOT_COLLECTED, state_statement(NOT_COLLECTED, grounds.clients)),)
    if TABLE not in tables:
        return ()
    benchmark, reasons = area_benchmark(grounds.benchmarks, grounds.served, grounds.period)
    if benchmark is None or reasons:
        return (_no_rates(reasons, benchmark, grounds),)
    if benchmark.effective_sample is not None:
        return (_no_rates((SAMPLE,), benchmark, grounds),)
    areas = AreaFigures(tables, grounds, benchmark)
    refused = areas.refused
    return (_no_rates((refused,), benchmark, grounds),) if refused else tuple(_rates(areas))


def _rates(areas: AreaFigures) -> list[AreaRate]:
    """Give every row: the pool is one comparison of the family, its areas are none."""
    pool = pooled(areas.people, areas.known)
    told = {code: (code,) for code in areas.people if code not in pool} | ({POOL: pool} if pool else {})
    figures = {code: areas.figures(codes) for code, codes in told.items()}
    shares = {code: together(areas.people[each] for each in codes) for code, codes in told.items()}
    comparisons = {
        code: Comparison(**vars(found), share=shares[code].share_of(areas.whole))
        for code, found in figures.items()
        if found is not None
    }
    hidden = [code for code in told if code not in comparisons]
    n_hidden = sum(areas.known * shares[code].share_of(areas.whole).low >= LEAST_EXPECTED for code in hidden)
    assessed = dict(zip(comparisons, assess(list(comparisons.values()), n_hidden=n_hidden), strict=True))
    size = n_hidden + sum(each.expected >= LEAST_EXPECTED for each in comparisons.values())
    found = {code: _told(areas, code, shares[code], comparisons[code], assessed[code], size) for code in comparisons}
    found |= {code: _withheld(areas, code, shares[code]) for code in hidden}
    found |= {code: _of_pool(areas, code) for code in pool}
    return [_all_areas(areas), *(found[code] for code in areas.people), *([found[POOL]] if pool else [])]


def _told(  # noqa: PLR0917
    areas: AreaFigures, code: str, people: Population, comparison: Comparison, found: Assessment, size: int
) -> AreaRate:
    words = _words(areas, code)
    is_small = comparison.members < areas.rule.least_said
    figures = _of_count(comparison.members, comparison.reach_members, people, is_small=is_small)
    told = _benchmark(areas, people) | {
        "observed": None if is_small else found.observed,
        "low": found.share_low,
        "high": found.share_high,
        "ratio": None if is_small else found.ratio,
        "ratio_low": found.ratio_low,
        "ratio_high": found.ratio_high,
        "q_value": found.q_value,
        "base": comparison.base,
        "not_known": comparison.missing,
        "missing_low": found.missing_low,
        "missing_high": found.missing_high,
        "expected": found.expected,
        "family_size": size if found.q_value is not None else None,
        "reach_n": comparison.reach_members,
        "reach_base": comparison.reach_base,
        "reach_not_known": comparison.reach_missing,
        "reasons": found.decided_by,
        "is_clearly_below": found.is_flagged,
        "is_told": found.is_flagged or (is_small and found.expected >= least_expected()),
    }
    statement = words.statement(people, figures | told, found.state, is_clear=found.is_flagged)
    return _rate(code, found.state, statement, **figures, **told)


def _all_areas(areas: AreaFigures) -> AreaRate:
    """Tell the rate of all areas together, which every other one stands beside."""
    reach = reach_of(areas.rule) * (2 + len(areas.outside))
    figures = _of_count(areas.known, reach, areas.whole, is_small=False)
    words, without = _words(areas, TOTAL), areas.sources_without
    told = {"population": areas.whole.value, "rounded_to": areas.whole.rounded_to, "reach_n": reach}
    statement = words.statement(areas.whole, figures | told, ALL_AREAS, is_clear=False)
    if without:
        statement += " " + words.left_out(without.values())
    return _rate(TOTAL, ALL_AREAS, statement, sources_without=tuple(without), **figures, **told)


def _of_count(n: int, reach: int, people: Population, *, is_small: bool) -> dict[str, Any]:
    low, high = float(count_interval(max(n - reach, 0))[0]), float(count_interval(n + reach)[1])
    rate = None if is_small else n / people.value * PER
    return {"n": n, "rate": rate, "rate_low": low / people.high * PER, "rate_high": high / people.low * PER}


def _withheld(areas: AreaFigures, code: str, people: Population) -> AreaRate:
    statement = state_statement(WITHHELD, areas.grounds.clients)
    return _rate(code, WITHHELD, statement, population=people.value, rounded_to=people.rounded_to)


def _of_pool(areas: AreaFigures, code: str) -> AreaRate:
    people = areas.people[code]
    statement = state_statement(POOLED, areas.grounds.clients)
    return _rate(code, POOLED, statement, population=people.value, rounded_to=people.rounded_to, pool=POOL)


def _no_rates(reasons: Sequence[str], benchmark: Benchmark | None, grounds: Grounds) -> AreaRate:
    title = benchmark.title if benchmark else ""
    statement = no_rates_statement(reasons, title=title, clients=grounds.clients)
    return _without(CANNOT_TELL, statement, reasons=tuple(reasons))


def _without(state: str, statement: str, **told: Any) -> AreaRate:
    return _rate(TOTAL, state, statement, **told)


def _words(areas: AreaFigures, code: str) -> AreaWords:
    label = areas.grounds.labels.get(AREA, {}).get(code, code)
    return AreaWords(code, label, areas.grounds.clients, areas.rule)


def _benchmark(areas: AreaFigures, people: Population) -> dict[str, Any]:
    share = people.share_of(areas.whole)
    return {
        "population": people.value,
        "rounded_to": people.rounded_to,
        "benchmark": (share.low + share.high) / 2 if share.is_exact else None,
        "benchmark_id": areas.benchmark.benchmark_id,
        "benchmark_low": share.low,
        "benchmark_high": share.high,
    }


def _rate(code: str, state: str, statement: str, **figures: Any) -> AreaRate:
    known: dict[str, Any] = dict.fromkeys(NUMBERS) | figures
    return AreaRate(f"{AREA}.{code}.{MEASURE}", code, AREA, MEASURE, state=state, statement=statement, **known)
