"""Need profiles: for what do members of a group come, beside other clients of the same centres and quarters?

Answers for each group and category of a need with two shares, their ratio and difference, the ratio within centres and
quarters, what missing values could make of it, and a verdict. A group that goes to one centre has that centre's mix of
needs; a difference that vanishes within centres is a finding about the centre, and is called one.

What the verdicts mean and which categories are compared: `reference/need_profiles.toml`. Results are true figures and
internal: what may be shown is for `disclosure`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.analysis.need_cube import Arm, Floats, NeedCube, read_cube
from pipelines.analysis.need_rules import NeedRules, need_rules
from pipelines.analysis.need_verdicts import with_verdicts
from pipelines.periods import Period
from pipelines.statistics.arrays import ratio
from pipelines.statistics.intervals import newcombe_difference
from pipelines.statistics.stratified import Pooled, pool_many

ADJUSTED, UNADJUSTED = "mantel_haenszel_centre_quarter", "none"


def read_need_profiles(database: Path, period: Period) -> pl.DataFrame:
    """Compare the needs of every group with those of other clients.

    Grain: one row per group, part of a group, dimension and category that any client has.
    Args:
        database: a warehouse whose marts are built.
        period: one of its publication periods.
    Returns:
        The columns of `compare_needs`.
    """
    rules = need_rules()
    return compare_needs(read_cube(database, period, rules.dimensions), rules)


def compare_needs(cube: NeedCube, rules: NeedRules) -> pl.DataFrame:
    """Compare members and others in every cell of a cube.

    Clients of whom membership is not known are on neither side. The base is clients of whom any category of the field
    is known; sources that do not collect it are left out and named. Where it is missing otherwise, the bounds suppose
    the worst: on one side all of these clients have the category, on the other none.

    Grain: one row per group, dimension and category.
    Returns:
        period, group_code, part_of, dimension, category_code, sources_left_out (text; null when none), unit;
        n_group, base_group, missing_group, n_others, base_others, missing_others, base_not_known (clients);
        share_group, share_others, ratio with ratio_low and ratio_high (score limits), difference with limits
        (Newcombe); ratio_if_missing_low and _high; adjusted_ratio with limits (null where the strata differ or compare
        nobody), adjusted_if_missing_low and _high, adjustment, n_strata, homogeneity_p, ratio_least, ratio_most;
        expected (members having the category were there no difference), least_expected (the least of the four such
        numbers of a comparison); p_value, q_value, crude_p_value, crude_q_value, homogeneity_q (null where not tested);
        verdict. Limits are at 95 %.
    Source: Mantel-Haenszel over centre and quarter as in Rothman, Greenland and Lash, Modern Epidemiology, chapter 15;
        Newcombe 1998, Stat Med 17:873; Miettinen and Nurminen 1985, Stat Med 4:213; worst-case bounds, Manski 1989.
    """
    members, others = cube.members, cube.others
    pooled = _pooled(members, others)
    numbers = _counts(cube) | _crude(cube, pooled) | _adjusted(pooled, members, others) | _expected(members, others)
    frame = _labels(cube).hstack(
        pl.DataFrame({name: np.asarray(values).ravel() for name, values in numbers.items()}).fill_nan(None)
    )
    return with_verdicts(_typed(frame), rules)


def _pooled(members: Arm, others: Arm) -> Pooled:
    return pool_many(
        members.having, members.known - members.having, others.having, others.known - others.having, guard="ratios"
    )


def _labels(cube: NeedCube) -> pl.DataFrame:
    labels = cube.groups.join(cube.cells, how="cross", maintain_order="left_right")
    return labels.select(pl.lit(cube.period).alias("period"), pl.all(), pl.lit("clients").alias("unit"))


def _counts(cube: NeedCube) -> dict[str, Floats]:
    return {
        "n_group": _total(cube.members.having),
        "base_group": _total(cube.members.known),
        "missing_group": _total(cube.members.missing),
        "uncollected_group": _total(cube.members.uncollected),
        "n_others": _total(cube.others.having),
        "base_others": _total(cube.others.known),
        "missing_others": _total(cube.others.missing),
        "base_not_known": _total(cube.open.known),
    }


def _crude(cube: NeedCube, pooled: Pooled) -> dict[str, Floats]:
    """Give what is seen without regard to centre and quarter."""
    (a, n, m), (b, k, o) = (
        tuple(_total(part) for part in (arm.having, arm.known, arm.missing)) for arm in (cube.members, cube.others)
    )
    low, high = newcombe_difference(a, n, b, k)
    is_empty = (n == 0) | (k == 0)
    limits = {
        "ratio_low": pooled.crude_low,
        "ratio_high": pooled.crude_high,
        "difference_low": low,
        "difference_high": high,
    }
    return {
        "share_group": ratio(a, n),
        "share_others": ratio(b, k),
        "ratio": pooled.crude_ratio,
        "difference": ratio(a, n) - ratio(b, k),
        **{name: np.where(is_empty, np.nan, values) for name, values in limits.items()},
        "ratio_if_missing_low": ratio(ratio(a, n + m), ratio(b + o, k + o)),
        "ratio_if_missing_high": ratio(ratio(a + m, n + m), ratio(b, k + o)),
        "crude_p_value": _one_table(cube).p_value,
    }


def _adjusted(pooled: Pooled, members: Arm, others: Arm) -> dict[str, NDArray[np.generic]]:
    """Give what remains within centres and quarters."""
    is_adjusted = (members.having.shape[-1] > 1) & (pooled.n_strata > 0)
    return {
        "adjusted_ratio": pooled.ratio,
        "adjusted_low": pooled.low,
        "adjusted_high": pooled.high,
        "adjusted_if_missing_low": _within_strata(_none_of(members), _all_of(others)),
        "adjusted_if_missing_high": _within_strata(_all_of(members), _none_of(others)),
        "adjustment": np.where(is_adjusted, ADJUSTED, UNADJUSTED),
        "n_strata": pooled.n_strata,
        "homogeneity_p": pooled.homogeneity_p,
        "ratio_least": pooled.ratio_least,
        "ratio_most": pooled.ratio_most,
        "p_value": pooled.p_value,
    }


def _expected(members: Arm, others: Arm) -> dict[str, Floats]:
    """Give expected numbers from the margins of the strata with both sides, so that they say nothing about the cell."""
    base = members.known + others.known
    both = (members.known > 0) & (others.known > 0)
    having = np.where(both, members.having + others.having, 0.0)
    lacking = np.where(both, base, 0.0) - having
    four = [_total(side.known * part / np.maximum(base, 1)) for side in (members, others) for part in (having, lacking)]
    return {"expected": four[0], "least_expected": np.minimum.reduce(four)}


def _one_table(cube: NeedCube) -> Pooled:
    """Test for a difference as if all centres and quarters were one."""
    a, n = cube.members.having, cube.members.known
    b, k = cube.others.having, cube.others.known
    return pool_many(*(part.sum(axis=-1, keepdims=True) for part in (a, n - a, b, k - b)))


def _none_of(arm: Arm) -> tuple[Floats, Floats]:
    return arm.having, arm.known + arm.missing


def _all_of(arm: Arm) -> tuple[Floats, Floats]:
    return arm.having + arm.missing, arm.known + arm.missing


def _within_strata(members: tuple[Floats, Floats], others: tuple[Floats, Floats]) -> Floats:
    """Give the Mantel-Haenszel ratio of shares; a stratum without one of the sides adds nothing to either sum."""
    (a, n), (b, k) = members, others
    size = np.maximum(n + k, 1)
    return ratio(_total(a * k / size), _total(b * n / size))


def _total(part: Floats) -> Floats:
    found: Floats = part.sum(axis=-1)
    return found


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    whole = [name for name in frame.columns if name.startswith(("n_", "base_", "missing_", "uncollected_"))]
    return frame.with_columns(pl.col(whole).cast(pl.Int64))
