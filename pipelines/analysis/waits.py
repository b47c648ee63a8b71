"""How long clients wait from the opening of a case to its closing, group by group, from true counts; internal.

Answers "does a group wait longer than others of the same centres". Whoever still waits counts up to the last date of
the file that tells of them. Each group of interest is set beside all clients known not to belong to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipelines import warehouse
from pipelines.codelists import NOT_KNOWN, TOTAL, codelist, inside_sentence
from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.groups import MEMBER
from pipelines.periods import Period
from pipelines.resources import reference_file
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.states import FALSE_DISCOVERY_RATE
from pipelines.statistics.survival import Curve, LogRank, kaplan_meier, log_rank, median_of

OTHER = "N"
_WAITS = """
    with
    waits as (
        select centre_id, kind_id, days_waited, has_outcome, sum(n) as n
        from marts.waiting_times
        where quarter between ? and ?
        group by all
    ),
    groups as (select distinct group_code from reference.group_conditions where part_of = ''),
    told as (
        select waits.*, kind_groups.group_code, kind_groups.membership_code
        from waits
        join core.kind_groups as kind_groups on kind_groups.kind_id = waits.kind_id
        join groups on groups.group_code = kind_groups.group_code
        union all
        select waits.*, '_T', 'Y' from waits
    )
    select centre_id, group_code, membership_code, days_waited, has_outcome, cast(sum(n) as bigint) as n
    from told
    group by all
    order by all
"""
COLUMNS = {
    "group_code": pl.String,
    "n": pl.Int64,
    "n_outcomes": pl.Int64,
    "median_days": pl.Float64,
    "median_low": pl.Float64,
    "median_high": pl.Float64,
    "share_in_time": pl.Float64,
    "share_low": pl.Float64,
    "share_high": pl.Float64,
    "expected_outcomes": pl.Float64,
    "z": pl.Float64,
    "p_value": pl.Float64,
    "q_value": pl.Float64,
    "crude_p_value": pl.Float64,
    "crude_q_value": pl.Float64,
    "verdict": pl.String,
    "statement": pl.String,
}


def read_waits(database: Path, period: Period) -> pl.DataFrame:
    """Read how long clients waited, in the quarters that the report looks back on.

    Args:
        database: a warehouse whose marts are built.
        period: its last quarter is the last of them.
    Returns:
        Grain: one row per group of interest, membership, centre, days waited and whether the outcome came; column n
        counts clients, once for each quarter in which they came. The group `_T` is everybody.
    """
    last = period.last
    first = last.after(1 - int(_told()["rules"]["quarters"]))
    with warehouse.reading(database) as connection:
        return warehouse.read_frame(connection, _WAITS, [str(first), str(last)])


def compare_waits(waits: pl.DataFrame, labels: Mapping[str, str]) -> pl.DataFrame:
    """Compare each group with all other clients, by the log-rank test within centres.

    All groups with outcomes enough are one family. A group waits longer only when the difference is there within
    centres; one that is there between centres alone is told as such.

    Args:
        waits: from `read_waits`.
        labels: the labels of groups.
    Returns:
        Grain: one row per group, everybody first; ordered as the labels are. Median, share in time and limits are those
        of a Kaplan-Meier curve. Empty where nobody is known to have waited.
    Source: methods as in `pipelines.statistics.survival`; Benjamini and Hochberg 1995 for q.
    """
    groups = [code for code in (TOTAL, *labels) if not _of(waits, code, MEMBER).is_empty()]
    rows = [_row(waits, group) for group in groups]
    tested = [row for row in rows if row["p_value"] is not None]
    for p, q in (("p_value", "q_value"), ("crude_p_value", "crude_q_value")):
        for row, value in zip(tested, benjamini_hochberg([row[p] for row in tested]).tolist(), strict=True):
            row[q] = value
    for row in rows:
        row["verdict"] = None if row["group_code"] == TOTAL else _verdict(row)
        row["statement"] = _statement(row["verdict"], labels.get(row["group_code"], "")) if row["verdict"] else None
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def curves_of(waits: pl.DataFrame) -> pl.DataFrame:
    """Give the curve of each group and of all others: the share still waiting after each day on which an outcome came.

    Grain: one row per group, membership and day. Columns group_code, membership_code, days, at_risk, n_outcomes,
    share_waiting, low, high.
    """
    found = waits.select("group_code", "membership_code").unique().sort("group_code", "membership_code")
    known = found.filter(pl.col("membership_code") != NOT_KNOWN)
    frames = [_curve_frame(group, side, _curve(_of(waits, group, side))) for group, side in known.iter_rows()]
    return pl.concat(frames) if frames else _curve_frame("", "", _curve(waits)).clear()


def _told() -> Mapping[str, Any]:
    return read_toml(reference_file("waiting.toml"), SettingsError)


def _of(waits: pl.DataFrame, group: str, *sides: str) -> pl.DataFrame:
    return waits.filter((pl.col("group_code") == group) & pl.col("membership_code").is_in(sides))


def _curve(rows: pl.DataFrame) -> Curve:
    return kaplan_meier(rows["days_waited"].to_numpy(), rows["has_outcome"].to_numpy(), rows["n"].to_numpy())


def _row(waits: pl.DataFrame, group: str) -> dict[str, Any]:
    own = _of(waits, group, MEMBER)
    curve, outcomes = _curve(own), own.filter("has_outcome")
    median = median_of(curve)
    share, low, high = _in_time(curve)
    found = {"group_code": group, "n": int(own["n"].sum()), "n_outcomes": int(outcomes["n"].sum())}
    found |= {"median_days": median.time, "median_low": median.low, "median_high": median.high}
    found |= {"share_in_time": share, "share_low": low, "share_high": high}
    return dict.fromkeys(COLUMNS) | found | ({} if group == TOTAL else _tested(waits, group))


def _in_time(curve: Curve) -> tuple[float | None, float | None, float | None]:
    """Give the share with an outcome within the bands that have an end; none where no outcome came."""
    last = max(int(day) for day in codelist("times_to_outcome").column("day_high").values() if day)
    place = int(np.searchsorted(curve.times, last, side="right")) - 1
    if place < 0:
        return None, None, None
    return 1 - float(curve.share[place]), 1 - float(curve.high[place]), 1 - float(curve.low[place])


def _tested(waits: pl.DataFrame, group: str) -> dict[str, Any]:
    both = _of(waits, group, MEMBER, OTHER)
    outcomes = both.filter("has_outcome").group_by("membership_code").agg(pl.col("n").sum())
    counts = dict(outcomes.iter_rows())
    if min(counts.get(MEMBER, 0), counts.get(OTHER, 0)) < int(_told()["rules"]["least_outcomes"]):
        return {}
    within, crude = _log_rank(both, both["centre_id"].to_list()), _log_rank(both, ())
    return {
        "expected_outcomes": within.expected,
        "z": within.z,
        "p_value": within.p_value,
        "crude_p_value": crude.p_value,
    }


def _log_rank(rows: pl.DataFrame, strata: Sequence[str]) -> LogRank:
    is_member = (rows["membership_code"] == MEMBER).to_numpy()
    return log_rank(
        rows["days_waited"].to_numpy(), rows["has_outcome"].to_numpy(), is_member, rows["n"].to_numpy(), strata=strata
    )


def _verdict(row: Mapping[str, Any]) -> str:
    if row["q_value"] is None:
        return "too_few_to_say"
    if row["q_value"] <= FALSE_DISCOVERY_RATE:
        return "waits_longer" if row["z"] < 0 else "waits_less"
    return "about_the_centre" if row["crude_q_value"] <= FALSE_DISCOVERY_RATE else "no_difference"


def _statement(verdict: str, label: str) -> str:
    return str(_told()["verdicts"][verdict]).format(group=label, inside=inside_sentence(label))


def _curve_frame(group: str, side: str, curve: Curve) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "days": curve.times.astype(np.int64),
            "at_risk": curve.at_risk.astype(np.int64),
            "n_outcomes": curve.events.astype(np.int64),
            "share_waiting": curve.share,
            "low": curve.low,
            "high": curve.high,
        }
    ).select(pl.lit(group).alias("group_code"), pl.lit(side).alias("membership_code"), pl.all())
