"""Findings: does every number of them follow from published counts, and is there none where a count is hidden?

Answers "could a comparison be turned back into a count", and whether its verdict and its words follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from pipelines.audit.findings_file import file_problems
from pipelines.audit.reading import Release, Row
from pipelines.audit.statements import statement_problems
from pipelines.audit.structure import GROUP
from pipelines.audit.verdicts import verdict_problems
from pipelines.codelists import NOT_KNOWN, TOTAL

WITHHELD = frozenset({"withheld", "not_collected"})
# Numbers of a finding that come from the counts of clients.
OURS = (
    "n", "base", "not_known", "observed", "low", "high", "missing_low", "missing_high", "expected", "ratio",
    "ratio_low", "ratio_high", "q_value", "family_size",
)  # fmt: skip
# A finding that holds all of these is told in full.
_WHOLE = frozenset({*OURS, "state", "statement", "headline", "reasons", "benchmark_low", "benchmark_high"})
# Rows whose clients may belong to any code of their dimension.
_OPEN = (NOT_KNOWN, "DUAL", "Y_GE18")
_MOST_SOURCES = 12
TOLERANCE = 1e-9


def finding_problems(release: Release) -> Iterator[str]:
    """Name every number of the findings of a release that does not follow from its tables."""
    told = release.manifest.get("findings")
    findings = [each for each in told if isinstance(each, dict)] if isinstance(told, list) else []
    for finding in findings:
        name = str(finding.get("finding_id", "a finding"))
        for problem in (*_judge(release, finding), *_told(release, finding)):
            yield release.problem(f"the finding {name} {problem}")
    yield from (release.problem(problem) for problem in file_problems(release, findings))


def _told(release: Release, finding: Mapping[str, Any]) -> Iterator[str]:
    """A verdict follows from the numbers, and the words from both; words of another version may be others."""
    if finding.keys() >= _WHOLE:
        yield from verdict_problems(finding)
        if release.is_ours:
            benchmarks = release.manifest.get("benchmarks") or ()
            yield from statement_problems(finding, {str(each.get("benchmark_id")): each for each in benchmarks})


def _judge(release: Release, finding: Mapping[str, Any]) -> Iterator[str]:
    told = {name for name in OURS if finding.get(name) is not None}
    if finding.get("state") in WITHHELD or finding.get("group") == TOTAL:
        if told:
            yield "is withheld and still holds numbers. Take them out."
        return
    if not told:
        return
    rows = _rows(release, finding)
    whole, members = rows.get(TOTAL), rows.get(str(finding.get("group")) if finding.get("dimension") != GROUP else "Y")
    # A code that has no row has no client: its table shows every code, or leaves out only rounded zeros.
    n = members.n if members else 0
    if whole is None or whole.n is None or n is None or any(row.n is None for row in _open(rows)):
        yield "rests on a hidden count. Withhold it."
    elif finding.get("n") != n or (finding.get("base"), finding.get("not_known")) not in bases_of(release, rows):
        yield "does not rest on published counts. Release the edition again."
    elif not follows(finding):
        yield "holds shares that do not follow from its counts. Release the edition again."


def _rows(release: Release, finding: Mapping[str, Any]) -> dict[str, Row]:
    """Give the rows a finding is about, by their last code."""
    dimension, group, unit = finding.get("dimension"), finding.get("group"), finding.get("unit", "clients")
    for table in release.tables.values():
        is_group = dimension == GROUP and table.dimensions == (GROUP, "membership_code")
        if is_group or table.dimensions == (dimension,):
            return {
                row.codes[-1]: row for row in table.rows if row.unit == unit and (not is_group or row.codes[0] == group)
            }
    return {}


def _open(rows: Mapping[str, Row]) -> list[Row]:
    return [rows[code] for code in _OPEN[:1] if code in rows]


def bases_of(release: Release, rows: Mapping[str, Row]) -> set[tuple[int, int]]:
    """Give every base with its number not known: all clients, without those of some sources that do not collect it."""
    total = rows[TOTAL].n or 0
    table = release.tables.get("by_source")
    sources = [row.n for row in table.rows if row.codes != (TOTAL,) and row.n] if table else []
    left_out = {0}
    for n in sources[:_MOST_SOURCES]:
        left_out |= {out + n for out in left_out}
    if NOT_KNOWN in rows:
        left_out.add(rows[NOT_KNOWN].n or 0)
    further = [rows[code].n or 0 for code in _OPEN if code in rows]
    missing = {sum(chosen) for size in range(len(further) + 1) for chosen in combinations(further, size)}
    return {(total - out, not_known - out) for out in left_out for not_known in missing if not_known - out >= 0}


def follows(finding: Mapping[str, Any]) -> bool:
    """Tell whether the share of a finding is that of those for whom membership is known."""
    known = finding["base"] - finding["not_known"]
    observed = finding.get("observed")
    return observed is None or (known > 0 and abs(observed - finding["n"] / known) < TOLERANCE)
