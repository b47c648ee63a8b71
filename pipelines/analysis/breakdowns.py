"""Breakdowns: the true counts of one publication period, as the marts hold them.

Answers "how many clients, cases or issues are in each row of each table". What may be shown of it is for `disclosure`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import polars as pl

from pipelines import warehouse
from pipelines.analysis.caseload_parts import (
    client_profiles,
    complete,
    enquiry_profiles,
    grid,
    of_period,
    sources_without,
)
from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.groups import Group
from pipelines.periods import Period
from pipelines.resources import reference_file

ENQUIRIES = "enquiries"
QUARTERS_TABLE, AREAS_TABLE = "by_period", "by_residence_area"
# Dimension to its codes in display order.
Orders = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class TableDefinition:
    """One table of a brief, as `reference/breakdowns.toml` declares it.

    `columns` maps the leading codes of a row to the columns of the client profiles that each further dimension is cut
    by; it is empty for tables that are not cut from the profiles. `is_optional`: a period in which no source has the
    field has no such table. `is_shared`: the network and the public have it, a law centre's own brief does not.
    """

    table_id: str
    dimensions: tuple[str, ...]
    columns: Mapping[tuple[str, ...], tuple[str, ...]]
    code_list: str
    units: tuple[str, ...] = ("clients",)
    is_optional: bool = False
    is_shared: bool = False

    @property
    def counts_enquiries(self) -> bool:
        """Tell whether its rows count enquiries, which are neither clients nor cases."""
        return self.units == (ENQUIRIES,)


@dataclass(frozen=True, eq=False)
class Breakdown:
    """True counts of one table; internal.

    Grain: one row per combination of dimension codes and unit, `_T` rows and rows of nobody included.

    `frame` holds period, *dimensions, unit (text) and n (whole number).
    """

    definition: TableDefinition
    frame: pl.DataFrame

    def __repr__(self) -> str:
        return f"Breakdown({self.definition.table_id!r})"


@dataclass(frozen=True, eq=False)
class Caseload:
    """Everything known about one publication period; internal.

    `profiles` holds one row per combination of all client codes with its number of clients n, `advice_profiles` one per
    such combination and family of advice types: a client stands in each of their families. `n_cases` counts cases.
    `group_families` names, for each group that a network made, its own column of the profiles and those it is made of.
    `centre` is the centre whose own clients these are; empty for the whole network. `beside` are tables that its own
    brief does not show and that hang together with what it shows, because the network's figures tell of them. `sources`
    are those that everybody knows to be all of the centre's; none where a source of the network has no one centre.
    `without_barriers` are the sources whose profile says that they do not collect barriers.
    `enquiries` holds one row per combination of all codes of an enquiry with its number of enquiries n; None without.
    """

    period: Period
    breakdowns: tuple[Breakdown, ...]
    profiles: pl.DataFrame
    advice_profiles: pl.DataFrame
    n_cases: int
    group_families: tuple[tuple[str, ...], ...] = ()
    centre: str = ""
    beside: tuple[Breakdown, ...] = ()
    sources: frozenset[str] = frozenset()
    without_barriers: frozenset[str] = frozenset()
    enquiries: pl.DataFrame | None = None

    def __repr__(self) -> str:
        return f"Caseload({str(self.period)!r})"

    @property
    def of_enquiries(self) -> Caseload:
        """Give its tables of enquiries alone, with what they are cut from; nothing ties them to those of people."""
        own = tuple(each for each in self.breakdowns if each.definition.counts_enquiries)
        profiles = self.profiles.clear() if self.enquiries is None else self.enquiries
        return replace(self, breakdowns=own, beside=(), profiles=profiles, advice_profiles=profiles.clear())

    @property
    def of_people(self) -> Caseload:
        """Give all other tables: those of clients, cases and issues."""
        kept = tuple(each for each in self.breakdowns if not each.definition.counts_enquiries)
        return replace(self, breakdowns=kept, enquiries=None)


@cache
def table_definitions() -> tuple[TableDefinition, ...]:
    """Give the tables of a brief in the order it shows them."""
    declared = read_toml(reference_file("breakdowns.toml"), SettingsError)
    return tuple(
        TableDefinition(
            table_id,
            tuple(entry["dimensions"]),
            _columns(entry.get("columns")),
            entry["code_list"],
            tuple(entry.get("units", ("clients",))),
            is_optional=entry.get("is_optional", False),
            is_shared=entry.get("is_shared", False),
        )
        for table_id, entry in declared.items()
    )


def read_caseload(database: Path, period: Period, orders: Orders, *, own_groups: Sequence[Group] = ()) -> Caseload:
    """Read the true counts of one publication period.

    Args:
        database: a warehouse whose marts are built.
        period: one of its publication periods.
        orders: the codes of each dimension in display order; quarters go by time.
        own_groups: groups of interest that the network added.
    Returns:
        All breakdowns with every row they can have; all are 0 when no case was opened in the period. Rows stand in
        display order, which says nothing about size.
    Raises:
        SettingsError: the warehouse holds a code that has no place in the order.
    """
    definitions = definitions_with(own_groups)
    with warehouse.reading(database) as connection:
        frames = {definition.table_id: of_period(connection, definition.table_id, period) for definition in definitions}
        profiles, advice_profiles = client_profiles(connection, period, own_groups)
        cases = of_period(connection, "case_totals", period)
        without = sources_without(connection, "barrier")
        enquiries = enquiry_profiles(connection, period, own_groups)
    orders = {**orders, **found_codes(frames)}
    breakdowns = tuple(
        as_breakdown(definition, frames[definition.table_id], period, orders)
        for definition in definitions
        if not (definition.is_optional and frames[definition.table_id].is_empty())
    )
    n_cases = int(cases["n"].sum())
    families = group_families(own_groups)
    return Caseload(
        period,
        breakdowns,
        profiles,
        advice_profiles,
        n_cases,
        families,
        without_barriers=without,
        enquiries=enquiries,
    )


def definitions_with(own_groups: Sequence[Group]) -> tuple[TableDefinition, ...]:
    """Give the tables of a brief, with the groups of interest that a network added."""
    return tuple(_with_groups(definition, own_groups) for definition in table_definitions())


def group_families(own_groups: Sequence[Group]) -> tuple[tuple[str, ...], ...]:
    """Give, for each group that a network added, its column of the profiles and those it is made of."""
    return tuple((group.column, *group.conditions) for group in own_groups)


def found_codes(frames: Mapping[str, pl.DataFrame]) -> dict[str, tuple[str, ...]]:
    """Give the codes that no list holds, in display order: quarters by time, areas by their codes.

    Args:
        frames: the counts of each table of a period, as the marts hold them.
    """
    quarters, areas = set(frames[QUARTERS_TABLE]["quarter"]), set(frames[AREAS_TABLE]["residence_area_code"])
    return {
        "quarter": (TOTAL, *sorted(quarters - {TOTAL})),
        "residence_area_code": (TOTAL, *sorted(areas - {TOTAL, NOT_KNOWN}), NOT_KNOWN),
    }


def every_row(definition: TableDefinition, orders: Orders) -> pl.DataFrame:
    """List every row that a table can have, in display order: dimensions and unit."""
    return grid(definition.dimensions, tuple(definition.columns) or ((),), orders, definition.units)


def as_breakdown(definition: TableDefinition, counts: pl.DataFrame, period: Period, orders: Orders) -> Breakdown:
    """Put counts into every row that a table can have, in display order.

    Args:
        definition: the table.
        counts: the rows that anybody is in: dimensions, unit and n.
        period: the publication period.
        orders: the codes of each dimension in display order.
    Raises:
        SettingsError: something is counted under a code that has no place in the order.
    """
    frame = complete(counts, every_row(definition, orders), definition.table_id)
    return Breakdown(definition, frame.select(pl.lit(str(period)).alias("period"), pl.all()))


def _with_groups(definition: TableDefinition, own_groups: Sequence[Group]) -> TableDefinition:
    if definition.dimensions[0] != "group_code":
        return definition
    further = definition.dimensions[2:]
    own: dict[tuple[str, ...], tuple[str, ...]] = {(group.code,): (group.column, *further) for group in own_groups}
    return replace(definition, columns={**definition.columns, **own})


def _columns(declared: object) -> dict[tuple[str, ...], tuple[str, ...]]:
    if isinstance(declared, list):
        return {(): tuple(declared)}
    return {(group,): tuple(columns) for group, columns in declared.items()} if isinstance(declared, dict) else {}
