"""Breakdowns: the true counts of one publication period, as the marts hold them.

Answers "how many clients, cases or issues are in each row of each table". What may be shown of it is for `disclosure`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from pipelines import warehouse
from pipelines.codelists import TOTAL
from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.periods import Period
from pipelines.resources import reference_file


@dataclass(frozen=True)
class TableDefinition:
    """One table of a brief, as `reference/breakdowns.toml` declares it.

    `profiles` maps the leading codes of a row to the column of the client profiles that the table is cut by; it is
    empty for tables in which a client can stand in several rows.
    """

    table_id: str
    dimensions: tuple[str, ...]
    profiles: Mapping[tuple[str, ...], str]
    code_list: str


@dataclass(frozen=True, eq=False)
class Breakdown:
    """True counts of one table; internal.

    Grain: one row per combination of dimension codes and unit, `_T` rows included.

    `frame` holds period, *dimensions, unit (text) and n (whole number).
    """

    definition: TableDefinition
    frame: pl.DataFrame

    def __repr__(self) -> str:
        return f"Breakdown({self.definition.table_id!r})"


@dataclass(frozen=True, eq=False)
class Caseload:
    """Everything known about one publication period; internal.

    `profiles` holds one row per combination of all client codes with its number of clients n; `n_cases` counts cases.
    """

    period: Period
    breakdowns: tuple[Breakdown, ...]
    profiles: pl.DataFrame
    n_cases: int

    def __repr__(self) -> str:
        return f"Caseload({str(self.period)!r})"


@cache
def table_definitions() -> tuple[TableDefinition, ...]:
    """Give the tables of a brief in the order it shows them."""
    declared = read_toml(reference_file("breakdowns.toml"), SettingsError)
    return tuple(
        TableDefinition(table_id, tuple(entry["dimensions"]), _profiles(entry.get("profile")), entry["code_list"])
        for table_id, entry in declared.items()
    )


def read_caseload(database: Path, period: Period, orders: Mapping[str, Sequence[str]]) -> Caseload:
    """Read the true counts of one publication period.

    Args:
        database: a warehouse whose marts are built.
        period: one of its publication periods.
        orders: the codes of each dimension in display order; a dimension without one, such as quarter, goes by code.
    Returns:
        All breakdowns, possibly without a row when no case was opened in the period. Rows stand in display order, which
        says nothing about size.
    """
    with warehouse.reading(database) as connection:
        frames = {
            definition.table_id: _ordered(
                _of_period(connection, f"marts.{definition.table_id}", period), definition, orders
            )
            for definition in table_definitions()
        }
        profiles = _of_period(connection, "marts.client_profiles", period)
        cases = _of_period(connection, "marts.case_totals", period)
    breakdowns = tuple(Breakdown(definition, frames[definition.table_id]) for definition in table_definitions())
    return Caseload(period, breakdowns, profiles, int(cases["n"].sum()))


def _of_period(connection: warehouse.Connection, mart: str, period: Period) -> pl.DataFrame:
    query = f"select * from {mart} where period = ? order by all"  # noqa: S608 - a mart of our own
    return warehouse.read_frame(connection, query, [str(period)])


def _ordered(frame: pl.DataFrame, definition: TableDefinition, orders: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    ranks = [
        pl.col(name).replace_strict({code: rank for rank, code in enumerate(orders[name])}, return_dtype=pl.Int64)
        if name in orders
        else pl.col(name)
        for name in definition.dimensions
    ]
    is_part = pl.col(definition.dimensions[-1]) != TOTAL
    return frame.sort("period", "unit", *ranks[:-1], is_part, ranks[-1])


def _profiles(declared: object) -> dict[tuple[str, ...], str]:
    if isinstance(declared, str):
        return {(): declared}
    return {(group,): column for group, column in declared.items()} if isinstance(declared, dict) else {}
