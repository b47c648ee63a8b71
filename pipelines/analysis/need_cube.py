"""The counts behind a need profile: members of each group and other clients, by category, centre and quarter.

Answers "how many of whom had what", from `marts.need_profiles`. How members and others compare is for `need_profiles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import warehouse
from pipelines.analysis.detail import read_detail
from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.groups import MEMBER
from pipelines.periods import Period

Floats = NDArray[np.float64]
NOT_COLLECTED = "not_collected"
# What is counted of every field beside its categories: any known, none known, no source with such a field.
ANSWERS = (TOTAL, NOT_KNOWN, NOT_COLLECTED)
_PERIOD = "select * from marts.need_profiles where period = ?"
_GROUPS = "select distinct group_code, part_of from reference.group_conditions order by group_code"
_LEFT_OUT = """
    select
        quality.field as dimension,
        string_agg(distinct quality.source_id, ', ' order by quality.source_id) as sources_left_out
    from marts.recording_quality as quality
    join reference.publication_quarters as quarters on quarters.quarter = quality.quarter and quarters.is_within
    where quarters.publication_period = ? and quality.n_not_collected > 0
    group by quality.field
"""


@dataclass(frozen=True, eq=False)
class Arm:
    """Clients of one side of a comparison, as arrays of groups by cells by strata.

    `having` the category, of those `known` to have any of the field; `missing` more may have it; `uncollected` ones
    were seen only by sources without the field and belong to no base.
    """

    having: Floats
    known: Floats
    missing: Floats
    uncollected: Floats


@dataclass(frozen=True, eq=False)
class NeedCube:
    """Counts of clients of one publication period; internal.

    `groups` holds group_code and part_of; `cells` holds dimension, category_code and sources_left_out, one row per
    category that any client has, or one of category "_T" for a field of which nothing is known. A stratum is a centre
    in a quarter. `open` counts clients of whom membership of the group is not known; they are on neither side.
    """

    period: str
    groups: pl.DataFrame
    cells: pl.DataFrame
    members: Arm
    others: Arm
    open: Arm

    def __repr__(self) -> str:
        return f"NeedCube({self.period!r})"


def read_cube(database: Path, period: Period, dimensions: Sequence[str]) -> NeedCube:
    """Read the counts of one publication period.

    Args:
        database: a warehouse whose marts are built.
        period: one of its publication periods.
        dimensions: fields, in the order of the cells.
    """
    with warehouse.reading(database) as connection:
        counts = read_detail(connection, _PERIOD, period)
        groups = warehouse.read_frame(connection, _GROUPS)
        left_out = warehouse.read_frame(connection, _LEFT_OUT, [str(period)])
    return make_cube(str(period), counts, groups=groups, left_out=left_out, dimensions=dimensions)


def make_cube(
    period: str, counts: pl.DataFrame, *, groups: pl.DataFrame, left_out: pl.DataFrame, dimensions: Sequence[str]
) -> NeedCube:
    """Set out counts as arrays.

    Args:
        period: the publication period.
        counts: columns centre_id, quarter, field, category_code, group_code, membership_code, n; rows of one period.
        groups: columns group_code, part_of; one row per group.
        left_out: columns dimension, sources_left_out: names of sources without the field, for fields that have any.
        dimensions: fields, in the order of the cells; others are left out.
    """
    counts = counts.filter(pl.col("field").is_in(dimensions))
    cells = _cells(counts, dimensions)
    keys = pl.concat([cells, _answers(dimensions)]).unique(maintain_order=True).with_row_index("key")
    strata = counts.select("centre_id", "quarter").unique().sort("centre_id", "quarter").with_row_index("stratum")
    placed = counts.join(keys, left_on=["field", "category_code"], right_on=["dimension", "category_code"])
    placed = placed.join(strata, on=["centre_id", "quarter"])
    shape = (groups.height, keys.height, max(strata.height, 1))
    member, unknown = (_of_groups(placed, groups, code, shape=shape) for code in (MEMBER, NOT_KNOWN))
    everybody = _scattered(placed.filter(pl.col("group_code") == TOTAL).with_columns(group=0), (1, *shape[1:]))
    places = {row[:2]: row[2] for row in keys.select("dimension", "category_code", "key").iter_rows()}
    arms = (_arm(counted, cells, places) for counted in (member, everybody - member - unknown, unknown))
    return NeedCube(period, groups, cells.join(left_out, on="dimension", how="left", maintain_order="left"), *arms)


def _cells(counts: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    """Give every category that any client has, in order; of a field without any, the row "_T"."""
    told = counts.filter(~pl.col("category_code").is_in(ANSWERS))
    named = told.select(pl.col("field").alias("dimension"), "category_code").unique()
    silent = [name for name in dimensions if name not in set(named["dimension"])]
    cells = pl.concat(
        [named, pl.DataFrame({"dimension": silent, "category_code": [TOTAL] * len(silent)}, named.schema)]
    )
    rank = {name: number for number, name in enumerate(dimensions)}
    return cells.sort(pl.col("dimension").replace_strict(rank, return_dtype=pl.Int64), "category_code")


def _answers(dimensions: Sequence[str]) -> pl.DataFrame:
    rows = [(name, answer) for name in dimensions for answer in ANSWERS]
    return pl.DataFrame(rows, {"dimension": pl.String, "category_code": pl.String}, orient="row")


def _of_groups(placed: pl.DataFrame, groups: pl.DataFrame, membership: str, *, shape: tuple[int, ...]) -> Floats:
    numbered = groups.select("group_code").with_row_index("group")
    return _scattered(placed.filter(pl.col("membership_code") == membership).join(numbered, on="group_code"), shape)


def _scattered(rows: pl.DataFrame, shape: tuple[int, ...]) -> Floats:
    counted = np.zeros(shape)
    np.add.at(counted, tuple(rows[name].to_numpy() for name in ("group", "key", "stratum")), rows["n"].to_numpy())
    return counted


def _arm(counted: Floats, cells: pl.DataFrame, places: dict[tuple[str, str], int]) -> Arm:
    own = [places[row] for row in cells.iter_rows()]
    answers = ([places[name, answer] for name in cells["dimension"]] for answer in ANSWERS)
    return Arm(*(counted[:, chosen, :] for chosen in (own, *answers)))
