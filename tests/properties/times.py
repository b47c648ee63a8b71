"""How long cases took, worked out with Polars from the case tables, to hold the models of `sql/` against."""

from __future__ import annotations

import polars as pl
from workspaces import Workspace

MISSING = ["refused", "not_asked", "not_recorded", "not_collected"]


def with_times(workspace: Workspace, cases: pl.DataFrame) -> pl.DataFrame:
    """Say of each case how long it took to its closing, as far as the end of the quarter in which it was opened."""
    dated = workspace.table("raw.records").filter(pl.col("closed").is_not_null())["source_id"].unique()
    ends = pl.col("opened_on").dt.truncate("1q").dt.offset_by("1q").dt.offset_by("-1d")
    has_come = (pl.col("closed_on") <= ends).fill_null(value=False)
    days = (pl.when(has_come).then(pl.col("closed_on")).otherwise(ends) - pl.col("opened_on")).dt.total_days()
    is_open = pl.col("outcome_code").is_in(["ONGOING", "APP_PENDING", *MISSING, "not_recognised"])
    is_known = pl.col("source_id").is_in(dated.implode()) & (days >= 0) & (pl.col("closed_on").is_not_null() | is_open)
    code = (
        pl.when(~is_known.fill_null(value=False)).then(pl.lit("_U"))
        .when(days >= 56).then(pl.lit("OUT_NOT56"))
        .when(has_come).then(pl.when(days < 28).then(pl.lit("OUT_LT28")).otherwise(pl.lit("OUT_28T55")))
        .otherwise(pl.when(days < 28).then(pl.lit("OPEN_LT28")).otherwise(pl.lit("OPEN_28T55")))
    )  # fmt: skip
    return cases.with_columns(code.alias("time"))
