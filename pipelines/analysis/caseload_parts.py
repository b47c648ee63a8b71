"""What caseloads are put together from: the client profiles of a period, and tables with all their rows.

Answers "which rows does a table have": one for every code of every dimension, whether anybody has it or not, so that a
row says nothing about people by being there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import polars as pl

from pipelines import warehouse
from pipelines.analysis.detail import read_detail
from pipelines.codelists import TOTAL
from pipelines.errors import SettingsError
from pipelines.groups import Group
from pipelines.periods import Period

FAMILY = "advice_family_code"
# The column that tells whose own figures a row belongs to, where those of several centres are worked out at once.
OWNER = "owner"
_PROFILES = "select * from marts.client_profiles where period = ? order by all"
_ADVICE_PROFILES = "select * from marts.advice_profiles where period = ? order by all"


def grid(
    dimensions: Sequence[str],
    leading: Iterable[tuple[str, ...]],
    codes: Mapping[str, Sequence[str]],
    units: Sequence[str],
) -> pl.DataFrame:
    """List every row of a table in display order.

    Args:
        dimensions: the columns that cut it.
        leading: the first codes of its rows, such as the groups of a table of groups; one empty tuple for none.
        codes: the codes of each further dimension in display order, the total among them.
        units: what its rows count.
    Returns:
        Grain: one row per combination of codes and unit. Columns: *dimensions, unit.
    """
    rows = [
        (*first, *rest, unit)
        for unit in units
        for first in leading
        for rest in product(*(codes[name] for name in dimensions[len(first) :]))
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys((*dimensions, "unit"), pl.String), orient="row")


def complete(counts: pl.DataFrame, rows: pl.DataFrame, table_id: str) -> pl.DataFrame:
    """Put counts into the rows of a table; nobody is 0.

    Args:
        counts: the rows of the table that anybody is in, with n.
        rows: every row of the table in display order, without n.
        table_id: the table, for the message.
    Returns:
        All rows, with n.
    Raises:
        SettingsError: something is counted under a code that has no row.
    """
    keys = rows.columns
    if not counts.join(rows, on=keys, how="anti").is_empty():
        raise SettingsError(
            f"{table_id} counts a code that stands in no code list. Declare it in caseload.toml again, then build the "
            "warehouse again with: caseload run"
        )
    found = rows.join(counts.select(*keys, "n"), on=keys, how="left", maintain_order="left")
    return found.with_columns(pl.col("n").fill_null(0).cast(pl.Int64))


def counted(
    profiles: pl.DataFrame,
    advice_profiles: pl.DataFrame,
    dimensions: Sequence[str],
    columns: Mapping[tuple[str, ...], tuple[str, ...]],
    *,
    unit: str = "clients",
) -> pl.DataFrame:
    """Count clients, or enquiries, into the rows of a table, with its total rows.

    Args:
        profiles: one row per owner and combination of all codes of a client, with n.
        advice_profiles: the same and the family of advice types, of which a client may have several.
        dimensions: the columns that cut the table.
        columns: leading codes of a row to the columns of the profiles that cut it further.
        unit: what the profiles count.
    Returns:
        Grain: one row per owner and combination of codes that anybody has. Columns: owner, *dimensions, unit, n.
    """
    parts = []
    for leading, cut in columns.items():
        for kept in product((True, False), repeat=len(cut)):
            names = [name for name, is_kept in zip(cut, kept, strict=True) if is_kept]
            source = advice_profiles if FAMILY in names else profiles
            frame = source.group_by(OWNER, *names).agg(pl.col("n").sum())
            codes = [
                *map(pl.lit, leading),
                *(pl.col(name) if name in names else pl.lit(TOTAL) for name in cut),
            ]
            told = [code.alias(name) for code, name in zip(codes, dimensions, strict=True)]
            parts.append(frame.select(OWNER, *told, pl.lit(unit).alias("unit"), "n"))
    return pl.concat(parts)


def of_period(connection: warehouse.Connection, mart: str, period: Period) -> pl.DataFrame:
    """Read what a mart holds of one publication period."""
    query = f"select * from marts.{mart} where period = ? order by all"  # noqa: S608 - a mart of our own
    return warehouse.read_frame(connection, query, [str(period)])


def sources_without(connection: warehouse.Connection, field: str) -> frozenset[str]:
    """Name the sources of cases whose profile says that they do not collect a field."""
    query = """
        select distinct source_id from reference.meanings join reference.sources as sources using (source_id)
        where field = ? and rule = 'not_collected' and not sources.holds_enquiries
    """
    return frozenset(warehouse.read_frame(connection, query, [field])["source_id"])


def client_profiles(
    connection: warehouse.Connection, period: Period, own_groups: Sequence[Group]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read the client profiles of a period, with a column for each group that the network added.

    Returns:
        One row per combination of all client codes, and one per combination and family of advice types; n counts
        clients.
    """
    told = warehouse.read_frame(connection, "select kind_id, group_code, membership_code from core.kind_groups")
    profiles, advice_profiles = (
        _with_groups(read_detail(connection, query, period), told, own_groups)
        for query in (_PROFILES, _ADVICE_PROFILES)
    )
    return profiles, advice_profiles


def enquiry_profiles(
    connection: warehouse.Connection, period: Period, own_groups: Sequence[Group]
) -> pl.DataFrame | None:
    """Read the profiles of the enquiries of a period, with a column for each group that the network added.

    Returns:
        One row per centre and combination of all codes of an enquiry; n counts enquiries. None where there is none.
    """
    found = of_period(connection, "enquiry_profiles", period)
    if found.is_empty():
        return None
    told = warehouse.read_frame(connection, "select kind_id, group_code, membership_code from core.kind_groups")
    return _with_groups(found, told, own_groups)


def _with_groups(profiles: pl.DataFrame, told: pl.DataFrame, own_groups: Sequence[Group]) -> pl.DataFrame:
    for group in own_groups:
        members = told.filter(pl.col("group_code") == group.code)
        column = members.select("kind_id", pl.col("membership_code").alias(group.column))
        profiles = profiles.join(column, on="kind_id", how="left", maintain_order="left")
    return profiles
