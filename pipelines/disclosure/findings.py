"""Findings: what the published figures of one audience show about each group, made from protected tables only.

Answers "is this group seen as often as its share of the population". A finding is a function of what its audience is
shown and of public benchmarks. It holds for every true count behind rounded figures; one about a hidden figure is
`withheld` and holds no number of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.analysis.comparability import Match
from pipelines.analysis.recorded import Figures
from pipelines.analysis.representation import Assessment, Comparison, assess
from pipelines.codelists import TOTAL
from pipelines.disclosure.comparison_cases import Case, Grounds, group_cases, row_cases
from pipelines.disclosure.finding_names import MEASURE, TOLD_WITHOUT_BENCHMARK, finding_name
from pipelines.disclosure.protected import Finding, ProtectedTable
from pipelines.disclosure.statements import (
    assessed_headline,
    assessed_statement,
    dimension_statement,
    plain_statement,
    reason_statement,
)
from pipelines.statistics.states import CANNOT_TELL, LEAST_EXPECTED, NOT_COLLECTED, WITHHELD

__all__ = ["Grounds", "representation_findings"]
NUMBERS = ("observed", "low", "high", "benchmark", "ratio", "ratio_low", "ratio_high", "q_value")


def representation_findings(tables: Mapping[str, ProtectedTable], grounds: Grounds) -> tuple[Finding, ...]:
    """State what can be said about every group that could be compared with a benchmark.

    All comparisons of the edition that have a benchmark and at least five expected clients are one family, hidden ones
    included, so that every q-value can be worked out from what is published.

    Args:
        tables: the protected tables of one audience, by their ids.
        grounds: benchmarks, whom the network serves, groups and words.
    Returns:
        One finding per group of interest, in their order; then one per row of a table whose dimension has a benchmark,
        in code-list order; then one per dimension of which nothing can be compared.
    """
    cases = [*group_cases(tables, grounds), *row_cases(tables, grounds)]
    comparisons = [case.comparison for case in cases]
    compared = [comparison for comparison in comparisons if comparison is not None]
    n_hidden = _hidden_in_family(tables, cases)
    assessed = iter(assess(compared, n_hidden=n_hidden))
    size = n_hidden + sum(comparison.expected >= LEAST_EXPECTED for comparison in compared)
    found = tuple(
        _unassessed(case) if comparison is None else _assessed(case, comparison, next(assessed), size)
        for case, comparison in zip(cases, comparisons, strict=True)
    )
    return (*found, *_without_benchmark(cases, grounds))


def _hidden_in_family(tables: Mapping[str, ProtectedTable], cases: Sequence[Case]) -> int:
    """Count hidden comparisons of the family; their base is taken as all clients, whose number is published."""
    total = next(iter(tables.values())).total(unit="clients").n or 0
    hidden = (case.match.share for case in cases if case.figures is None and case.is_collected)
    return sum(total * share.low >= LEAST_EXPECTED for share in hidden if share is not None)


def _assessed(case: Case, comparison: Comparison, found: Assessment, family_size: int) -> Finding:
    assert case.match.benchmark is not None  # noqa: S101 - a comparison has its benchmark
    return _finding(
        *_identity(case),
        found.state,
        assessed_statement(case.subject, case.match.benchmark, comparison, found),
        headline=assessed_headline(case.subject, case.match.benchmark, comparison, found),
        **(_benchmark(case.match) | _reaches(comparison)),
        observed=found.observed,
        low=found.share_low,
        high=found.share_high,
        ratio=found.ratio,
        ratio_low=found.ratio_low,
        ratio_high=found.ratio_high,
        q_value=found.q_value,
        n=comparison.members,
        base=comparison.base,
        not_known=comparison.missing,
        missing_low=found.missing_low,
        missing_high=found.missing_high,
        expected=found.expected,
        family_size=family_size if found.q_value is not None else None,
        is_under_served=found.is_flagged,
        reasons=found.decided_by,
    )


def _unassessed(case: Case) -> Finding:
    """State what is left without a comparison: not collected, hidden, or no benchmark for a figure that is shown."""
    title = case.match.benchmark.title if case.match.benchmark else ""
    if not case.is_collected:
        return _finding(*_identity(case), NOT_COLLECTED, plain_statement(NOT_COLLECTED), **_benchmark(case.match))
    if case.figures is None:
        return _finding(*_identity(case), WITHHELD, plain_statement(WITHHELD), **_benchmark(case.match))
    recorded = _recorded(case.figures)
    reasons = case.match.reasons if recorded else ("not_known",)
    statement = reason_statement(case.subject, reasons, title)
    return _finding(*_identity(case), CANNOT_TELL, statement, reasons=reasons, **recorded)


def _reaches(figures: Figures) -> dict[str, Any]:
    return {
        "reach_n": figures.reach_members,
        "reach_base": figures.reach_base,
        "reach_not_known": figures.reach_missing,
    }


def _recorded(figures: Figures) -> dict[str, Any]:
    """Give the share that was recorded, and its bounds for rounding and those not known; nothing without a share."""
    if figures.observed is None:
        return {}
    low, high = figures.missing_low, figures.missing_high
    return {
        "observed": figures.observed,
        "low": low,
        "high": high,
        "n": figures.members,
        "base": figures.base,
        "not_known": figures.missing,
        **_reaches(figures),
        "missing_low": low,
        "missing_high": high,
    }


def _benchmark(match: Match) -> dict[str, Any]:
    if match.benchmark is None or match.share is None:
        return {}
    share = match.share
    return {
        "benchmark": (share.low + share.high) / 2 if share.is_exact else None,
        "benchmark_id": match.benchmark.benchmark_id,
        "benchmark_low": share.low,
        "benchmark_high": share.high,
        "effective_sample": share.effective_sample,
    }


def _without_benchmark(cases: Sequence[Case], grounds: Grounds) -> Iterator[Finding]:
    """Say of each dimension of which nothing is compared why that is so."""
    compared = {case.target.dimension for case in cases}
    for dimension in (name for name in TOLD_WITHOUT_BENCHMARK if name not in compared):
        codes = [code for code in grounds.labels[dimension] if code != TOTAL]
        matches = [grounds.match(grounds.target(dimension, code)) for code in codes]
        match = min(matches, key=lambda each: (each.benchmark is None, len(each.reasons)))
        # A benchmark that may be compared and still leaves a dimension out has other bands of age.
        reasons = match.reasons or ("bands",)
        title = match.benchmark.title if match.benchmark else ""
        statement = dimension_statement(dimension, grounds.clients, reasons, title)
        yield _finding(finding_name(dimension, TOTAL), TOTAL, dimension, CANNOT_TELL, statement, reasons=reasons)


def _identity(case: Case) -> tuple[str, str, str]:
    target = case.target
    return finding_name(target.dimension, target.code), target.code, target.dimension


def _finding(finding_id: str, group: str, dimension: str, state: str, statement: str, **figures: Any) -> Finding:  # noqa: PLR0917
    known: dict[str, Any] = dict.fromkeys(NUMBERS) | figures
    return Finding(finding_id, group, dimension, MEASURE, state=state, statement=statement, **known)
