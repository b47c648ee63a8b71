"""How often enquiries were turned away, group by group, from true counts; internal.

Answers "is a group turned away more often than others who enquire at the same centres". Each group of interest is set
beside all enquiries of people known not to belong to it. What is counted are enquiries, and no people.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import warehouse
from pipelines.codelists import NOT_KNOWN, inside_sentence
from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.groups import MEMBER
from pipelines.periods import Period
from pipelines.resources import reference_file
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.states import FALSE_DISCOVERY_RATE
from pipelines.statistics.stratified import Pooled, pool_ratios

OTHER, AWAY, KEPT = "N", "Y", "N"
COLUMNS = {
    "group_code": pl.String,
    "unit": pl.String,
    "n": pl.Int64,
    "n_turned_away": pl.Int64,
    "n_of_others": pl.Int64,
    "n_turned_away_of_others": pl.Int64,
    "ratio": pl.Float64,
    "ratio_low": pl.Float64,
    "ratio_high": pl.Float64,
    "p_value": pl.Float64,
    "q_value": pl.Float64,
    "crude_p_value": pl.Float64,
    "crude_q_value": pl.Float64,
    "verdict": pl.String,
    "statement": pl.String,
}
_QUERY = """
    select profiles.centre_id, groups.group_code, groups.membership_code, profiles.turned_away_code,
        sum(profiles.n) as n
    from marts.enquiry_profiles as profiles
    join core.kind_groups as groups on groups.kind_id = profiles.kind_id
    where list_contains(?, profiles.period)
    group by all order by all
"""


def read_enquiries(database: Path, period: Period) -> pl.DataFrame:
    """Read the enquiries of the quarters that the report looks back on.

    Args:
        database: a warehouse whose marts are built.
        period: its last quarter is the last of them.
    Returns:
        Grain: one row per centre, group, membership and whether the enquiry was turned away; column n counts enquiries.
    """
    first = period.last.after(1 - int(_told()["rules"]["quarters"]))
    quarters = [str(quarter) for quarter in Period(first, period.last).quarters]
    with warehouse.reading(database) as connection:
        return warehouse.read_frame(connection, _QUERY, [quarters])


def compare_enquiries(enquiries: pl.DataFrame, labels: Mapping[str, str]) -> pl.DataFrame:
    """Compare each group with all other enquiries, within centres.

    All groups with enough enquiries turned away are one family. A group is turned away more often only when the
    difference is there within centres; one that is there between centres alone is told as such.

    Args:
        enquiries: from `read_enquiries`.
        labels: the labels of groups.
    Returns:
        Grain: one row per group, ordered as the labels are; empty where no source records enquiries. The ratio is that
        of the shares turned away, pooled over centres; empty where centres differ too much to be pooled.
    Source: as `pipelines.statistics.stratified.pool_ratios`; Benjamini and Hochberg 1995 for q.
    """
    found = set(enquiries["group_code"])
    rows = [_row(enquiries.filter(pl.col("group_code") == group), group) for group in labels if group in found]
    tested = [row for row in rows if row["p_value"] is not None]
    for p, q in (("p_value", "q_value"), ("crude_p_value", "crude_q_value")):
        for row, value in zip(tested, benjamini_hochberg([row[p] for row in tested]).tolist(), strict=True):
            row[q] = value
    for row in rows:
        row["verdict"] = _verdict(row)
        row["statement"] = _statement(row["verdict"], labels[row["group_code"]])
        row.pop("crude_ratio", None)
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


@cache
def _told() -> Mapping[str, Any]:
    return read_toml(reference_file("enquiries.toml"), SettingsError)


def _row(enquiries: pl.DataFrame, group: str) -> dict[str, Any]:
    own_away, own_kept, away, kept = _by_centre(enquiries)
    numbers = {
        "n": int((own_away + own_kept).sum()),
        "n_turned_away": int(own_away.sum()),
        "n_of_others": int((away + kept).sum()),
        "n_turned_away_of_others": int(away.sum()),
    }
    found = dict.fromkeys(COLUMNS) | {"group_code": group, "unit": "enquiries"} | numbers
    least = int(_told()["rules"]["least_turned_away"])
    if min(numbers["n_turned_away"], numbers["n_turned_away_of_others"]) < least:
        return found
    within = pool_ratios(own_away, own_kept, away, kept)
    crude = pool_ratios(*(np.array([each.sum()]) for each in (own_away, own_kept, away, kept)))
    # Where no centre has enquiries of both sides, nothing is compared within one.
    return found if np.isnan(within.p_value) or not within.n_strata else found | _compared(within, crude)


def _compared(within: Pooled, crude: Pooled) -> dict[str, Any]:
    told = {"ratio": within.ratio, "ratio_low": within.low, "ratio_high": within.high}
    return {name: None if np.isnan(value) else float(value) for name, value in told.items()} | {
        "p_value": float(within.p_value),
        "crude_p_value": float(crude.p_value),
        "crude_ratio": float(crude.crude_ratio),
    }


def _by_centre(enquiries: pl.DataFrame) -> list[NDArray[np.float64]]:
    """Give, centre by centre, the enquiries of members turned away and not, then those of others."""
    known = enquiries.filter(pl.col("turned_away_code") != NOT_KNOWN)
    places = known["centre_id"].unique().sort()
    sides = [(MEMBER, AWAY), (MEMBER, KEPT), (OTHER, AWAY), (OTHER, KEPT)]
    counted = {(centre, side, told): n for centre, _, side, told, n in known.iter_rows()}
    return [np.array([float(counted.get((centre, *side), 0)) for centre in places]) for side in sides]


def _verdict(row: Mapping[str, Any]) -> str:
    if row["q_value"] is None:
        return "too_few_to_say"
    if row["q_value"] <= FALSE_DISCOVERY_RATE:
        ratio = row["crude_ratio"] if row["ratio"] is None else row["ratio"]
        return "turned_away_more" if ratio > 1 else "turned_away_less"
    return "about_the_centre" if row["crude_q_value"] <= FALSE_DISCOVERY_RATE else "no_difference"


def _statement(verdict: str, label: str) -> str:
    return str(_told()["verdicts"][verdict]).format(group=label, inside=inside_sentence(label))
