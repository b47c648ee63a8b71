"""Change over time: like for like, exact, never on provisional quarters; how often it is right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from core_cases import cases, quarters, write_core
from trend_counts import LAST, counts, newest, reported, series_row, window

from pipelines.analysis.change_rules import rules
from pipelines.analysis.trend_series import Counts, window_of
from pipelines.analysis.trend_tests import compare_newest
from pipelines.analysis.trends import SCHEMA, read_trends, trends_of
from pipelines.periods import Quarter

# The test of one series


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([40] * 8 + [15], "fall"),
        ([40] * 8 + [70], "rise"),
        ([40] * 8 + [38], "within_usual_range"),
        ([2, 1, 3, 2, 2, 0], "too_few_to_say"),
        ([0, 0, 0, 0, 0, 0], "too_few_to_say"),
        ([40, 41, 39, 10], "too_short"),
    ],
)
def test_the_verdict_of_a_series(values: list[int], verdict: str):
    told = newest(trends_of(counts(np.array(values)), window(len(values))))
    assert told["verdict"] == verdict
    assert verdict in rules().verdicts["trends"]


def test_the_p_value_is_the_binomial_tail_given_the_total():
    told = newest(trends_of(counts(np.array([3, 3, 3, 0, 0])), window(5)))
    assert told["p_fall"] == pytest.approx(0.8**9)
    assert (told["expected"], told["p_rise"]) == (2.25, 1.0)


def test_a_quarter_in_which_nobody_sent_data_is_no_fall_and_no_measure():
    values = np.array([40, 0, 40, 40, 40, 40, 41])
    sent = reported(7, ("one", "oak", 7)).filter(pl.col("quarter") != quarters(7)[1])
    frame = trends_of(counts(values), window_of(sent, last=LAST))
    told, gap = newest(frame), newest(frame, quarter=quarters(7)[1])
    assert (told["expected"], told["verdict"]) == (40, "within_usual_range")
    assert (gap["n"], gap["n_reporting"], gap["verdict"]) == (0, 0, None)


def test_provisional_quarters_are_neither_tested_nor_used():
    values = np.array([40] * 8 + [41, 3])
    frame = trends_of(counts(values), window(10, provisional=frozenset({"2026-Q3"})))
    late, told = newest(frame), newest(frame, quarter="2026-Q2")
    assert (late["verdict"], late["p_fall"], late["is_provisional"]) == ("provisional", None, True)
    assert (told["verdict"], told["expected"]) == ("within_usual_range", 40)
    assert frame["verdict"].drop_nulls().to_list() == ["within_usual_range", "provisional"]


def test_when_every_quarter_is_provisional_nothing_is_tested():
    frame = trends_of(counts(np.array([40, 40])), window(2, provisional=frozenset(quarters(2))))
    assert set(frame["verdict"]) == {"provisional"}
    assert frame["q_fall"].null_count() == 2


# More data, or more need


def test_a_centre_that_starts_late_is_more_data_and_not_more_need():
    old, new = np.array([40, 41, 39, 42, 38, 40, 41, 40]), np.array([60])
    both = pl.concat([counts(old), counts(new, place=("two", "ash"))])
    told = newest(trends_of(both, window(8, ("one", "oak", 8), ("two", "ash", 1))))
    assert (told["n"], told["panel_n"], told["n_reporting"], told["exposure"]) == (100, 40, 2, 1)
    assert told["verdict"] == "more_data_not_more_need"


def test_a_centre_that_stops_is_less_data_and_not_less_need():
    old, gone = np.array([40, 41, 39, 42, 38, 40, 41, 40]), np.array([60, 61, 59, 60, 62, 60, 60, 0])
    both = pl.concat([counts(old), counts(gone, place=("two", "ash"))])
    sent = reported(8, ("one", "oak", 8), ("two", "ash", 8)).filter(
        (pl.col("source_id") == "one") | (pl.col("quarter") < "2026-Q3")
    )
    assert newest(trends_of(both, window_of(sent, last=LAST)))["verdict"] == "less_data_not_less_need"


def test_a_rise_of_those_who_reported_throughout_is_a_rise():
    old, new = np.array([40, 41, 39, 42, 38, 40, 41, 80]), np.array([60])
    both = pl.concat([counts(old), counts(new, place=("two", "ash"))])
    assert newest(trends_of(both, window(8, ("one", "oak", 8), ("two", "ash", 1))))["verdict"] == "rise"


def test_with_nobody_who_reported_throughout_more_is_only_more_data():
    first, second = np.array([40, 41, 39, 42, 38, 0]), np.array([0, 0, 0, 0, 0, 90])
    both = pl.concat([counts(first), counts(second, place=("two", "oak"))])
    sent = reported(6, ("one", "oak", 6), ("two", "oak", 1)).filter(
        (pl.col("source_id") == "two") | (pl.col("quarter") < "2026-Q3")
    )
    told = newest(trends_of(both, window_of(sent, last=LAST)))
    assert (told["exposure"], told["p_rise"], told["verdict"]) == (0, 1.0, "more_data_not_more_need")


def test_a_fall_that_comes_with_more_not_known_says_nothing_of_people():
    values, unknown = np.array([40] * 8 + [18]), np.array([2] * 8 + [25])
    both = pl.concat([counts(values), counts(unknown, membership="_U")])
    told = newest(trends_of(both, window(9)))
    assert (told["n_unknown"], told["verdict"]) == (25, "recording_decides")
    steady = pl.concat([counts(values), counts(np.array([2] * 9), membership="_U")])
    assert newest(trends_of(steady, window(9)))["verdict"] == "fall"


def test_a_rise_that_comes_with_fewer_not_known_says_nothing_of_people():
    values, unknown = np.array([20] * 8 + [42]), np.array([30] * 8 + [6])
    both = pl.concat([counts(values), counts(unknown, membership="_U")])
    assert newest(trends_of(both, window(9)))["verdict"] == "recording_decides"


# How often it is right


def simulate(means: list[float], *, runs: int, seed: int) -> list[str]:
    """Give the verdicts of many invented series, each as if it were alone: no family."""
    drawn = np.random.default_rng(seed).poisson(means, size=(runs, 1, len(means))).astype(float)
    alone, none = window(len(means)), np.zeros((1, len(means)))
    keys = pl.DataFrame({"series": ["group"], "code": ["A"], "unit": ["clients"]})
    return [str(compare_newest(Counts(keys, n, none, n, none), alone).verdict[0]) for n in drawn]


def test_a_halving_at_twenty_is_seen_in_seven_of_ten_and_a_false_alarm_is_rare():
    runs = 4000  # the standard error of a share of 5 % is then 0.3 points
    halved = simulate([20.0] * 7 + [10.0], runs=runs, seed=5)
    steady = simulate([20.0] * 8, runs=runs, seed=6)
    assert halved.count("fall") / runs >= 0.70
    assert steady.count("fall") / runs <= 0.05
    assert steady.count("rise") / runs <= 0.05


def test_over_forty_steady_series_an_edition_hardly_ever_says_anything():
    generator = np.random.default_rng(7)
    alarms = 0
    for _ in range(40):
        drawn = generator.poisson(30, size=(40, 10))
        frame = trends_of(pl.concat([counts(row, code=f"G{at:02}") for at, row in enumerate(drawn)]), window(10))
        alarms += frame["verdict"].is_in(["fall", "rise"]).any()
    assert alarms <= 6  # expected at most 2 falls and 2 rises


# From cases


def history(sizes: dict[str, int], **fields: Any) -> list[dict[str, Any]]:
    return [row for quarter, n in sizes.items() for row in cases(n, period=quarter, **fields)]


def test_series_are_counted_from_core_tables(tmp_path: Path):
    steady = dict.fromkeys(quarters(6), 30)
    rows = history(steady, advice=("BEN_UC", "BEN_PIP", "HOU")) + history(
        steady, age_group_code="Y55T64", source_id="two"
    )
    rows += cases(1, client="client0", period=quarters(6)[0], advice=("BEN",))  # a second case of the same client
    rows += history({"2026-Q3": 50}, source_id="late", centre_id="ash", advice=("not_recorded",))
    frame = read_trends(write_core(tmp_path / "w.duckdb", rows), last=LAST)
    assert frame.schema == pl.Schema(SCHEMA)
    first, now = quarters(6)[0], "2026-Q3"
    assert (series_row(frame, "cases", first)["n"], series_row(frame, "clients", first)["n"]) == (61, 60)
    assert (series_row(frame, "clients", now)["n"], series_row(frame, "clients", now)["panel_n"]) == (110, 60)
    assert series_row(frame, "group", now, "AGED_55_PLUS")["n"] == 30
    assert series_row(frame, "group", now, "FAMILY_MEMBER")["n"] == 0
    assert (
        series_row(frame, "advice_family", first, "BEN")["n"],
        series_row(frame, "advice_type", first, "BEN_UC")["n"],
    ) == (30, 30)
    assert series_row(frame, "advice_family", now, "BEN")["n_unknown"] == 50
    assert series_row(frame, "advice_type", first, "BEN_UC")["n_unknown"] == 1
    assert frame.filter(pl.col("series") == "advice_type")["code"].unique().sort().to_list() == ["BEN_PIP", "BEN_UC"]
    verdicts = {name: series_row(frame, name, now)["verdict"] for name in ("cases", "clients")}
    assert verdicts == dict.fromkeys(("cases", "clients"), "more_data_not_more_need")


def test_nothing_after_the_last_quarter_is_read(tmp_path: Path):
    rows = history(dict.fromkeys(quarters(8), 30))
    database = write_core(tmp_path / "w.duckdb", rows)
    frame = read_trends(database, last=Quarter.parse(quarters(8)[5]))
    assert frame["quarter"].max() == quarters(8)[5]


def test_a_family_is_what_the_code_list_says():
    from pipelines.codelists import codelist

    listed = {row["code"]: row["parent_code"] or row["code"] for row in codelist("advice_types").rows}
    assert {code: code.split("_")[0] for code in listed} == listed


def test_before_the_first_case_there_is_no_quarter(tmp_path: Path):
    database = write_core(tmp_path / "w.duckdb", cases(3))
    frame = read_trends(database, last=Quarter.parse("2026-Q2"))
    assert (frame.height, frame.schema) == (0, pl.Schema(SCHEMA))
