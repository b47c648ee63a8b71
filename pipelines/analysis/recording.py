"""Recording quality: how often each source says something in each field, and what is missing how.

Answers "can a missing value explain this" before anything is said of people: a field that is left empty more often than
before looks like fewer people. Four kinds of missing stay apart, and so do words that nobody could explain.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import warehouse
from pipelines.analysis.change_rules import rules
from pipelines.statistics.change import exact_change
from pipelines.statistics.intervals import wilson
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.states import FALSE_DISCOVERY_RATE

Floats = NDArray[np.float64]
FALLEN, AS_BEFORE, TOO_FEW = "fallen", "as_before", "too_few_to_say"
FIRST_SEEN, NOT_COLLECTED = "first_seen", "not_collected"
FIELD = ("source_id", "field")
SCHEMA = {
    "source_id": pl.String,
    "field": pl.String,
    "quarter": pl.String,
    "unit": pl.String,
    "n": pl.Int64,
    "base": pl.Int64,
    "n_known": pl.Int64,
    "n_refused": pl.Int64,
    "n_not_asked": pl.Int64,
    "n_not_recorded": pl.Int64,
    "n_not_collected": pl.Int64,
    "n_not_recognised": pl.Int64,
    "share_known": pl.Float64,
    "share_low": pl.Float64,
    "share_high": pl.Float64,
    "could_show_second": pl.Float64,
    "earlier_share": pl.Float64,
    "p_fall": pl.Float64,
    "q_fall": pl.Float64,
    "verdict": pl.String,
}


def read_recording(database: Path) -> pl.DataFrame:
    """Read how well each field is recorded.

    Grain: one row per source, field and quarter in which the source has a case.

    Args:
        database: a warehouse whose marts are built.
    Returns:
        See `recording_of`.
    """
    return recording_of(warehouse.read_table(database, "marts.recording_quality"))


def recording_of(counts: pl.DataFrame) -> pl.DataFrame:
    """Work out shares and changes from counts.

    Args:
        counts: the columns of marts.recording_quality.
    Returns:
        The columns of `SCHEMA`, in order of source, field and quarter. `base` leaves out cases of a source that has no
        such field; `share_known` is of the base, with limits of chance. `could_show_second`, for nationality alone, is
        the share of cases with a known nationality whose source had recorded a second one by then. What follows it
        stands in the newest quarter of each source: its share is compared with that of all earlier quarters together.
    Source: Wilson 1927, J Am Stat Assoc 22:209; exact conditional test, Przyborowski and Wilenski 1940, Biometrika
        31:313, of the rarer of known and missing, for which it is conservative; Benjamini and Hochberg 1995, J R Stat
        Soc B 57:289.
    """
    based = counts.with_columns(base=pl.col("n") - pl.col("n_not_collected")).sort(*FIELD, "quarter")
    low, high = wilson(based["n_known"].to_numpy(), based["base"].to_numpy())
    has_base = pl.col("base") > 0
    shown = pl.col("n_could_show") / pl.col("n_known")
    could_show = pl.when((pl.col("field") == "nationality") & (pl.col("n_known") > 0)).then(shown)
    told = based.with_columns(
        share_known=pl.when(has_base).then(pl.col("n_known") / pl.col("base")),
        share_low=pl.when(has_base).then(pl.Series(low)),
        share_high=pl.when(has_base).then(pl.Series(high)),
        could_show_second=could_show,
    )
    compared = told.join(_changes(based), on=[*FIELD, "quarter"], how="left", maintain_order="left")
    return compared.select(list(SCHEMA)).cast(SCHEMA)  # type: ignore[arg-type]


def _changes(based: pl.DataFrame) -> pl.DataFrame:
    """Compare the newest quarter of every source and field with all before it.

    Grain: one row per source and field, in its newest quarter.
    """
    is_newest = pl.col("quarter") == pl.col("quarter").max().over("source_id")
    newest = based.filter(is_newest).select(*FIELD, "quarter", "base", "n_known", "n_not_collected")
    earlier = (
        based.filter(~is_newest).group_by(FIELD).agg(base_before=pl.col("base").sum(), before=pl.col("n_known").sum())
    )
    both = newest.join(earlier, on=FIELD, how="left", maintain_order="left")
    numbers = [
        both[name].fill_null(0).to_numpy().astype(np.float64) for name in ("n_known", "base", "before", "base_before")
    ]
    is_tested = np.minimum(numbers[1], numbers[3]) >= rules().fewest_cases
    p, q = np.full(both.height, np.nan), np.full(both.height, np.nan)
    p[is_tested] = _p_fall(*(each[is_tested] for each in numbers))
    q[is_tested] = benjamini_hochberg(p[is_tested])
    return both.with_columns(
        earlier_share=pl.when(pl.col("base_before") > 0).then(pl.col("before") / pl.col("base_before")),
        p_fall=pl.Series(p).fill_nan(None),
        q_fall=pl.Series(q).fill_nan(None),
    ).select(*FIELD, "quarter", "earlier_share", "p_fall", "q_fall", verdict=_verdict())


def _p_fall(known: Floats, base: Floats, before: Floats, base_before: Floats) -> Floats:
    """Give the p-value for a smaller share known now: by fewer known or by more missing, whichever is rarer in all."""
    total, missing = base + base_before, base - known
    fewer_known = exact_change(known, before, base, total).p_fall
    more_missing = exact_change(missing, base_before - before, base, total).p_rise
    return np.where(known + before < total / 2, fewer_known, more_missing)


def _verdict() -> pl.Expr:
    before, now = pl.col("before") / pl.col("base_before"), pl.col("n_known") / pl.col("base")
    has_fallen = (pl.col("q_fall") <= FALSE_DISCOVERY_RATE) & (before - now >= rules().material_fall)
    return (
        pl.when(pl.col("base") == 0)
        .then(pl.lit(NOT_COLLECTED))
        .when(pl.col("base_before").fill_null(0) == 0)
        .then(pl.lit(FIRST_SEEN))
        .when(pl.col("q_fall").is_null())
        .then(pl.lit(TOO_FEW))
        .when(has_fallen)
        .then(pl.lit(FALLEN))
        .otherwise(pl.lit(AS_BEFORE))
    )
