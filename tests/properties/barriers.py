"""The tables of barriers counted by Polars from the case tables, to hold the models of `sql/` against.

The rule is that of the docs: a client counts as recorded on the latest case of the period; "NONE" counts where nothing
else is recorded; whatever is missing is not known, and a source without the field records nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl
from workspaces import Workspace

from pipelines.codelists import codelist
from tests.properties.times import MISSING

Counts = dict[tuple[str, ...], int]
TABLES = ("by_barrier", "by_barrier_count", "by_barrier_pair", "by_group_of_interest_barriers")


def with_barriers(workspace: Workspace, clients: pl.DataFrame) -> pl.DataFrame:
    """Give each client the list of barriers of the latest case, and how many they are."""
    told = workspace.table("core.case_barriers").filter(~pl.col("barrier_code").is_in([*MISSING, "not_recognised"]))
    lists = told.group_by("case_key").agg(pl.col("barrier_code").unique().sort().alias("said"))
    found = clients.join(lists, on="case_key", how="left", maintain_order="left")
    said = pl.col("said").fill_null([])
    barriers = said.list.set_difference(["NONE"])
    n = barriers.list.len()
    count = pl.when(n > 1).then(pl.lit("SEVERAL")).when(n == 1).then(pl.lit("ONE"))
    count = count.when(said.list.len() > 0).then(pl.lit("NONE")).otherwise(pl.lit("_U"))
    return found.with_columns(barriers=barriers, barrier_count=count)


def counted_barriers(
    clients: pl.DataFrame,
    memberships: Mapping[str, pl.Expr],
    counted_twice: Callable[[pl.DataFrame, str, pl.Expr], Counts],
) -> dict[str, Counts]:
    """Count clients into the four tables; none of them where barriers of nobody are recorded."""
    if (clients["barrier_count"] == "_U").all():
        return {table_id: {} for table_id in TABLES}
    count = pl.col("barrier_count")
    told = {group: clients.with_columns(code.alias("membership")) for group, code in memberships.items()}
    found = {group: counted_twice(own, "membership", count) for group, own in told.items()}
    held = [set(each) for each in clients["barriers"]]
    counts = clients["barrier_count"].to_list()
    barriers = {code: sum(code in each for each in held) for code in codelist("barriers").codes}
    barriers |= {code: counts.count(code) for code in ("NONE", "_U")}
    pairs = {
        row["code"]: sum({row["barrier_code"], row["second_barrier_code"]} <= each for each in held)
        for row in codelist("barrier_pairs").rows
    }
    return {
        "by_barrier": _rows(barriers, len(held)),
        "by_barrier_count": _rows({code: counts.count(code) for code in counts}, len(held)),
        "by_barrier_pair": _rows(pairs, len(held)),
        "by_group_of_interest_barriers": {
            (group, *codes): n for group, own in found.items() for codes, n in own.items()
        },
    }


def _rows(counts: Mapping[str, int], total: int) -> Counts:
    return {(code, "clients"): n for code, n in counts.items() if n} | {("_T", "clients"): total}
