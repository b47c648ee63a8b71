"""What a comparison of needs may claim: the family of tests, and one verdict for each row.

Answers with one word for each row. A direction is claimed only when it is seen within centres and quarters, stands
after false discovery control in its family, and would stand whatever the missing values are.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.analysis.need_rules import NeedRules
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.states import (
    FALSE_DISCOVERY_RATE,
    HOMOGENEITY_RATE,
    LEAST_EXPECTED,
    MATERIAL_HIGH,
    MATERIAL_LOW,
)

HIGHER, LOWER, SIMILAR = "higher", "lower", "similar"
ABOUT_THE_CENTRE, DIFFERS_BETWEEN_CENTRES = "about_the_centre", "differs_between_centres"
MISSING_DECIDES, TOO_FEW_TO_SAY = "missing_decides", "too_few_to_say"
BY_DEFINITION, NOT_COLLECTED = "by_definition", "not_collected"
VERDICTS = (
    NOT_COLLECTED,
    BY_DEFINITION,
    TOO_FEW_TO_SAY,
    DIFFERS_BETWEEN_CENTRES,
    HIGHER,
    LOWER,
    MISSING_DECIDES,
    ABOUT_THE_CENTRE,
    SIMILAR,
)


def with_verdicts(frame: pl.DataFrame, rules: NeedRules) -> pl.DataFrame:
    """Add q-values and the verdict.

    Family N is every comparison that is not true by definition and in which each of the four numbers expected without a
    difference is at least five: that depends on margins alone, so to be in the family says nothing about the cell. The
    same family is used three times, for the difference within strata, the crude one, and the agreement of the strata.

    Args:
        frame: the columns of `compare_needs` but those added here.
        rules: says what is true by definition.
    Returns:
        The frame with q_value, crude_q_value, homogeneity_q and verdict.
    """
    told = frame.with_columns(is_by_definition=_by_definition(frame, rules))
    told = told.with_columns(
        is_tested=~pl.col("is_by_definition") & (pl.col("least_expected") >= LEAST_EXPECTED) & (pl.col("n_strata") > 0)
    )
    told = _with_q(told, "p_value", "q_value")
    told = _with_q(told, "crude_p_value", "crude_q_value")
    told = _with_q(told, "homogeneity_p", "homogeneity_q")
    told = told.with_columns(verdict=_verdict())
    return told.drop("is_by_definition", "is_tested", "uncollected_group")


def _by_definition(frame: pl.DataFrame, rules: NeedRules) -> pl.Series:
    names = frame.select("group_code", "part_of", "dimension", "category_code")
    return pl.Series([rules.is_by_definition(*row) for row in names.iter_rows()], dtype=pl.Boolean)


def _with_q(frame: pl.DataFrame, p: str, q: str) -> pl.DataFrame:
    """Add q-values of the family; a p-value that cannot be worked out counts as 1."""
    tested = frame["is_tested"].to_numpy()
    found = np.full(frame.height, np.nan)
    found[tested] = benjamini_hochberg(frame[p].fill_null(1.0).fill_nan(1.0).to_numpy()[tested])
    return frame.with_columns(pl.Series(q, found).fill_nan(None))


def _verdict() -> pl.Expr:
    """Give the first verdict that holds."""
    seen = pl.col("q_value") <= FALSE_DISCOVERY_RATE
    may_pool = pl.col("adjusted_ratio").is_not_null()
    strata_differ = ~may_pool & (seen | (pl.col("homogeneity_q") <= HOMOGENEITY_RATE))
    is_higher, is_lower = seen & (pl.col("adjusted_low") > 1), seen & (pl.col("adjusted_high") < 1)
    has_moved = ~pl.col("ratio").is_between("adjusted_low", "adjusted_high")
    in_band = (pl.col("adjusted_low") >= MATERIAL_LOW) & (pl.col("adjusted_high") <= MATERIAL_HIGH)
    rows: list[tuple[pl.Expr, str]] = [
        (_is_uncollected(), NOT_COLLECTED),
        (pl.col("is_by_definition"), BY_DEFINITION),
        (~pl.col("is_tested"), TOO_FEW_TO_SAY),
        (strata_differ, DIFFERS_BETWEEN_CENTRES),
        (~may_pool, TOO_FEW_TO_SAY),
        (is_higher & (pl.col("adjusted_if_missing_low") > 1), HIGHER),
        (is_lower & (pl.col("adjusted_if_missing_high") < 1), LOWER),
        (is_higher | is_lower, MISSING_DECIDES),
        ((pl.col("crude_q_value") <= FALSE_DISCOVERY_RATE) & has_moved, ABOUT_THE_CENTRE),
        (in_band, SIMILAR),
    ]
    return pl.coalesce(*(pl.when(condition).then(pl.lit(word)) for condition, word in rows), pl.lit(TOO_FEW_TO_SAY))


def _is_uncollected() -> pl.Expr:
    has_base = pl.col("base_group") + pl.col("missing_group") > 0
    return ~has_base & (pl.col("uncollected_group") > 0)
