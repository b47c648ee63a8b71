"""Which clients each figure counts: the tables of a brief as conditions on the columns of the client profiles.

Answers "who is in this cell". Two figures with the same conditions are the same figure, whatever table shows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.analysis.breakdowns import Breakdown, Caseload
from pipelines.codelists import TOTAL
from pipelines.disclosure.system import CellName

# Of a client, a column has one code; of these a client may have several, so their rows overlap.
OVERLAPPING = frozenset({"advice_family_code"})
# The conditions of a figure: each column that is not a total, with its code, in the order of the column names.
Conditions = tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Grid:
    """The figures of a caseload that count clients, by their conditions; internal.

    `named` gives one figure for each set of conditions, `twins` the further figures that are the same.
    """

    caseload: Caseload
    named: Mapping[Conditions, CellName]
    twins: tuple[tuple[CellName, CellName], ...]
    codes: Mapping[Conditions, Mapping[str, tuple[str, ...]]]

    def parts(self, conditions: Conditions, column: str) -> tuple[CellName, ...]:
        """Give the figures that one column cuts a figure into."""
        return tuple(self.named[narrowed(conditions, column, code)] for code in self.codes[conditions][column])

    def profiles(self, conditions: Conditions) -> pl.DataFrame:
        """Give the profiles of the clients of a figure."""
        is_overlapping = any(column in OVERLAPPING for column, _ in conditions)
        frame = self.caseload.advice_profiles if is_overlapping else self.caseload.profiles
        return frame.filter(*(pl.col(column) == code for column, code in conditions))


def read_grid(caseload: Caseload) -> Grid:
    """Find the conditions of every figure that counts clients once each, or once for each family of advice types."""
    named: dict[Conditions, CellName] = {}
    twins: list[tuple[CellName, CellName]] = []
    codes: dict[Conditions, dict[str, list[str]]] = {}
    for breakdown in (*caseload.breakdowns, *caseload.beside):
        for name, conditions in conditions_of(breakdown):
            if conditions in named:
                twins.append((named[conditions], name))
                continue
            named[conditions] = name
            for column, code in conditions:
                rest = tuple(pair for pair in conditions if pair[0] != column)
                codes.setdefault(rest, {}).setdefault(column, []).append(code)
    fixed = {rest: {column: tuple(found) for column, found in cut.items()} for rest, cut in codes.items()}
    return Grid(caseload, named, tuple(twins), fixed)


def names_of(breakdown: Breakdown) -> Iterator[tuple[CellName, int]]:
    """Give every figure of a table with its true count."""
    dimensions = breakdown.definition.dimensions
    frame = breakdown.frame.select(*dimensions, "unit", "n")
    for *codes, unit, n in frame.iter_rows():
        yield CellName(breakdown.definition.table_id, tuple(codes), unit), int(n)


def narrowed(conditions: Conditions, column: str, code: str) -> Conditions:
    """Add a condition."""
    return tuple(sorted((*conditions, (column, code))))


def conditions_of(breakdown: Breakdown) -> Iterator[tuple[CellName, Conditions]]:
    """Give the conditions of every figure of a table; none of a table that is not cut from the profiles."""
    for name, _ in names_of(breakdown):
        for leading, columns in breakdown.definition.columns.items():
            if name.codes[: len(leading)] == leading:
                own = zip(columns, name.codes[len(leading) :], strict=True)
                yield name, tuple(sorted((column, code) for column, code in own if code != TOTAL))
