"""Centres beside the network: limits by size, the usual variation allowed, everybody not known taken into account."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from core_cases import cases, write_core
from polars.testing import assert_frame_equal

from pipelines.analysis.cells import read_conditions
from pipelines.analysis.centres import SCHEMA, funnel, funnel_of
from pipelines.analysis.change_rules import rules
from pipelines.periods import Period
from pipelines.statistics.standardisation import funnel_limits

PERIOD = Period.parse("2026-Q3")
CONDITIONS = pl.DataFrame({"group_code": ["G"], "part_of": [""], "dimension": ["gender_code"]})


def cells(centres: dict[str, tuple[int, ...]], group: str = "G") -> pl.DataFrame:
    """Give the cells of centres: members, others, and if given those of whom it is not known."""
    rows = []
    for centre, counted in centres.items():
        told = {"centre_id": centre, "project_id": "p", "age_group_code": "_U", "gender_code": "_U"}
        rows += [told | {"series": "clients", "code": "_T", "membership_code": "Y", "n": sum(counted)}]
        for membership, n in zip(("Y", "N", "_U"), counted, strict=False):
            rows += [told | {"series": "group", "code": group, "membership_code": membership, "n": n}]
    return pl.DataFrame(rows)


def told(centres: dict[str, tuple[int, ...]]) -> pl.DataFrame:
    return funnel_of(cells(centres), CONDITIONS, PERIOD)


def row(frame: pl.DataFrame, centre: str, group: str = "G") -> dict[str, Any]:
    return frame.row(by_predicate=(pl.col("centre_id") == centre) & (pl.col("group_code") == group), named=True)


def test_a_centre_that_stands_out_is_found_and_small_ones_are_not():
    frame = told({"a": (100, 900), "b": (98, 902), "c": (103, 897), "d": (101, 899), "e": (190, 810), "tiny": (0, 12)})
    verdicts = dict(frame.select("centre_id", "verdict").iter_rows())
    assert verdicts["e"] == "differs_more_than_usual"
    assert verdicts["tiny"] == "too_few_to_say"
    assert {verdicts[name] for name in "bcd"} == {"within_usual_variation"}
    assert set(verdicts.values()) <= set(rules().verdicts["centres"])


def test_limits_are_exact_where_chance_explains_everything():
    frame = told({"a": (10, 90), "b": (22, 178), "c": (29, 271)})
    low, high = funnel_limits([100, 200, 300], 61 / 600, 0.0, 0.95)
    assert frame["tau2"].unique().to_list() == [0.0]
    assert frame["inner_low"].to_list() == pytest.approx(low.tolist())
    assert frame["inner_high"].to_list() == pytest.approx(high.tolist())
    assert (frame["outer_high"] > frame["inner_high"]).all()


def test_where_every_centre_differs_none_is_singled_out():
    shares = [0.05, 0.08, 0.11, 0.14, 0.17, 0.20, 0.23, 0.26]
    frame = told({f"c{at}": (round(800 * share), 800 - round(800 * share)) for at, share in enumerate(shares)})
    assert frame["tau2"][0] > 0
    assert frame["phi"][0] > 5
    assert "differs_more_than_usual" not in frame["verdict"].to_list()


def test_renaming_centres_changes_nothing_but_their_names():
    centres = {"a": (100, 900), "b": (98, 902, 40), "c": (103, 897), "d": (101, 899), "e": (190, 810)}
    names = dict(zip(centres, ("z", "east", "Q", "d", "a"), strict=True))
    before = told(centres).with_columns(pl.col("centre_id").replace(names)).sort("centre_id")
    assert_frame_equal(told({names[name]: counts for name, counts in centres.items()}).sort("centre_id"), before)


def test_those_not_known_can_decide():
    others = {"a": (100, 900), "b": (98, 902), "c": (103, 897), "d": (101, 899)}
    assert row(told({**others, "e": (40, 960)}), "e")["verdict"] == "differs_more_than_usual"
    found = row(told({**others, "e": (40, 960, 200)}), "e")
    assert found["verdict"] == "missing_decides"
    assert (found["share"], found["if_missing_low"], found["if_missing_high"]) == (0.04, 40 / 1200, 240 / 1200)


def test_a_centre_of_which_nothing_is_known_is_not_compared():
    found = row(told({"a": (10, 90), "b": (12, 88), "silent": (0, 0, 50)}), "silent")
    assert (found["share"], found["p_value"], found["q_value"], found["verdict"]) == (None, 1.0, None, "cannot_tell")


def test_a_group_without_anybody_differs_nowhere():
    frame = told({"a": (0, 90), "b": (0, 88)})
    assert set(frame["verdict"]) == {"too_few_to_say"}
    assert set(told({"a": (90, 0), "b": (88, 0)})["verdict"]) == {"within_usual_variation"}


def test_q_values_belong_to_all_groups_of_the_period_together():
    alone = told({"a": (100, 900), "b": (98, 902), "c": (103, 897), "e": (150, 850)})
    centres = {"a": (100, 900), "b": (98, 902), "c": (103, 897), "e": (150, 850)}
    more = pl.concat(
        [cells(centres), cells(dict.fromkeys(centres, (200, 800)), "H").filter(pl.col("series") == "group")]
    )
    both = funnel_of(more, pl.concat([CONDITIONS, CONDITIONS.with_columns(group_code=pl.lit("H"))]), PERIOD)
    assert row(both, "e")["p_value"] == row(alone, "e")["p_value"]
    assert row(both, "e")["q_value"] == pytest.approx(2 * row(alone, "e")["q_value"])


def test_one_centre_alone_is_compared_with_nothing():
    frame = told({"a": (10, 90)})
    assert (frame.height, frame.schema) == (0, pl.Schema(SCHEMA))


def test_order_of_rows_does_not_matter_and_renaming_only_renames():
    centres = {"a": (100, 900), "b": (98, 902), "c": (103, 897), "e": (190, 810)}
    frame, made = told(centres), cells(centres)
    assert_frame_equal(funnel_of(made.sample(fraction=1, shuffle=True, seed=2), CONDITIONS, PERIOD), frame)
    renamed = funnel_of(made.with_columns(pl.col("centre_id").replace({"a": "z"})), CONDITIONS, PERIOD)
    back = renamed.with_columns(pl.col("centre_id").replace({"z": "a"})).sort("centre_id")
    assert_frame_equal(back, frame)


def test_with_no_difference_an_edition_hardly_ever_singles_out_a_centre():
    generator, sizes = np.random.default_rng(11), [40, 80, 150, 300, 300, 500, 800, 1200]
    alarms = 0
    for _ in range(150):
        drawn = generator.binomial(sizes, 0.12)
        frame = told({f"c{at}": (int(x), n - int(x)) for at, (x, n) in enumerate(zip(drawn, sizes, strict=True))})
        alarms += "differs_more_than_usual" in frame["verdict"].to_list()
    assert alarms / 150 <= 0.05


def test_centres_are_counted_from_core_tables(tmp_path: Path):
    rows = cases(60, centre_id="oak") + cases(40, centre_id="ash", age_group_code="Y_GE65")
    rows += cases(10, centre_id="ash", age_group_code="refused") + cases(
        5, centre_id="not_recorded", age_group_code="Y_GE65"
    )
    database = write_core(tmp_path / "w.duckdb", rows)
    found = row(funnel(database, PERIOD), "ash", "AGED_55_PLUS")
    assert (found["n"], found["base"], found["n_unknown"]) == (40, 40, 10)
    assert found["network_share"] == pytest.approx(45 / 105)
    assert found["verdict"] == "within_usual_variation"  # two centres alone cannot say what is usual
    parts = dict(read_conditions(database).select("group_code", "part_of").iter_rows())
    assert parts["DUAL_EEA_UK"] == "DUAL_NATIONAL"
