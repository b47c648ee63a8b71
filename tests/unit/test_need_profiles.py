"""Needs of a group beside those of other clients: who is counted, what remains within centres, and what is claimed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from invented_needs import cube_of, invented_cube
from needs import QUARTER, Case, Client, write_warehouse

from pipelines.analysis.need_profiles import compare_needs, read_need_profiles
from pipelines.analysis.need_rules import need_rules
from pipelines.analysis.need_verdicts import VERDICTS
from pipelines.codelists import codelist
from pipelines.periods import Period

GROUPS = {
    "AGED_55_PLUS": "",
    "FAMILY_MEMBER": "",
    "FAMILY_LINKED_CASE": "FAMILY_MEMBER",
    "FAMILY_ADVICE_TYPE": "FAMILY_MEMBER",
}
OLDER = {"AGED_55_PLUS": "Y"}


def profiles_of(folder: Path, clients: list[Client]) -> pl.DataFrame:
    database = write_warehouse(folder / "needs.duckdb", clients, GROUPS)
    return read_need_profiles(database, Period.parse(QUARTER))


def row(frame: pl.DataFrame, category: str, *, group: str = "AGED_55_PLUS", dimension: str = "advice_type") -> dict:
    return frame.row(
        by_predicate=(pl.col("group_code") == group)
        & (pl.col("dimension") == dimension)
        & (pl.col("category_code") == category),
        named=True,
    )


# Who is counted


def test_members_stand_against_others_and_those_not_known_beside_them(tmp_path):
    housing, benefits = [Case(["HOU"])], [Case(["BEN"])]
    clients = [
        *[Client(housing, OLDER)] * 3,
        *[Client(benefits, OLDER)] * 5,
        *[Client(housing)] * 2,
        *[Client(benefits)] * 8,
        *[Client(housing, {"AGED_55_PLUS": "_U"})] * 4,
    ]
    found = row(profiles_of(tmp_path, clients), "HOU")
    assert (found["n_group"], found["base_group"], found["n_others"], found["base_others"]) == (3, 8, 2, 10)
    assert found["base_not_known"] == 4
    assert found["ratio"] == pytest.approx((3 / 8) / (2 / 10))


def test_a_client_has_a_category_once_when_any_case_has_it(tmp_path):
    clients = [
        Client([Case(["HOU"]), Case(["HOU", "BEN"]), Case(["not_recorded"])], OLDER),
        Client([Case(["not_recorded"]), Case(["refused"])], OLDER),
        Client([Case(["BEN"])]),
    ]
    found = row(profiles_of(tmp_path, clients), "HOU")
    assert (found["n_group"], found["base_group"], found["missing_group"]) == (1, 1, 1)


def test_sources_that_do_not_collect_a_field_leave_its_base_and_are_named(tmp_path):
    clients = [
        Client([Case(outcome="ADVISED", source="one")], OLDER),
        Client([Case(outcome="not_collected", source="two")], OLDER),
        Client([Case(outcome="not_collected", source="two"), Case(outcome="not_recorded", source="one")]),
        Client([Case(outcome="not_recognised", source="one")]),
        Client([Case(outcome="ADVISED", source="three")]),
    ]
    found = row(profiles_of(tmp_path, clients), "ADVISED", dimension="outcome")
    assert (found["base_group"], found["missing_group"]) == (1, 0)
    assert (found["base_others"], found["missing_others"]) == (1, 2)
    assert found["sources_left_out"] == "two"


def test_a_field_that_no_source_collects_for_a_group_is_said_to_be_so(tmp_path):
    nothing = Case(["HOU"], barriers=["not_collected"])
    frame = profiles_of(tmp_path, [Client([nothing], OLDER), Client([nothing])])
    assert row(frame, "_T", dimension="barrier")["verdict"] == "not_collected"
    assert row(frame, "_T", dimension="outcome")["verdict"] == "too_few_to_say"  # collected, but never filled in


def test_a_period_without_clients_claims_nothing(tmp_path):
    database = write_warehouse(tmp_path / "needs.duckdb", [Client([Case(["HOU"])])], GROUPS)
    frame = read_need_profiles(database, Period.parse("2020-Q1"))
    assert set(frame["verdict"]) <= {"too_few_to_say", "by_definition"}


def test_a_group_is_not_compared_on_what_makes_it(tmp_path):
    clients = [Client([Case(["HOU", "EUSS_JOINING"], barriers=["OLDER_AGE", "COST"])], OLDER)]
    frame = profiles_of(tmp_path, clients)
    by_definition = frame.filter(pl.col("verdict") == "by_definition")
    assert set(by_definition.select("group_code", "category_code").iter_rows()) == {
        ("AGED_55_PLUS", "OLDER_AGE"),
        ("FAMILY_MEMBER", "HOU"),
        ("FAMILY_MEMBER", "EUSS_JOINING"),
        ("FAMILY_ADVICE_TYPE", "HOU"),
        ("FAMILY_ADVICE_TYPE", "EUSS_JOINING"),
        ("FAMILY_LINKED_CASE", "EUSS_JOINING"),
    }


# What remains within centres


def test_the_adjusted_ratio_is_that_of_mantel_and_haenszel():
    # By hand: (10*60/100 + 30*40/100) / (9*40/100 + 16*60/100) = 18 / 13.2
    found = row(compare_needs(cube_of([[10, 30]], [40, 60], [[9, 16]], [60, 40]), need_rules()), "C0", group="CARERS")
    assert found["adjusted_ratio"] == pytest.approx(18 / 13.2)
    assert found["adjusted_low"] < 18 / 13.2 < found["adjusted_high"]
    assert (found["adjustment"], found["n_strata"]) == ("mantel_haenszel_centre_quarter", 2)
    assert found["expected"] == pytest.approx(40 * 19 / 100 + 60 * 46 / 100)


def test_worst_cases_give_all_missing_to_one_side():
    cube = cube_of([[10, 30]], [40, 60], [[9, 16]], [60, 40], missing=([4, 0], [0, 5]))
    found = row(compare_needs(cube, need_rules()), "C0", group="CARERS")
    assert found["ratio_if_missing_low"] == pytest.approx((40 / 104) / (30 / 105))
    assert found["ratio_if_missing_high"] == pytest.approx((44 / 104) / (25 / 105))
    assert found["adjusted_if_missing_low"] < found["adjusted_ratio"] < found["adjusted_if_missing_high"]


def test_a_group_that_goes_to_one_centre_is_not_found_to_differ_for_its_mix():
    # 30 % need it at the first centre, 5 % at the second; nine in ten members go to the first.
    found = row(
        compare_needs(cube_of([[270, 5]], [900, 100], [[60, 90]], [200, 1800]), need_rules()), "C0", group="CARERS"
    )
    assert found["ratio"] > 3
    assert found["verdict"] == "about_the_centre"


def test_a_difference_within_every_centre_is_found():
    found = compare_needs(
        cube_of([[90, 60], [30, 40]], [200, 300], [[200, 160], [300, 640]], [800, 1600]), need_rules()
    )
    assert row(found, "C0", group="CARERS")["verdict"] == "higher"
    assert row(found, "C1", group="CARERS")["verdict"] == "lower"


def test_one_that_turns_round_between_centres_has_no_common_ratio():
    found = row(
        compare_needs(cube_of([[90, 20]], [200, 300], [[180, 400]], [800, 1600]), need_rules()), "C0", group="CARERS"
    )
    assert found["verdict"] == "differs_between_centres"
    assert found["adjusted_ratio"] is None
    assert found["ratio_least"] == pytest.approx((20 / 300) / (400 / 1600))
    assert found["ratio_most"] == pytest.approx((90 / 200) / (180 / 800))


def test_what_missing_values_could_turn_round_is_not_claimed():
    cube = cube_of([[90, 60]], [200, 300], [[200, 160]], [800, 1600], missing=([0, 0], [400, 600]))
    assert row(compare_needs(cube, need_rules()), "C0", group="CARERS")["verdict"] == "missing_decides"


def test_a_group_with_a_centre_to_itself_cannot_be_told_from_the_centre():
    found = row(compare_needs(cube_of([[60, 0]], [200, 0], [[0, 90]], [0, 1800]), need_rules()), "C0", group="CARERS")
    assert (found["verdict"], found["n_strata"], found["q_value"]) == ("too_few_to_say", 0, None)


def test_nothing_is_said_where_fewer_than_five_are_expected():
    found = row(compare_needs(cube_of([[12]], [20], [[30]], [2000]), need_rules()), "C0", group="CARERS")
    assert found["expected"] < 5
    assert (found["verdict"], found["q_value"]) == ("too_few_to_say", None)


def test_being_tested_depends_on_margins_alone():
    few, many = (
        row(compare_needs(cube_of([[n]], [50], [[100 - n]], [450]), need_rules()), "C0", group="CARERS")
        for n in (2, 40)
    )
    assert few["least_expected"] == many["least_expected"]
    assert few["q_value"] is not None
    assert many["q_value"] is not None


def test_large_groups_that_do_not_differ_are_similar():
    found = row(compare_needs(cube_of([[600]], [2000], [[3000]], [10000]), need_rules()), "C0", group="CARERS")
    assert (found["verdict"], found["adjustment"]) == ("similar", "none")


# How often it is wrong


def test_editions_in_which_nothing_differs_rarely_claim_anything():
    generator = np.random.default_rng(5)
    claimed, strata_differ, about_centres = 0, 0, 0
    for _ in range(200):
        mix = generator.dirichlet([2.0] * 10, 5)
        cube = invented_cube(generator, mix, generator.uniform(0.05, 0.4, (6, 5)), clients=200)
        verdicts = compare_needs(cube, need_rules())["verdict"]
        claimed += verdicts.is_in(["higher", "lower"]).any()
        strata_differ += verdicts.is_in(["differs_between_centres"]).any()
        about_centres += verdicts.is_in(["about_the_centre"]).any()
    assert claimed <= 10  # 5 % of 200
    assert strata_differ <= 10  # a family of tests of its own
    assert about_centres > claimed  # groups do go to centres with a mix of their own


def test_planted_differences_are_found_and_few_of_those_found_are_wrong():
    generator = np.random.default_rng(6)
    n_right, false_shares = 0, []
    for _ in range(150):
        mix = generator.dirichlet([20.0] * 10, 5)
        other = mix.copy()
        other[:, 0], other[:, 1] = mix[:, 0] + mix[:, 1] * 0.6, mix[:, 1] * 0.4
        cube = invented_cube(generator, mix, np.full((2, 5), 0.25), clients=400, group_mix=other)
        found = compare_needs(cube, need_rules())
        true = pl.when(pl.col("category_code") == "C0").then(pl.lit("higher"))
        true = true.when(pl.col("category_code") == "C1").then(pl.lit("lower")).otherwise(pl.lit(""))
        told = found.with_columns(true=true).filter(pl.col("verdict").is_in(["higher", "lower"]))
        right = told.filter(pl.col("verdict") == pl.col("true")).height
        n_right += right
        false_shares.append((told.height - right) / max(told.height, 1))
    assert n_right > 0.8 * 150 * 4
    assert np.mean(false_shares) <= 0.05


# What a person decided


def test_every_verdict_has_its_words():
    assert set(need_rules().verdicts) == set(VERDICTS)


def test_every_category_named_is_one():
    for rule in need_rules().definitions:
        known = set(codelist(f"{rule.dimension}s").codes)
        assert rule.categories is None or rule.categories <= known
