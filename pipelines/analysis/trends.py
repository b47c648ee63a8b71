"""Change over time: has the newest quarter more or fewer than the quarters before it, like for like?

Answers for cases, clients, groups of interest and advice. The test is exact and belongs to sources that reported in all
quarters compared; when all sources together moved and those did not, more or less data were sent, and no need changed.
Limits of a chart are drawn for large, long series alone, from a baseline that only a person's dated event moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import warehouse
from pipelines.analysis.trend_series import Counts, Floats, Window, count_series, window_of
from pipelines.analysis.trend_tests import PROVISIONAL, compare_newest
from pipelines.events import Event
from pipelines.groups import MEMBER
from pipelines.periods import Quarter
from pipelines.statistics.change import LEAST_POINTS, xmr

SCHEMA = {
    "series": pl.String,
    "code": pl.String,
    "quarter": pl.String,
    "unit": pl.String,
    "n": pl.Int64,
    "n_unknown": pl.Int64,
    "is_provisional": pl.Boolean,
    "n_reporting": pl.Int64,
    "exposure": pl.Int64,
    "panel_n": pl.Int64,
    "expected": pl.Float64,
    "p_fall": pl.Float64,
    "p_rise": pl.Float64,
    "q_fall": pl.Float64,
    "q_rise": pl.Float64,
    "mean": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "verdict": pl.String,
}


def read_trends(
    database: Path,
    *,
    last: Quarter,
    provisional: frozenset[str] = frozenset(),
    events: Iterable[Event] = (),
    baseline: Quarter | None = None,
) -> pl.DataFrame:
    """Read every series up to a quarter and test the newest quarter for which no late cases are expected.

    Grain: one row per series, code and quarter; quarters in which nobody sent data have rows with n = 0.

    Args:
        database: a warehouse whose marts are built.
        last: the last quarter to look at.
        provisional: quarters (such as 2026-Q3) for which late cases are still expected; neither tested nor used.
        events: what a person dated in `events.toml`.
        baseline: the first quarter to compare with; the first with a case when None.
    Returns:
        The columns of `SCHEMA`, in order of series, code and quarter. `n` counts all sources, `panel_n` those that
        reported in every quarter compared (empty before the baseline); `exposure` is how many these were. `expected`
        and the p- and q-values stand in the row of the tested quarter alone and belong to `panel_n`, as do `mean`,
        `low` and `high`, the limits of the chart. A verdict stands with the tested and the provisional quarters.
    Source: exact conditional test, Przyborowski and Wilenski 1940, Biometrika 31:313; limits of individual values, ISO
        7870-2; false discovery rate, Benjamini and Hochberg 1995, J R Stat Soc B 57:289, falls and rises a family each.
    """
    with warehouse.reading(database) as connection:
        reporting = warehouse.read_frame(connection, "select * from marts.reporting_sources")
        counts = _read_counts(connection, last)
    cases = reporting.with_columns(series=pl.lit("cases"), code=pl.lit("_T"), membership_code=pl.lit(MEMBER))
    window = window_of(reporting, last=last, provisional=provisional, events=events, baseline=baseline)
    return trends_of(pl.concat([cases.select(counts.columns), counts]), window)


def trends_of(counts: pl.DataFrame, window: Window) -> pl.DataFrame:
    """Test every series of some counts.

    Grain: one row per series, code and quarter.

    Args:
        counts: see `trend_series.count_series`.
        window: which quarters are compared, and who is in the panel.
    Returns:
        See `read_trends`.
    """
    found = count_series(counts, window)
    shape = found.n.shape
    grid = found.keys.join(pl.DataFrame({"quarter": window.quarters}, schema={"quarter": pl.String}), how="cross")
    measured = {
        "is_provisional": np.broadcast_to(window.is_provisional, shape),
        "n_reporting": np.broadcast_to(window.n_reporting, shape),
        "exposure": np.broadcast_to(window.exposure, shape),
        "n": found.n,
        "n_unknown": found.unknown,
        "panel_n": _from_baseline(found.panel_n, window),
        **_limits(found, window),
        **_tests(found, window),
    }
    return grid.with_columns(_column(name, values) for name, values in measured.items()).select(list(SCHEMA))


def _column(name: str, values: NDArray[Any]) -> pl.Series:
    column = pl.Series(name, values.ravel().tolist())
    return (column.fill_nan(None) if column.dtype == pl.Float64 else column).cast(SCHEMA[name])


def _from_baseline(values: Floats, window: Window) -> Floats:
    """Keep what stands in the baseline or after it; before, the panel is not like for like."""
    kept = values.copy()
    kept[:, : window.begins] = np.nan
    return kept


def _limits(counts: Counts, window: Window) -> dict[str, Floats]:
    """Give the mean and the limits of each chart from the first twelve compared quarters, where there are as many."""
    found = {name: np.full(counts.n.shape, np.nan) for name in ("mean", "low", "high")}
    baseline = window.compared[:LEAST_POINTS]
    for at, series in enumerate(counts.panel_n[:, baseline]):
        chart = xmr(series)
        if chart:
            found["mean"][at, window.begins :] = chart.mean
            found["low"][at, window.begins :] = max(chart.low, 0.0)
            found["high"][at, window.begins :] = chart.high
    return found


def _tests(counts: Counts, window: Window) -> dict[str, NDArray[Any]]:
    """Put the tests of the newest compared quarter into its column, and say which quarters are provisional."""
    names = ("expected", "p_fall", "p_rise", "q_fall", "q_rise")
    placed: dict[str, NDArray[Any]] = {name: np.full(counts.n.shape, np.nan) for name in names}
    verdict = np.full(counts.n.shape, None, dtype=object)
    verdict[:, window.is_provisional] = PROVISIONAL
    if window.compared.size:
        newest, found = window.compared[-1], compare_newest(counts, window)
        for name in names:
            placed[name][:, newest] = getattr(found, name)
        verdict[:, newest] = found.verdict
    return placed | {"verdict": verdict}


def _read_counts(connection: warehouse.Connection, last: Quarter) -> pl.DataFrame:
    """Read the counts of clients; a group of interest that nobody belongs to has a row with 0."""
    query = """
        with interest as (select distinct group_code from reference.group_conditions where part_of = '')
        select quarter, source_id, centre_id, series, code, membership_code, unit, n
        from marts.quarterly_groups
        where series <> 'group' or code in (select group_code from interest)
        union all
        select ?, null, null, 'group', group_code, 'Y', 'clients', 0 from interest
    """
    return warehouse.read_frame(connection, query, [str(last)])
