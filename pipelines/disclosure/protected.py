"""The types that may leave the machine: what a chart, a brief or a file is made of.

`ProtectedTable` is built only in this room, from a solution for everything that its readers will be able to see. Every
drawing, sentence and file takes these types and nothing else; a rules test reads the syntax tree to keep it so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from pipelines.codelists import TOTAL

SHOWN = "A"
HIDDEN = "C"
# Small areas together; and what stands in the place of a state: the row of all areas, areas that are told together.
POOL, ALL_AREAS, POOLED = "_POOLED", "all_areas", "pooled"


@dataclass(frozen=True)
class Rule:
    """A disclosure rule as it was applied; written to the manifest.

    A rule that rounds has a `base`: every count is published as a multiple of it, no further than `reach` from the true
    one, and `threshold` is the least published number that may be the base of a share. A rule that hides has neither:
    counts from 1 to `threshold - 1` are hidden. All are in people (or cases, issues).
    """

    name: str
    threshold: int
    statement: str
    base: int | None = None
    reach: int | None = None

    @property
    def least_said(self) -> int:
        """Give the least count that text names: twice the base where counts are rounded, else 0."""
        return 2 * self.base if self.base else 0

    @property
    def most_told(self) -> int:
        """Give the number that every true count behind an unnamed one is below; 0 without rounding."""
        return self.base + max(self.base - 1, self.reach or 0) + 1 if self.base else 0


@dataclass(frozen=True)
class Cell:
    """One published figure; `n` is None when it is hidden, `share` also where its base is too small for one.

    In a centre's own brief `network_n` and `network_share` are the rounded figures of the whole network.
    """

    table_id: str
    period: str
    codes: tuple[str, ...]
    unit: str
    n: int | None
    share: float | None
    provisional: bool
    network_n: int | None = None
    network_share: float | None = None

    @property
    def is_hidden(self) -> bool:
        """Tell whether the figure is withheld."""
        return self.n is None


@dataclass(frozen=True, eq=False)
class ProtectedTable:
    """A table that may be released to one audience.

    Grain: one row per period, combination of dimension codes and unit.

    `frame` holds the columns period, *dimensions, unit (all text), n (whole number, empty when hidden), share (0 to 1;
    n over the total of the last dimension in the same period, unit and leading codes; empty when one of them is hidden
    or the total is too small), in a centre's own brief network_n and network_share, then status (`A` shown, `C` hidden)
    and provisional. Rows stand in code-list order, which says nothing about size; `_T` comes first, `_U` last.
    """

    table_id: str
    audience: str
    rule: Rule
    dimensions: tuple[str, ...]
    frame: pl.DataFrame

    def __repr__(self) -> str:
        return f"ProtectedTable({self.table_id!r}, {self.audience!r}, {self.rule.name!r})"

    def cells(self, *, unit: str) -> tuple[Cell, ...]:
        """Give the table's figures for one counting unit, in row order, total included."""
        return self._cells_of_unit.get(unit, ())

    def total(self, *, unit: str) -> Cell:
        """Give the total of the table: the first row whose dimension codes are all `_T`."""
        return next(cell for cell in self.cells(unit=unit) if all(code == TOTAL for code in cell.codes))

    @cached_property
    def _cells_of_unit(self) -> Mapping[str, tuple[Cell, ...]]:
        """Read the frame once; a brief asks for its cells hundreds of times."""
        found: dict[str, list[Cell]] = {}
        for row in self.frame.iter_rows(named=True):
            found.setdefault(str(row["unit"]), []).append(self._cell(row))
        return {unit: tuple(cells) for unit, cells in found.items()}

    def __getstate__(self) -> dict[str, object]:
        """Send the frame alone to another process, which reads it as fast."""
        return {name: value for name, value in vars(self).items() if name != "_cells_of_unit"}

    def _cell(self, row: dict[str, object]) -> Cell:
        return Cell(
            table_id=self.table_id,
            period=str(row["period"]),
            codes=tuple(str(row[name]) for name in self.dimensions),
            unit=str(row["unit"]),
            n=_whole(row["n"]),
            share=_share(row["share"]),
            provisional=bool(row["provisional"]),
            network_n=_whole(row.get("network_n")),
            network_share=_share(row.get("network_share")),
        )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


def _share(value: object) -> float | None:
    return value if isinstance(value, float) else None


@dataclass(frozen=True)
class Finding:
    """One statement about one group, as the manifest lists it.

    All figures come from published cells and benchmarks alone; every number but the benchmark's is None in the states
    `withheld` and `not_collected`.

    `observed` is the share (0 to 1) of those clients for whom membership is known. `low` and `high` bound the share for
    chance, for rounding and for everybody not known; `missing_low` and `missing_high` for those not known and rounding
    alone. A true count lies within `reach_n`, `reach_base` and `reach_not_known` of what is told. `benchmark` and
    `ratio` are None where the benchmark is a range, whose ends are `benchmark_low` and `benchmark_high`. `n` of `base`
    clients are recorded in the group, for `not_known` it is not known. `expected` is the number of clients at the
    benchmark share, `family_size` the number of comparisons tested together, hidden ones included. `headline` is the
    statement in short; empty without a comparison. `reasons` says why nothing can be told, by the names of
    `reference/findings.toml`.
    """

    finding_id: str
    group: str
    dimension: str
    measure: str
    observed: float | None
    low: float | None
    high: float | None
    benchmark: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    q_value: float | None
    state: str
    statement: str
    headline: str = ""
    unit: str = "clients"
    n: int | None = None
    base: int | None = None
    not_known: int | None = None
    missing_low: float | None = None
    missing_high: float | None = None
    expected: float | None = None
    family_size: int | None = None
    reach_n: int | None = None
    reach_base: int | None = None
    reach_not_known: int | None = None
    benchmark_id: str | None = None
    benchmark_low: float | None = None
    benchmark_high: float | None = None
    effective_sample: float | None = None
    is_under_served: bool = False
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiting:
    """How long one group waited for an outcome beside all other clients, as the manifest lists it.

    All figures come from published cells alone. `observed` is the share (0 to 1) of members who had an outcome within
    the last band of time that has an end, `others` that of all clients known not to be members; both are estimates of a
    life table. `low` and `high` bound the first, `difference_low` and `difference_high` the first less the second, for
    chance and rounding. `family_size` is the number of groups tested together. The group `_T` is all clients.
    """

    finding_id: str
    group: str
    state: str
    statement: str
    observed: float | None = None
    low: float | None = None
    high: float | None = None
    others: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    q_value: float | None = None
    family_size: int | None = None


@dataclass(frozen=True)
class TurnedAway(Waiting):
    """How often the enquiries of one group were turned away beside those of all others, as the manifest lists it.

    A comparison in all its figures, as waiting times are: `observed` is the share (0 to 1) of a group's enquiries with
    a known response that were turned away, `others` that of all known not to be of its members. The unit is the
    enquiry.
    """


@dataclass(frozen=True)
class AreaRate(Finding):
    """Clients for every thousand people of one area of a benchmark, as the manifest lists it.

    A finding in all its figures: the share of clients whose area is known, beside the area's share of the population of
    all areas, which is the ratio of its rate to that of all areas together. `group` is the area, `_T` all of them, or
    `_POOLED` the small ones together; those have `pool` and nothing else but their population. `rate_low` and
    `rate_high` allow for chance and for rounding. `rate` is None where the count is rounded and too small to be named.
    `rounded_to` is what the population was rounded to. `is_clearly_below` takes the place of the flag under-served: it
    follows the same rule, within the family of areas, and says nothing of who else serves the people of an area;
    `is_told` adds areas whose count is too small to be named although more would be expected. The row of all areas
    names in `sources_without` the sources that do not record where clients live.
    """

    population: float | None = None
    rounded_to: float | None = None
    pool: str = ""
    rate: float | None = None
    rate_low: float | None = None
    rate_high: float | None = None
    is_clearly_below: bool = False
    is_told: bool = False
    sources_without: tuple[str, ...] = ()
