"""All figures of one edition as one linked system of cells and relations.

Answers "what could be subtracted from what". Relations are worked out from the data, not listed by hand: wherever rows
of one table and rows of another hold exactly the same clients, their sums are equal (nationalities and their class,
centres and their project, every table and its total). Where tables describe the same thing but cut across each other,
the clients in a row of one and a row of the other are a cell of their own, which is never shown but could be found by
subtraction (people aged 55 and over whose age group is only "18 or over").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from pipelines.analysis.breakdowns import Breakdown, Caseload
from pipelines.codelists import TOTAL

# Columns of the client profiles that describe the same thing: which of their codes go together is no secret. A group
# that a network made is such a family, with the columns it is made of.
FAMILIES = (
    ("source_id", "centre_id", "project_id"),
    ("nationality_code", "nationality_class_code", "is_dual_national_code"),
    ("age_group_code", "is_aged_55_plus_code"),
)
# The name of a table that nobody publishes: clients by all codes of one family.
COMBINED = "combined"
# Table, leading codes and the column of the profiles that cuts it.
Cut = tuple[str, tuple[str, ...], str]


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
    """Every cell of an edition with its true count, and every relation between them; internal.

    `unpublished` cells stand in no table: nobody sees them, but a small one must not be found by subtraction either.
    """

    counts: Mapping[CellName, int]
    relations: tuple[Relation, ...]
    unpublished: frozenset[CellName] = frozenset()

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
    families = [_family(caseload, columns) for columns in (*FAMILIES, *caseload.group_families)]
    combined = {name: n for own, _ in families for name, n in own.items()}
    relations = [
        *_totals(caseload),
        *_overlaps(caseload),
        *(relation for _, own in families for relation in own),
        *_cases_and_clients(counts, caseload),
        *_issues_and_clients(counts, caseload),
    ]
    return LinkedSystem(counts | combined, tuple(relations), frozenset(combined))


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
    for first, second in combinations(_cuts(caseload), 2):
        pairs = caseload.profiles.select(first[2], second[2]).unique().sort(first[2], second[2])
        for left, right in _components(list(pairs.iter_rows())):
            yield Relation(_named(first, left), _named(second, right), is_exact=True)


def _cuts(caseload: Caseload) -> list[Cut]:
    return [
        (breakdown.definition.table_id, leading, column)
        for breakdown in caseload.breakdowns
        for leading, column in breakdown.definition.profiles.items()
    ]


def _named(cut: Cut, codes: Sequence[str]) -> tuple[CellName, ...]:
    table_id, leading, _ = cut
    return tuple(CellName(table_id, (*leading, code), "clients") for code in codes)


def _components(pairs: Sequence[tuple[str, str]]) -> list[tuple[list[str], list[str]]]:
    """Split pairs of codes that occur together into groups that share no code: the connected parts of their graph."""
    groups: list[tuple[set[str], set[str]]] = []
    for left in dict.fromkeys(left for left, _ in pairs):
        own = ({left}, {right for code, right in pairs if code == left})
        touching = [group for group in groups if not own[1].isdisjoint(group[1])]
        for group in touching:
            own[0].update(group[0])
            own[1].update(group[1])
        groups = [group for group in groups if group not in touching] + [own]
    return [(sorted(left), sorted(right)) for left, right in groups]


def _family(caseload: Caseload, columns: Sequence[str]) -> tuple[dict[CellName, int], list[Relation]]:
    """Give the cells that tables of one family cut each other into, and every row as a sum of them.

    A row that is not cut stands for itself, so tables that nest add no cell.
    """
    cuts = [cut for cut in _cuts(caseload) if cut[2] in columns]
    if len(cuts) < 2:
        return {}, []
    names = [cut[2] for cut in cuts]
    counted = caseload.profiles.group_by(names).agg(pl.col("n").sum()).sort(names)
    holds: dict[CellName, list[tuple[str, ...]]] = {}
    for *codes, _ in counted.iter_rows():
        for cut, code in zip(cuts, codes, strict=True):
            holds.setdefault(_named(cut, [code])[0], []).append(tuple(codes))
    whole = {parts[0]: row for row, parts in reversed(holds.items()) if len(parts) == 1}
    stands = {
        tuple(codes): whole.get(tuple(codes), CellName(COMBINED, ("+".join(names), *codes), "clients"))
        for *codes, _ in counted.iter_rows()
    }
    cells = {name: n for (*codes, n) in counted.iter_rows() if (name := stands[tuple(codes)]).table_id == COMBINED}
    sums = [Relation((row,), tuple(stands[part] for part in parts), is_exact=True) for row, parts in holds.items()]
    return cells, [relation for relation in sums if relation.left != relation.right]


def _cases_and_clients(counts: Mapping[CellName, int], caseload: Caseload) -> Iterator[Relation]:
    """Every client of the period has a case that was opened in it, and every case has an issue.

    As many cases as clients, as where no source tells clients apart, is something a reader may know.
    """
    cases, clients, issues = _period_cells(caseload)
    if clients in counts and all(name in counts for name in cases):
        yield Relation((clients,), cases, is_exact=counts[clients] == sum(counts[name] for name in cases))
        if issues in counts:
            yield Relation(cases, (issues,), is_exact=False)


def _issues_and_clients(counts: Mapping[CellName, int], caseload: Caseload) -> Iterator[Relation]:
    """A client with an advice type has at least one issue of it, and each further one takes a further case."""
    cases, clients, _ = _period_cells(caseload)
    has_cases = clients in counts and all(name in counts for name in cases)
    for name in counts:
        issues = CellName(name.table_id, name.codes, "issues")
        if name.unit == "clients" and issues in counts:
            yield Relation((name,), (issues,), is_exact=False)
            if has_cases and TOTAL not in name.codes:
                yield Relation((issues, clients), (name, *cases), is_exact=False)


def _period_cells(caseload: Caseload) -> tuple[tuple[CellName, ...], CellName, CellName]:
    """Give the period's cases by quarter, its clients and its issues."""
    cases = tuple(CellName("by_period", (str(quarter),), "cases") for quarter in caseload.period.quarters)
    return cases, CellName("by_gender", (TOTAL,), "clients"), CellName("by_advice_type", (TOTAL,), "issues")
