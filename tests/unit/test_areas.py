"""Areas: rates with limits, areas from which nobody came, and nothing said where the lists of areas do not fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from core_cases import cases, opened, write_core
from polars.testing import assert_frame_equal

from pipelines.analysis.areas import SCHEMA, areas_of, read_areas
from pipelines.errors import SettingsError
from pipelines.periods import Period
from pipelines.statistics.intervals import count_interval

PERIOD = Period.parse("2026-Q3")


def clients(**areas: int) -> pl.DataFrame:
    return pl.DataFrame(
        {"area_code": list(areas), "n": list(areas.values())}, schema={"area_code": pl.String, "n": pl.Int64}
    )


def people(**areas: int) -> pl.DataFrame:
    return pl.DataFrame({"area_code": list(areas), "population": list(areas.values()), "benchmark_id": "census"})


def row(frame: pl.DataFrame, area: str) -> dict[str, Any]:
    return frame.row(by_predicate=pl.col("area_code") == area, named=True)


def test_rates_are_clients_per_thousand_with_exact_limits():
    frame = areas_of(clients(A=8, B=40), people(A=2000, B=10_000))
    low, high = count_interval(8)
    found = row(frame, "A")
    assert (found["rate"], found["overall_rate"]) == (4.0, 4.0)
    assert (found["rate_low"], found["rate_high"]) == (pytest.approx(low / 2), pytest.approx(high / 2))
    assert (found["ratio"], found["unit"], found["benchmark_id"], found["smoothing"]) == (
        1.0,
        "clients",
        "census",
        "gamma_poisson",
    )


def test_an_area_from_which_nobody_came_is_there():
    frame = areas_of(clients(A=60, B=60), people(A=10_000, B=10_000, C=10_000, D=200))
    desert, small = row(frame, "C"), row(frame, "D")
    assert (desert["n"], desert["rate"], desert["verdict"]) == (0, 0.0, "clearly_lower")
    assert (small["n"], small["verdict"]) == (0, "too_few_to_say")


def test_small_areas_are_drawn_towards_the_others_and_large_ones_hardly():
    frame = areas_of(clients(A=400, B=260, C=340, S=6), people(A=100_000, B=100_000, C=100_000, S=400))
    small, large = row(frame, "S"), row(frame, "A")
    assert small["overall_rate"] < small["smoothed_rate"] < 0.6 * small["rate"]
    assert large["smoothed_rate"] == pytest.approx(large["rate"], rel=0.05)
    assert small["smoothed_low"] < small["smoothed_rate"] < small["smoothed_high"]


def test_clients_without_an_area_can_decide():
    population = people(A=10_000, B=10_000, C=10_000)
    assert row(areas_of(clients(A=100, B=100, C=20), population), "C")["verdict"] == "clearly_lower"
    frame = areas_of(clients(A=100, B=100, C=20, _U=200), population)
    found = row(frame, "C")
    assert (found["verdict"], found["rate_if_missing"]) == ("cannot_tell", 22.0)
    assert row(frame, "_U")["share"] == pytest.approx(200 / 420)


def test_a_few_clients_without_an_area_change_nothing_clear():
    frame = areas_of(clients(A=200, B=200, C=20, _U=10), people(A=10_000, B=10_000, C=10_000))
    assert row(frame, "C")["verdict"] == "clearly_lower"


def test_without_a_benchmark_there_is_no_rate():
    frame = areas_of(clients(A=8, _U=2), None)
    assert frame["verdict"].to_list() == ["no_benchmark"] * 2
    assert frame["rate"].null_count() == 2
    assert frame["share"].to_list() == [0.8, 0.2]


def test_an_area_outside_the_benchmark_has_no_rate_and_changes_no_other():
    population = people(A=10_000, B=10_000)
    frame = areas_of(clients(A=60, B=60, ABROAD=30), population)
    assert (row(frame, "ABROAD")["verdict"], row(frame, "ABROAD")["rate"]) == ("no_benchmark", None)
    assert row(frame, "A")["overall_rate"] == 6.0


@pytest.mark.parametrize("named", [{"Elmfield": 60, "Ashby": 60}, {"A": 20, "Ashby": 60}, {"_U": 50}])
def test_two_lists_of_areas_that_do_not_fit_show_no_desert(named: dict[str, int]):
    frame = areas_of(clients(**named), people(A=10_000, B=10_000))
    served = frame.filter(pl.col("population").is_not_null())
    assert set(served["verdict"]) == {"cannot_tell"}
    assert served["rate"].null_count() == 2


def test_an_area_twice_in_the_benchmark_is_refused():
    with pytest.raises(SettingsError, match="an area twice"):
        areas_of(clients(A=8), pl.concat([people(A=100), people(A=200)]))


def test_without_a_client_there_is_nothing_to_compare():
    frame = areas_of(clients(), people(A=10_000))
    assert frame.select("area_code", "n", "share", "verdict").rows() == [("A", 0, None, "cannot_tell")]


def test_order_of_rows_does_not_matter():
    counted, population = clients(A=60, B=61, _U=2, C=4), people(A=10_000, B=10_000, C=9_000)
    assert_frame_equal(areas_of(counted.reverse(), population.reverse()), areas_of(counted, population))
    assert areas_of(counted, population)["area_code"].to_list() == ["A", "B", "C", "_U"]


def test_a_client_is_counted_where_the_latest_case_of_the_period_was(tmp_path: Path):
    rows = cases(3, residence_area_code="ASH") + cases(1, residence_area_code="refused")
    rows += cases(1, client="moves", period="2026-Q2", residence_area_code="ASH")
    rows += cases(1, client="moves", residence_area_code="OAK", opened_on=opened("2026-07-02"))
    rows += cases(1, client="moves", residence_area_code="ELM", opened_on=opened("2026-08-02"))
    database = write_core(tmp_path / "w.duckdb", rows, periods=["2026-Q2_2026-Q3"])
    frame = read_areas(database, PERIOD, None)
    assert frame.schema == pl.Schema(SCHEMA)
    assert dict(frame.select("area_code", "n").iter_rows()) == {"ASH": 3, "ELM": 1, "_U": 1}
    assert read_areas(database, Period.parse("2026-Q2_2026-Q3"), None)["n"].sum() == 5
    assert dict(read_areas(database, Period.parse("2026-Q2"), None).select("area_code", "n").iter_rows()) == {"ASH": 1}
