"""All figures of one edition as one linked system of cells and relations.

Answers "what could be subtracted from what". Relations are worked out from the data, not listed by hand: wherever rows
of one table and rows of another hold exactly the same clients, their sums are equal (nationalities and their class,
centres and their project, ages and the group aged 55 and over, every table and its total).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from pipelines.analysis.breakdowns import Breakdown, Caseload
from pipelines.codelists import TOTAL


@dataclass(frozen=True, order=True)
class CellName:
    """The identity of a published figure: table, codes and unit."""

    table_id: str
    codes: tuple[str, ...]
    unit: str


@dataclass(frozen=True)
class Relation:
    """`sum(left) = sum(right)`, or `sum(left) <= sum(right)` when it is not exact."""

    left: tuple[CellName, ...]
    right: tuple[CellName, ...]
    is_exact: bool

    @property
    def cells(self) -> tuple[CellName, ...]:
        """Give every cell of both sides."""
        return self.left + self.right


@dataclass(frozen=True, eq=False)
class LinkedSystem:
    """Every cell of an edition with its true count, and every relation between them; internal."""

    counts: Mapping[CellName, int]
    relations: tuple[Relation, ...]

    def __repr__(self) -> str:
        return f"LinkedSystem({len(self.counts)} cells, {len(self.relations)} relations)"


def link(caseload: Caseload) -> LinkedSystem:
    """Put all tables of a caseload into one system.

    Args:
        caseload: the true counts of one publication period.
    Returns:
        Cells and relations; a relation of a cell with itself is left out.
    """
    counts = {name: n for breakdown in caseload.breakdowns for name, n in _cells(breakdown)}
    relations = [
        *_totals(caseload),
        *_overlaps(caseload),
        *_issues_and_clients(counts),
        *_cases_and_clients(counts, caseload),
    ]
    return LinkedSystem(counts, tuple(relations))


def _cells(breakdown: Breakdown) -> Iterator[tuple[CellName, int]]:
    dimensions = breakdown.definition.dimensions
    for row in breakdown.frame.iter_rows(named=True):
        codes = tuple(str(row[name]) for name in dimensions)
        yield CellName(breakdown.definition.table_id, codes, row["unit"]), int(row["n"])


def _totals(caseload: Caseload) -> Iterator[Relation]:
    """Tie the rows of a table to its total: exactly where they add up, as a bound where they overlap."""
    for breakdown in caseload.breakdowns:
        groups: dict[tuple[tuple[str, ...], str], list[CellName]] = {}
        for name, _ in _cells(breakdown):
            groups.setdefault((name.codes[:-1], name.unit), []).append(name)
        for (_, unit), names in groups.items():
            totals = tuple(name for name in names if name.codes[-1] == TOTAL)
            parts = tuple(name for name in names if name.codes[-1] != TOTAL)
            adds_up = bool(breakdown.definition.profiles) or unit != "clients"
            yield Relation(totals, parts, is_exact=adds_up)
            if not adds_up:
                yield from (Relation((part,), totals, is_exact=False) for part in parts)


def _overlaps(caseload: Caseload) -> Iterator[Relation]:
    """Find groups of rows of two tables that hold exactly the same clients."""
    cuts = [
        (breakdown.definition.table_id, leading, column)
        for breakdown in caseload.breakdowns
        for leading, column in breakdown.definition.profiles.items()
    ]
    for first, second in combinations(cuts, 2):
        pairs = caseload.profiles.select(first[2], second[2]).unique(maintain_order=True).sort(first[2], second[2])
        for left, right in _components(list(pairs.iter_rows())):
            yield Relation(_named(first, left), _named(second, right), is_exact=True)


def _named(cut: tuple[str, tuple[str, ...], str], codes: list[str]) -> tuple[CellName, ...]:
    table_id, leading, _ = cut
    return tuple(CellName(table_id, (*leading, code), "clients") for code in codes)


def _components(pairs: list[tuple[str, str]]) -> list[tuple[list[str], list[str]]]:
    """Split pairs of codes that occur together into groups that share no code: the connected parts of their graph."""
    groups: list[tuple[set[str], set[str]]] = []
    for left, right in pairs:
        touching = [group for group in groups if left in group[0] or right in group[1]]
        merged = ({left}.union(*(group[0] for group in touching)), {right}.union(*(group[1] for group in touching)))
        groups = [group for group in groups if group not in touching] + [merged]
    return [(sorted(left), sorted(right)) for left, right in groups]


def _issues_and_clients(counts: Mapping[CellName, int]) -> Iterator[Relation]:
    """A client with an advice type has at least one issue of it."""
    for name in counts:
        issues = CellName(name.table_id, name.codes, "issues")
        if name.unit == "clients" and issues in counts:
            yield Relation((name,), (issues,), is_exact=False)


def _cases_and_clients(counts: Mapping[CellName, int], caseload: Caseload) -> Iterator[Relation]:
    """Every client of the period has at least one case that was opened in it."""
    cases = tuple(CellName("by_period", (str(quarter),), "cases") for quarter in caseload.period.quarters)
    total = CellName("by_gender", (TOTAL,), "clients")
    if total in counts and all(name in counts for name in cases):
        yield Relation((total,), cases, is_exact=False)
