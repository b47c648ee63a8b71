"""Project against project: like for like by age and gender, everybody not known taken into account, never ranked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from core_cases import cases, write_core
from polars.testing import assert_frame_equal

from pipelines.analysis.cells import read_cells, read_conditions
from pipelines.analysis.projects import SCHEMA, compare_cells, compare_projects
from pipelines.periods import Period
from pipelines.statistics.standardisation import direct, indirect

PERIOD = Period.parse("2026-Q3")
YOUNG, OLD = "Y25T34", "Y_GE65"
Rows = list[dict[str, Any]]


def project(name: str, *, young: tuple[int, int], old: tuple[int, int], **fields: Any) -> Rows:
    """Give a project's clients: of each age so many with advice on health, and so many with advice on housing alone."""
    told = {"project_id": name, **fields}
    rows = []
    for age, (with_health, without) in ((YOUNG, young), (OLD, old)):
        rows += cases(with_health, age_group_code=age, advice=("HLTH", "HOU"), **told)
        rows += cases(without, age_group_code=age, advice=("HOU",), **told)
    return rows


def compared(path: Path, rows: Rows) -> pl.DataFrame:
    return compare_projects(write_core(path / "w.duckdb", rows), PERIOD)


def row(frame: pl.DataFrame, name: str, code: str = "HLTH") -> dict[str, Any]:
    return frame.row(by_predicate=(pl.col("project_id") == name) & (pl.col("code") == code), named=True)


# Older people ask for health advice more often, in both projects alike: one in ten of the young, four of the old.
ALIKE = project("young", young=(80, 720), old=(40, 60)) + project("old", young=(10, 90), old=(320, 480))


def test_a_project_for_older_people_is_not_told_apart_for_being_one(tmp_path: Path):
    frame = compared(tmp_path, ALIKE)
    told = row(frame, "old")
    assert (told["method"], told["standardised_by"]) == ("direct", "age_group_code x gender_code")
    assert told["share"] > 1.4 * told["network_share"]
    assert (told["ratio"], told["state"]) == (pytest.approx(1.0), "about_as_expected")
    assert row(frame, "young")["rate"] == pytest.approx(told["rate"])


def test_a_difference_at_every_age_remains(tmp_path: Path):
    rows = project("much", young=(300, 500), old=(80, 20)) + project("little", young=(10, 190), old=(80, 720))
    frame = compared(tmp_path, rows)
    assert (row(frame, "much")["state"], row(frame, "little")["state"]) == ("clearly_higher", "clearly_lower")


def test_rates_are_those_of_the_published_methods(tmp_path: Path):
    frame = compared(tmp_path, ALIKE)
    found = direct([10, 320], [100, 800], [900, 900])
    told = row(frame, "old")
    assert [told[name] for name in ("rate", "rate_low", "rate_high")] == pytest.approx(
        [found.rate, found.low, found.high]
    )
    assert told["expected"] == pytest.approx(indirect([10, 320], [100, 800], [90, 360], [900, 900]).expected)


def test_below_ten_clients_the_rate_is_indirect(tmp_path: Path):
    rows = project("few", young=(4, 96), old=(3, 97)) + project("many", young=(40, 460), old=(40, 460))
    told = row(compared(tmp_path, rows), "few")
    found = indirect([4, 3], [100, 100], [44, 43], [600, 600])
    assert told["method"] == "indirect"
    assert [told["ratio"], told["ratio_low"], told["ratio_high"]] == pytest.approx([found.ratio, found.low, found.high])


def test_without_anybody_of_an_age_that_others_have_the_rate_is_indirect(tmp_path: Path):
    rows = project("some", young=(30, 70), old=(0, 0)) + project("all", young=(100, 300), old=(100, 300))
    assert row(compared(tmp_path, rows), "some")["method"] == "indirect"


def test_age_is_not_held_equal_where_it_makes_the_group(tmp_path: Path):
    frame = compared(tmp_path, ALIKE)
    told = row(frame, "old", "AGED_55_PLUS")
    assert (told["standardised_by"], told["state"]) == ("gender_code", "clearly_higher")
    assert row(frame, "old", "DUAL_NATIONAL")["standardised_by"] == "age_group_code x gender_code"


def test_what_is_not_known_can_decide(tmp_path: Path):
    less = project("less", young=(20, 180), old=(20, 180), nationality_class_code="DUAL", dual_class_code="EEA_UK")
    rest = project("less", young=(200, 200), old=(0, 0)) + project("more", young=(0, 300), old=(0, 300))
    rest += project("more", young=(0, 300), old=(0, 300), nationality_class_code="DUAL", dual_class_code="EEA_UK")
    unknown = project("less", young=(100, 100), old=(100, 100), nationality_class_code="not_recorded")
    told = row(compared(tmp_path, less + rest + unknown), "less", "DUAL_NATIONAL")
    assert (told["n"], told["base"], told["n_unknown"]) == (400, 800, 400)
    assert told["ratio_low"] < told["ratio"] < told["ratio_high"]
    assert told["state"] == "cannot_tell"


def test_a_project_of_which_nothing_is_known_is_not_compared(tmp_path: Path):
    rows = ALIKE + cases(30, project_id="silent", advice=("not_collected",))
    told = row(compared(tmp_path, rows), "silent")
    assert (told["base"], told["n_unknown"], told["share"], told["method"], told["state"]) == (
        0,
        30,
        None,
        "none",
        "cannot_tell",
    )


def test_clients_without_a_project_count_in_the_network_alone(tmp_path: Path):
    frame = compared(tmp_path, ALIKE + cases(100, project_id="not_recorded", advice=("HLTH",)))
    assert sorted(frame["project_id"].unique()) == ["old", "young"]
    assert row(frame, "old")["network_share"] == pytest.approx(550 / 1900)


def test_one_project_alone_is_compared_with_nothing(tmp_path: Path):
    frame = compared(tmp_path, project("one", young=(10, 10), old=(10, 10)))
    assert (frame.height, frame.schema) == (0, pl.Schema(SCHEMA))


def test_projects_stand_in_order_of_their_ids_and_order_of_rows_does_not_matter(tmp_path: Path):
    database = write_core(tmp_path / "w.duckdb", ALIKE)
    cells, conditions = read_cells(database, PERIOD), read_conditions(database)
    frame = compare_cells(cells, conditions, PERIOD)
    assert frame["project_id"].is_sorted()
    assert_frame_equal(compare_cells(cells.sample(fraction=1, shuffle=True, seed=1), conditions, PERIOD), frame)
    renamed = cells.with_columns(pl.col("project_id").replace({"old": "a"}), centre_id=pl.lit("elsewhere"))
    assert_frame_equal(
        compare_cells(renamed, conditions, PERIOD).filter(pl.col("project_id") == "a").drop("project_id"),
        frame.filter(pl.col("project_id") == "old").drop("project_id"),
    )


def test_doubling_every_count_keeps_the_ratio_and_narrows_its_limits(tmp_path: Path):
    single = row(compared(tmp_path, ALIKE), "old")
    (tmp_path / "twice").mkdir()
    double = row(compared(tmp_path / "twice", ALIKE * 2), "old")
    assert double["ratio"] == pytest.approx(single["ratio"])
    assert double["ratio_high"] - double["ratio_low"] < single["ratio_high"] - single["ratio_low"]
