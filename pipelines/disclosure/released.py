"""From protected values to tables: the last step before a figure may be shown.

Answers "what does a reader see of this table". A share is worked out from published figures alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from pipelines.analysis.breakdowns import Breakdown
from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import HIDDEN, SHOWN, ProtectedTable, Rule
from pipelines.disclosure.system import CellName

# Tables with a code for every country, or with the codes of a source: those whose rounded figure is 0 have no row, so
# that a missing row says nothing.
OPEN_LISTS = ("by_nationality", "by_residence_area")
PERIOD_TABLE = "by_period"
# Tables in which a centre is shown its own rows alone: a source or project without a row has none of its clients, or
# the network shows 0 of it.
OWN_PLACES = ("by_source", "by_project")


def rounded_table(
    breakdown: Breakdown, values: Mapping[CellName, int], audience: str, rule: Rule, *, provisional: Collection[str]
) -> ProtectedTable:
    """Make a table of rounded figures.

    Args:
        breakdown: which rows there are.
        values: the rounded value of each.
        audience: who it is for.
        rule: the rounding rule.
        provisional: quarters for which late cases are expected.
    """
    frame = _with_values(breakdown, values)
    if breakdown.definition.table_id in OPEN_LISTS:
        last = breakdown.definition.dimensions[-1]
        frame = frame.filter((pl.col("n") > 0) | pl.col(last).is_in([TOTAL, NOT_KNOWN]))
    if breakdown.definition.table_id == PERIOD_TABLE:
        frame = _from_first_quarter(frame)
    return _table(breakdown, frame, (audience, rule), provisional)


def exact_table(
    breakdown: Breakdown,
    hidden: Collection[CellName],
    whose: tuple[str, Rule],
    *,
    network: ProtectedTable,
    provisional: Collection[str],
) -> ProtectedTable:
    """Make a table of a centre's own figures beside those of the network.

    Args:
        breakdown: the true counts.
        hidden: what is not shown.
        whose: the centre's audience, and the hiding rule.
        network: the network's rounded table of the same name and period; a row that it leaves out is left out here.
        provisional: quarters for which late cases are expected.
    """
    names = _names(breakdown)
    shown = {name: None if name in hidden else n for name, n in zip(names, breakdown.frame["n"], strict=True)}
    keys = ["period", *breakdown.definition.dimensions, "unit"]
    beside = network.frame.select(*keys, network_n="n", network_share="share")
    frame = _with_values(breakdown, shown).join(beside, on=keys, how="inner", maintain_order="left")
    if breakdown.definition.table_id in OWN_PLACES:
        is_open = pl.col(breakdown.definition.dimensions[-1]).is_in([TOTAL, NOT_KNOWN])
        is_hidden = pl.col("n").is_null() & (pl.col("network_n") > 0)
        frame = frame.filter(is_open | is_hidden | (pl.col("n") > 0))
    return _table(breakdown, frame, whose, provisional)


def _names(breakdown: Breakdown) -> list[CellName]:
    rows = breakdown.frame.select(*breakdown.definition.dimensions, "unit").iter_rows()
    return [CellName(breakdown.definition.table_id, tuple(codes), unit) for *codes, unit in rows]


def _with_values(breakdown: Breakdown, values: Mapping[CellName, int | None]) -> pl.DataFrame:
    found = [values[name] for name in _names(breakdown)]
    return breakdown.frame.with_columns(n=pl.Series(found, dtype=pl.Int64))


def _from_first_quarter(frame: pl.DataFrame) -> pl.DataFrame:
    """Begin with the first quarter that has a figure: one before it would say that there was somebody."""
    counted = frame.filter((pl.col("n") > 0) & (pl.col("quarter") != TOTAL))
    first = counted["quarter"].min() if counted.height else None
    return frame.filter((pl.col("quarter") == TOTAL) | (pl.col("quarter") >= (first or "")))


def _table(
    breakdown: Breakdown, frame: pl.DataFrame, whose: tuple[str, Rule], provisional: Collection[str]
) -> ProtectedTable:
    audience, rule = whose
    definition = breakdown.definition
    dimensions = list(definition.dimensions)
    base = pl.col("n").filter(pl.col(dimensions[-1]) == TOTAL).first().over(["period", *dimensions[:-1], "unit"])
    beside = [name for name in ("network_n", "network_share") if name in frame.columns]
    shown = frame.with_columns(
        share=pl.when(base >= rule.threshold).then(pl.col("n") / base).cast(pl.Float64),
        status=pl.when(pl.col("n").is_null()).then(pl.lit(HIDDEN)).otherwise(pl.lit(SHOWN)),
        provisional=_quarter(dimensions).is_in(sorted(provisional)),
    ).select("period", *dimensions, "unit", "n", "share", *beside, "status", "provisional")
    return ProtectedTable(definition.table_id, audience, rule, definition.dimensions, shown)


def _quarter(dimensions: list[str]) -> pl.Expr:
    """Give the quarter that decides whether a row is provisional: its own, else the last of its period."""
    last = pl.col("period").str.slice(-7)
    if "quarter" not in dimensions:
        return last
    return pl.when(pl.col("quarter") == TOTAL).then(last).otherwise(pl.col("quarter"))
