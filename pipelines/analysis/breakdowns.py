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
from pipelines.codelists import TOTAL
from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.groups import Group
from pipelines.periods import Period
from pipelines.resources import reference_file

GROUPS_TABLE = "by_group_of_interest"


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
    `group_families` names, for each group that a network made, its own column of the profiles and those it is made of.
    """

    period: Period
    breakdowns: tuple[Breakdown, ...]
    profiles: pl.DataFrame
    n_cases: int
    group_families: tuple[tuple[str, ...], ...] = ()

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


def read_caseload(
    database: Path, period: Period, orders: Mapping[str, Sequence[str]], *, own_groups: Sequence[Group] = ()
) -> Caseload:
    """Read the true counts of one publication period.

    Args:
        database: a warehouse whose marts are built.
        period: one of its publication periods.
        orders: the codes of each dimension in display order; a dimension without one, such as quarter, goes by code.
        own_groups: groups of interest that the network added.
    Returns:
        All breakdowns, possibly without a row when no case was opened in the period. Rows stand in display order, which
        says nothing about size.
    """
    definitions = tuple(_with_groups(definition, own_groups) for definition in table_definitions())
    with warehouse.reading(database) as connection:
        frames = {
            definition.table_id: _ordered(
                _of_period(connection, f"marts.{definition.table_id}", period), definition, orders
            )
            for definition in definitions
        }
        profiles = _profiles_of_groups(connection, period, own_groups)
        cases = _of_period(connection, "marts.case_totals", period)
    breakdowns = tuple(Breakdown(definition, frames[definition.table_id]) for definition in definitions)
    families = tuple((group.column, *group.conditions) for group in own_groups)
    return Caseload(period, breakdowns, profiles, int(cases["n"].sum()), families)


def _with_groups(definition: TableDefinition, own_groups: Sequence[Group]) -> TableDefinition:
    if definition.table_id != GROUPS_TABLE:
        return definition
    own: dict[tuple[str, ...], str] = {(group.code,): group.column for group in own_groups}
    return replace(definition, profiles={**definition.profiles, **own})


def _profiles_of_groups(connection: warehouse.Connection, period: Period, own_groups: Sequence[Group]) -> pl.DataFrame:
    """Read the client profiles, with a column for each group that the network added."""
    profiles = _of_period(connection, "marts.client_profiles", period)
    told = warehouse.read_frame(connection, "select kind_id, group_code, membership_code from core.kind_groups")
    for group in own_groups:
        members = told.filter(pl.col("group_code") == group.code)
        column = members.select("kind_id", pl.col("membership_code").alias(group.column))
        profiles = profiles.join(column, on="kind_id", how="left", maintain_order="left")
    return profiles


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
