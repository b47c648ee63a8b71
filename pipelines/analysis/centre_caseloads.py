"""The own clients of each centre, counted into the same tables as the network's.

Answers "how many of its clients are in each row of each table, centre by centre". A client belongs to the centre of the
latest case of the period, so the clients of all centres together are those of the network. What may be shown of it is
for `disclosure`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import polars as pl

from pipelines import warehouse
from pipelines.analysis.breakdowns import (
    ENQUIRIES,
    QUARTERS_TABLE,
    Breakdown,
    Caseload,
    Orders,
    TableDefinition,
    definitions_with,
    every_row,
    found_codes,
    group_families,
    table_definitions,
)
from pipelines.analysis.caseload_parts import (
    OWNER,
    client_profiles,
    complete,
    counted,
    enquiry_profiles,
    of_period,
)
from pipelines.codelists import TOTAL
from pipelines.groups import Group
from pipelines.periods import Period

CENTRES_TABLE = "by_centre"
# Tables that are not cut from the profiles, and the marts that have them by centre.
BY_CENTRE = {
    "by_advice_type": "advice_types_by_centre",
    "by_barrier": "barriers_by_centre",
    "by_barrier_pair": "barrier_pairs_by_centre",
    "by_stall_reason": "stall_reasons_by_centre",
}


def read_centre_caseloads(
    database: Path, period: Period, orders: Orders, *, centres: Collection[str], own_groups: Sequence[Group] = ()
) -> dict[str, Caseload]:
    """Read the true counts of the own clients of centres.

    Args:
        database: a warehouse whose marts are built.
        period: one of its publication periods.
        orders: the codes of each dimension in display order; quarters go by time.
        centres: which ones; one without a client has 0 in every row.
        own_groups: groups of interest that the network added.
    Returns:
        By centre, the tables of the network but the one of centres, with the same rows, those that a centre's own
        brief does not show included. Issues are those of the own
        clients. Cases are those opened at the centre, in the quarters of the network's table.
    Raises:
        SettingsError: the warehouse holds a code that has no place in the order.
    """
    with warehouse.reading(database) as connection:
        profiles, advice_profiles = client_profiles(connection, period, own_groups)
        several = {table_id: of_period(connection, mart, period) for table_id, mart in BY_CENTRE.items()}
        optional = (each.table_id for each in table_definitions() if each.is_optional)
        found = {name: of_period(connection, name, period) for name in (QUARTERS_TABLE, *optional)}
        cases = warehouse.read_frame(connection, "select * from marts.cases_by_centre order by all")
        enquiries = enquiry_profiles(connection, period, own_groups)
    definitions = [each for each in definitions_with(own_groups) if _has(found, each)]
    orders = {**orders, **found_codes(found)}
    cases = _owned(cases).filter(pl.col("quarter").is_in(orders["quarter"]))
    counts = _counted(definitions, profiles, advice_profiles, enquiries)
    counts |= {table_id: _owned(frame) for table_id, frame in several.items()}
    counts[QUARTERS_TABLE] = _with_totals(cases)
    own = {
        each.table_id: _breakdowns(each, counts[each.table_id], period, orders, centres=centres) for each in definitions
    }
    within = cases.filter(pl.col("quarter").is_in([str(quarter) for quarter in period.quarters]))

    def caseload(centre: str) -> Caseload:
        is_own, n_cases = pl.col("centre_id") == centre, int(within.filter(pl.col(OWNER) == centre)["n"].sum())
        breakdowns = tuple(own[each.table_id][centre] for each in definitions)
        families = group_families(own_groups)
        own_profiles = (profiles.filter(is_own), advice_profiles.filter(is_own))
        own_enquiries = None if enquiries is None else enquiries.filter(is_own)
        return Caseload(period, breakdowns, *own_profiles, n_cases, families, centre, enquiries=own_enquiries)

    return {centre: caseload(centre) for centre in centres}


def _has(found: Mapping[str, pl.DataFrame], definition: TableDefinition) -> bool:
    is_missing = definition.is_optional and found[definition.table_id].is_empty()
    return definition.table_id != CENTRES_TABLE and not is_missing


def _owned(frame: pl.DataFrame) -> pl.DataFrame:
    """Say of each row that it belongs to its centre."""
    return frame.with_columns(pl.col("centre_id").alias(OWNER))


def _counted(
    definitions: Sequence[TableDefinition],
    profiles: pl.DataFrame,
    advice_profiles: pl.DataFrame,
    enquiries: pl.DataFrame | None,
) -> dict[str, pl.DataFrame]:
    """Count the clients, and the enquiries, of all centres at once into every table that is cut from their profiles."""
    found = {
        each.table_id: counted(_owned(profiles), _owned(advice_profiles), each.dimensions, each.columns)
        for each in definitions
        if each.columns and not each.counts_enquiries
    }
    if enquiries is None:
        return found
    own = _owned(enquiries)
    return found | {
        each.table_id: counted(own, own, each.dimensions, each.columns, unit=ENQUIRIES)
        for each in definitions
        if each.counts_enquiries
    }


def _breakdowns(
    definition: TableDefinition, counts: pl.DataFrame, period: Period, orders: Orders, *, centres: Collection[str]
) -> dict[str, Breakdown]:
    """Put the counts of all centres into every row that a table can have, all at once: one by one takes a second."""
    rows = every_row(definition, orders)
    owners = pl.DataFrame({OWNER: list(centres)}, schema={OWNER: pl.String})
    every = owners.join(rows, how="cross", maintain_order="left_right")
    frame = complete(counts.filter(pl.col(OWNER).is_in(list(centres))), every, definition.table_id)
    told = frame.select(OWNER, pl.lit(str(period)).alias("period"), *rows.columns, "n")
    parts = told.partition_by(OWNER, as_dict=True, include_key=False, maintain_order=True)
    return {str(owner): Breakdown(definition, part) for (owner,), part in parts.items()}


def _with_totals(cases: pl.DataFrame) -> pl.DataFrame:
    """Add to the cases of each centre and quarter those of all quarters."""
    totals = cases.group_by(OWNER).agg(pl.col("n").sum(), pl.lit(TOTAL).alias("quarter"), pl.lit("cases").alias("unit"))
    columns = (OWNER, "quarter", "unit", "n")
    return pl.concat([totals.select(columns), cases.select(columns)])
