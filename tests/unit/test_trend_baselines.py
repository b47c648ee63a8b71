"""The baseline of a series: fixed, moved by a person's dated event alone; and what changes nothing in a trend."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from core_cases import quarters
from polars.testing import assert_frame_equal
from trend_counts import counts, newest, window

from pipelines.analysis.trends import trends_of
from pipelines.events import Event
from pipelines.periods import Quarter


def event(on: str, *, new_baseline: bool) -> Event:
    return Event(date.fromisoformat(on), "Something happened.", "service", new_baseline, (), ())


def test_limits_need_twelve_quarters_and_a_mean_of_ten():
    small, large = np.array([9, 8, 9] * 4), np.array([50, 55, 45] * 4)
    frame = trends_of(pl.concat([counts(small, code="S"), counts(large, code="L")]), window(12))
    assert newest(frame, "S")["low"] is None
    assert newest(frame, "L")["mean"] == 50
    assert newest(trends_of(counts(large[:11]), window(11)))["low"] is None


def test_the_baseline_stays_whatever_happens_later():
    start = np.array([50, 55, 45] * 4)
    first = newest(trends_of(counts(start), window(12)), "A")
    for later in ([50] * 6, [90] * 6, [10] * 6):
        frame = trends_of(counts(np.array([*start, *later])), window(18))
        told = newest(frame)
        assert [told[name] for name in ("mean", "low", "high")] == [first[name] for name in ("mean", "low", "high")]


def test_only_an_event_that_says_so_begins_a_new_baseline():
    values = np.array([80] * 8 + [40] * 9)
    begins = quarters(17)[8]
    day = str(Quarter.parse(begins).first_day)
    kept = newest(trends_of(counts(values), window(17, events=[event(day, new_baseline=False)])))
    moved = trends_of(counts(values), window(17, events=[event(day, new_baseline=True)]))
    assert kept["verdict"] == "fall"
    assert (newest(moved)["verdict"], newest(moved)["expected"]) == ("within_usual_range", 40)
    assert newest(moved, quarter=quarters(17)[7])["panel_n"] is None
    assert newest(moved, quarter=begins)["panel_n"] == 40


def test_a_new_baseline_lets_late_starters_into_the_panel():
    both = pl.concat([counts(np.array([40] * 12)), counts(np.array([20] * 6), place=("two", "ash"))])
    began = event(str(Quarter.parse(quarters(6)[0]).first_day), new_baseline=True)
    places = (("one", "oak", 12), ("two", "ash", 6))
    assert newest(trends_of(both, window(12, *places)))["panel_n"] == 40
    assert newest(trends_of(both, window(12, *places, events=[began])))["panel_n"] == 60


def test_an_event_after_the_last_quarter_changes_nothing():
    values = counts(np.array([40] * 8 + [15]))
    ahead = event("2027-01-01", new_baseline=True)
    assert_frame_equal(trends_of(values, window(9, events=[ahead])), trends_of(values, window(9)))


def test_a_baseline_that_is_set_begins_there():
    values = np.array([80] * 4 + [40] * 7)
    told = newest(trends_of(counts(values), window(11, baseline=Quarter.parse(quarters(7)[0]))))
    assert (told["expected"], told["verdict"]) == (40, "within_usual_range")


# What does not matter


def test_order_of_rows_and_names_of_places_do_not_matter():
    old, new = counts(np.array([40, 41, 39, 42, 38, 40, 41, 20])), counts(np.array([60] * 3), place=("two", "ash"))
    both, places = pl.concat([old, new]), (("one", "oak", 8), ("two", "ash", 3))
    frame = trends_of(both, window(8, *places))
    assert_frame_equal(trends_of(both.sample(fraction=1, shuffle=True, seed=3), window(8, *places)), frame)
    named = both.with_columns(pl.col("centre_id").replace({"oak": "zebra", "ash": "aardvark"}))
    assert_frame_equal(trends_of(named, window(8, ("one", "zebra", 8), ("two", "aardvark", 3))), frame)


def test_splitting_a_source_changes_only_how_many_report():
    values = np.array([40, 41, 39, 42, 38, 40, 41, 20])
    whole = trends_of(counts(values), window(8))
    half = values // 2
    parts = pl.concat([counts(half), counts(values - half, place=("two", "oak"))])
    split = trends_of(parts, window(8, ("one", "oak", 8), ("two", "oak", 8)))
    unlike = ("exposure", "n_reporting")
    assert_frame_equal(split.drop(unlike), whole.drop(unlike))
