"""Series over time: the counts of every quarter, of all sources and of those that reported throughout.

Answers "how many, quarter by quarter" and "from whom". More sources that send data are not more need: the panel holds
the pairs of source and centre with a case in every quarter that is compared, so that like stands beside like. What a
change means is for `trends`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.codelists import NOT_KNOWN
from pipelines.events import Event
from pipelines.groups import MEMBER
from pipelines.periods import Period, Quarter

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
# In the order in which they are shown.
SERIES = ("cases", "clients", "group", "advice_family", "advice_type")
KEYS = ("series", "code", "unit")
_PLACE = ("source_id", "centre_id")


@dataclass(frozen=True, eq=False)
class Window:
    """The quarters of a series and which of them are compared.

    Grain: arrays have one entry per quarter, from the first with a case to the last asked for.

    `is_compared` leaves out provisional quarters, those before the baseline begins, and those in which nobody sent
    data. `panel` holds the pairs of source and centre with a case in every compared quarter; `exposure` counts those
    of them that reported in a quarter, `n_reporting` counts all that did. `begins` is the number of the first quarter
    of the baseline.
    """

    quarters: tuple[str, ...]
    is_provisional: Bools
    is_compared: Bools
    begins: int
    panel: pl.DataFrame
    n_reporting: Floats
    exposure: Floats

    @property
    def compared(self) -> NDArray[np.int64]:
        """Give the numbers of the compared quarters; the last of them is the one that is tested."""
        return np.flatnonzero(self.is_compared)


@dataclass(frozen=True, eq=False)
class Counts:
    """The counts of every series.

    Grain: `keys` has one row per series (columns series, code, unit), arrays a row per series and a column per quarter.

    `unknown` counts clients who may belong to the series, because it is not known; the panel's counts stand beside.
    """

    keys: pl.DataFrame
    n: Floats
    unknown: Floats
    panel_n: Floats
    panel_unknown: Floats


def window_of(
    reporting: pl.DataFrame,
    *,
    last: Quarter,
    provisional: frozenset[str] = frozenset(),
    events: Iterable[Event] = (),
    baseline: Quarter | None = None,
) -> Window:
    """Say which quarters are compared and who reported in all of them.

    The baseline begins with the first quarter, or with the first whole quarter after the latest event that a person
    declared to begin a new one; nothing else ever moves it.

    Args:
        reporting: columns quarter, source_id, centre_id; one row per quarter, source and centre with a case.
        last: the last quarter to look at.
        provisional: quarters for which late cases are still expected.
        events: what a person dated.
        baseline: a first quarter that a person set, if any.
    """
    sent = reporting.filter(pl.col("quarter") <= str(last)).select("quarter", *_PLACE).unique()
    quarters = _quarters(sent, last)
    begins = [event.first_whole_quarter for event in events if event.new_baseline]
    first = max((str(each) for each in (*begins, baseline) if each and each <= last), default="")
    n_reporting = _per_quarter(sent, quarters)
    is_provisional = np.array([quarter in provisional for quarter in quarters], dtype=np.bool_)
    is_compared = ~is_provisional & (n_reporting > 0) & np.array([each >= first for each in quarters], dtype=np.bool_)
    compared = [quarter for quarter, held in zip(quarters, is_compared, strict=True) if held]
    panel = _panel(sent, compared)
    return Window(
        quarters=quarters,
        is_provisional=is_provisional,
        is_compared=is_compared,
        begins=sum(quarter < first for quarter in quarters),
        panel=panel,
        n_reporting=n_reporting,
        exposure=_per_quarter(sent.join(panel, on=_PLACE, how="semi", nulls_equal=True), quarters),
    )


def count_series(counts: pl.DataFrame, window: Window) -> Counts:
    """Add up the counts of every series by quarter, over all sources and over the panel.

    Args:
        counts: columns quarter, source_id, centre_id, series, code, membership_code, unit, n. Rows of membership "_U"
            count those who may belong: to the series of their own code, or, for advice, of codes that it leaves open.
        window: the quarters and the panel.
    Returns:
        One row per series that has a row of membership "Y", in the order of `SERIES`, then by code.
    """
    placed = counts.join(window.panel.with_columns(is_panel=True), on=_PLACE, how="left", nulls_equal=True)
    added = placed.group_by(*KEYS, "membership_code", "quarter").agg(
        n=pl.col("n").sum(), panel_n=pl.col("n").filter(pl.col("is_panel")).sum()
    )
    is_member = pl.col("membership_code") == MEMBER
    members = added.filter(is_member)
    order = pl.col("series").replace_strict({name: at for at, name in enumerate(SERIES)}, return_dtype=pl.Int64)
    keys = members.select(KEYS).unique().sort(order, "code")
    open_to = _open_codes(keys)
    unknown = (
        open_to.join(added.filter(~is_member).rename({"code": "open_code"}), on=("series", "open_code", "unit"))
        .group_by(*KEYS, "quarter")
        .agg(pl.col("n").sum(), pl.col("panel_n").sum())
    )
    n, panel_n = _matrices(keys, members, window.quarters)
    n_unknown, panel_unknown = _matrices(keys, unknown, window.quarters)
    return Counts(keys, n, n_unknown, panel_n, panel_unknown)


def _open_codes(keys: pl.DataFrame) -> pl.DataFrame:
    """Give the codes whose "_U" rows leave a series open: a group's own; for advice "_U", and the family of a type."""
    family = pl.col("code").str.split("_").list.first()
    is_type, is_advice = pl.col("series") == "advice_type", pl.col("series").str.starts_with("advice_")
    return pl.concat(
        [
            keys.filter(pl.col("series") == "group").with_columns(open_code=pl.col("code")),
            keys.filter(is_advice).with_columns(open_code=pl.lit(NOT_KNOWN)),
            keys.filter(is_type).with_columns(open_code=family),
        ]
    )


def _matrices(keys: pl.DataFrame, added: pl.DataFrame, quarters: Sequence[str]) -> tuple[Floats, Floats]:
    grid = keys.with_row_index("at").join(
        pl.DataFrame({"quarter": quarters}, schema={"quarter": pl.String}), how="cross"
    )
    filled = grid.join(added, on=[*KEYS, "quarter"], how="left").sort("at", "quarter")
    shape = (keys.height, len(quarters))
    n, panel_n = (filled[name].fill_null(0).to_numpy().astype(np.float64).reshape(shape) for name in ("n", "panel_n"))
    return n, panel_n


def _quarters(sent: pl.DataFrame, last: Quarter) -> tuple[str, ...]:
    if sent.is_empty():
        return ()
    first = Quarter.parse(str(sent["quarter"].min()))
    return tuple(str(quarter) for quarter in Period(first, last).quarters)


def _panel(sent: pl.DataFrame, compared: Sequence[str]) -> pl.DataFrame:
    in_all = sent.filter(pl.col("quarter").is_in(compared)).group_by(_PLACE).len()
    return in_all.filter(pl.col("len") == max(len(compared), 1)).select(_PLACE)


def _per_quarter(sent: pl.DataFrame, quarters: Sequence[str]) -> Floats:
    found = dict(sent.group_by("quarter").len().iter_rows())
    return np.array([found.get(quarter, 0) for quarter in quarters], dtype=np.float64)
