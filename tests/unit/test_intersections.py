"""Combinations that stand out: what is expected, what is shortlisted, and how often it is noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from invented_needs import invented_people
from needs import QUARTER, Case, Client, write_warehouse
from polars.testing import assert_frame_equal

from pipelines.analysis.intersections import search_counts, search_intersections
from pipelines.analysis.need_rules import NeedRules, need_rules
from pipelines.periods import Period
from pipelines.statistics.permutation import Labelled, permutation_p


def quick(draws: int = 199) -> NeedRules:
    return replace(need_rules(), search=replace(need_rules().search, draws=draws))


def test_clients_are_counted_once_with_all_their_advice_types(tmp_path):
    women, men = {"gender_code": "F"}, {"gender_code": "M"}
    clients = [
        *[Client([Case(["HOU"]), Case(["HOU", "BEN"])], person=women)] * 12,
        *[Client([Case(["BEN"])], person=men)] * 12,
        *[Client([Case(["not_recorded"])], person=men)] * 50,
    ]
    database = write_warehouse(tmp_path / "needs.duckdb", clients, {"AGED_55_PLUS": ""})
    found = search_intersections(database, Period.parse(QUARTER), seed=1)
    assert set(found.select("codes", "n", "expected").iter_rows()) == {("F+HOU", 12, 6.0), ("M+HOU", 0, 6.0)}


def test_expected_is_worked_out_within_centres():
    rows = [("A", "F", "HOU", 40), ("A", "F", "BEN", 40), ("A", "M", "HOU", 10), ("A", "M", "BEN", 10)]
    rows += [("B", "F", "HOU", 2), ("B", "F", "BEN", 18), ("B", "M", "HOU", 8), ("B", "M", "BEN", 72)]
    counts = pl.DataFrame(rows, ["centre_id", "gender_code", "advice_types", "n"], orient="row").with_columns(
        period=pl.lit(QUARTER),
        quarter=pl.lit(QUARTER),
        nationality_class_code=pl.lit("_U"),
        is_aged_55_plus_code=pl.lit("_U"),
        is_dual_national_code=pl.lit("_U"),
        family_evidence_code=pl.lit("NONE"),
    )
    found = search_counts(counts, quick(), seed=1)
    assert found.filter(pl.col("codes") == "F+HOU")["expected"].item() == pytest.approx(80 * 0.5 + 20 * 0.1)
    assert found["ratio"].to_list() == pytest.approx([1.0] * 4)
    assert not found["is_shortlisted"].any()


def test_a_planted_combination_is_found_and_named_once():
    found = search_counts(invented_people(np.random.default_rng(3), 6000, planted=0.5), quick(999), seed=1)
    shortlist = found.filter("is_shortlisted")
    assert shortlist["codes"][0] == "F+Y+HOU"
    assert found["permutation_p"][0] <= 0.01
    assert shortlist.height <= need_rules().search.shortlist
    codes = [set(row.split("+")) for row in shortlist.filter(pl.col("p_above") > 0.95)["codes"]]
    assert not any(one < other for one in codes for other in codes)


def test_where_nothing_stands_out_little_is_shortlisted():
    shortlisted = 0
    for seed in range(60):
        found = search_counts(invented_people(np.random.default_rng(100 + seed), 1500), quick(), seed=seed)
        shortlisted += found["is_shortlisted"].any() and found["permutation_p"][0] <= 0.05
    assert shortlisted <= 3


def test_the_p_value_of_the_search_is_uniform_where_nothing_stands_out():
    drawn = [
        search_counts(invented_people(np.random.default_rng(seed), 600), quick(99), seed=seed)["permutation_p"][0]
        for seed in range(120)
    ]
    assert np.mean(np.array(drawn) <= 0.05) <= 0.11
    assert 0.3 < np.mean(np.array(drawn) <= 0.5) < 0.7


def test_the_same_seed_gives_the_same_answer_whatever_the_order_and_the_names_of_centres():
    people = invented_people(np.random.default_rng(4), 2000, planted=0.2)
    once = search_counts(people, quick(), seed=9)
    assert_frame_equal(once, search_counts(people.sample(fraction=1, shuffle=True, seed=2), quick(), seed=9))
    renamed = people.with_columns("Z" + pl.col("centre_id"))
    assert_frame_equal(once, search_counts(renamed, quick(), seed=9))


def test_an_advice_type_of_which_it_is_known_who_needs_it_is_left_out():
    people = invented_people(np.random.default_rng(5), 2000).with_columns(
        pl.col("advice_types").str.replace("NATY", "EUSS_JOINING")
    )
    assert not search_counts(people, quick(), seed=1)["codes"].str.contains("EUSS_JOINING").any()


def test_nobody_gives_no_combination():
    people = invented_people(np.random.default_rng(6), 100)
    empty, few = search_counts(people.clear(), quick(), seed=1), search_counts(people.head(3), quick(), seed=1)
    assert empty.is_empty()
    assert few.is_empty()
    assert (
        empty.schema
        == few.schema
        == search_counts(invented_people(np.random.default_rng(6), 900), quick(), seed=1).schema
    )


# The permutation itself


def labelled(generator: np.random.Generator, sizes: list[int], *, follows: bool) -> Labelled:
    labels = generator.integers(0, 2, sum(sizes))
    traits = labels if follows else generator.integers(0, 2, sum(sizes))
    return Labelled(labels, np.array(sizes), np.arange(sum(sizes)), traits, 2, 2)


def distance(table: np.ndarray) -> float:
    return float(abs(table[0, 0] * table[1, 1] - table[0, 1] * table[1, 0]))


@pytest.mark.parametrize("sizes", [[40, 60], [3000, 5000], [30, 2500]])
def test_labels_that_decide_are_told_from_those_that_do_not(sizes):
    generator = np.random.default_rng(8)
    assert permutation_p(labelled(generator, sizes, follows=True), distance, draws=199, seed=1) == 1 / 200
    drawn = [permutation_p(labelled(generator, sizes, follows=False), distance, draws=99, seed=s) for s in range(60)]
    assert np.mean(np.array(drawn) <= 0.05) <= 0.15
    assert 0.25 < np.mean(np.array(drawn) <= 0.5) < 0.75


def test_a_difference_between_strata_is_no_difference_within():
    # All of the first stratum have label and trait 0, all of the second 1: within a stratum nothing can vary.
    labels = np.repeat([0, 1], 50)
    individuals = Labelled(labels, np.array([50, 50]), np.arange(100), labels, 2, 2)
    assert permutation_p(individuals, distance, draws=99, seed=1) == 1.0


def test_strata_have_to_hold_everybody():
    with pytest.raises(ValueError, match="strata"):
        permutation_p(
            Labelled(np.zeros(3, int), np.array([2]), np.arange(3), np.zeros(3, int), 1, 1), distance, draws=9, seed=1
        )
