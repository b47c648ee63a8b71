"""Whether the rows of every table that a brief has add up to its totals."""

from __future__ import annotations

import polars as pl
from workspaces import Workspace

from pipelines.analysis.breakdowns import table_definitions


def assert_rows_add_up(workspace: Workspace) -> None:
    """The rows of every table and unit sum to its `_T`, except where clients stand in several rows."""
    for table_id in (definition.table_id for definition in table_definitions()):
        frame = workspace.table(f"marts.{table_id}")
        *groups, last = [name for name in frame.columns if name not in ("n", "unit")]
        if last == "advice_family_code":
            *groups, last = [*groups[:-1], last, groups[-1]]
        is_total = pl.col(last) == "_T"
        sums = frame.group_by(*groups, "unit").agg(
            total=pl.col("n").filter(is_total).sum(), added=pl.col("n").filter(~is_total).sum()
        )
        if table_id == "by_stall_reason":
            assert (sums["added"] >= sums["total"]).all()
            continue
        if table_id in {"by_barrier", "by_barrier_pair"}:
            bound = frame.join(frame.filter(is_total).select("period", total="n"), on="period")
            assert (bound["n"] <= bound["total"]).all(), table_id
            continue
        if table_id == "by_advice_type":
            overlapping = sums.filter(unit="clients")
            assert (overlapping["added"] >= overlapping["total"]).all()
            sums = sums.filter(unit="issues")
        assert sums.filter(pl.col("total") != pl.col("added")).rows() == [], table_id
