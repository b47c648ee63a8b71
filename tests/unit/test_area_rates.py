"""Rates by area: worked out from published counts alone, small areas together, and one line where there are none."""

from __future__ import annotations

import re

import pytest
from area_rates import people, rates, tables
from comparisons import HIDING

from pipelines.analysis.area_benchmarks import populations
from pipelines.served import Served

NUMBERS = ("n", "rate", "rate_low", "rate_high", "observed", "ratio_low", "ratio_high", "expected", "q_value", "base")
LARGE = {"ASHBY": 1200, "BORLEY": 1000, "CALDER": 300, "_U": 20}


def test_a_rate_is_clients_per_thousand_with_limits_for_chance_and_rounding():
    # Published 15 is any count from 11 to 19; their limits are 5.49 and 29.67 (Garwood 1936, table of x = 11 and 19).
    found = rates(tables({"ASHBY": 15, "BORLEY": 85, "CALDER": 100}), [people()])["ASHBY"]
    assert (found.n, found.rate, found.population) == (15, 0.15, 100_000.0)
    assert found.rate_low == pytest.approx(0.0549, rel=0.005)
    assert found.rate_high == pytest.approx(0.2967, rel=0.005)


def test_the_rate_of_all_areas_leaves_out_clients_whose_area_is_not_known():
    found = rates(tables(LARGE), [people()])["_T"]
    assert (found.n, found.rate, found.state) == (2500, pytest.approx(25 / 3), "all_areas")


@pytest.mark.parametrize("n", [0, 5, None])
def test_a_count_too_small_to_be_named_has_no_rate_and_is_told_as_fewer_than_ten(n: int | None):
    counts = {"ASHBY": 1200, "BORLEY": 1200} | ({} if n is None else {"CALDER": n})
    found = rates(tables(counts), [people()])["CALDER"]
    assert (found.rate, found.observed, found.ratio, found.is_told) == (None, None, None, True)
    assert found.statement.startswith("Fewer than 10 clients were recorded to live in CALDER, among 100,000 people.")


def test_a_hidden_count_has_no_rate():
    found = rates(tables({"ASHBY": 600, "BORLEY": None, "CALDER": 500}, rule=HIDING), [people()])
    assert found["BORLEY"].state == "withheld"
    assert [getattr(found["BORLEY"], name) for name in NUMBERS] == [None] * len(NUMBERS)
    assert found["BORLEY"].population == 100_000.0


def test_an_area_clearly_below_the_others_is_told_and_never_called_under_served():
    found = rates(tables(LARGE), [people()])
    below = {code: rate.is_clearly_below for code, rate in found.items()}
    assert below == {"_T": False, "ASHBY": False, "BORLEY": False, "CALDER": True}
    calder = found["CALDER"]
    assert (calder.state, calder.family_size, calder.is_under_served) == ("clearly_lower", 3, False)
    assert calder.ratio == pytest.approx(300 / 2500 * 3)
    assert calder.statement.endswith("This is clearly fewer than in all areas together.")


def test_many_clients_without_an_area_leave_it_open():
    found = rates(tables(LARGE | {"_U": 1500}), [people()])["CALDER"]
    assert (found.state, found.reasons, found.is_clearly_below) == ("cannot_tell", ("missing",), False)


def test_clients_of_sources_that_do_not_record_areas_are_left_out_and_named():
    shown = tables(LARGE | {"_U": 1500}, **{"riverside-settled": 2520, "north": 1480})
    found = rates(shown, [people()], without=["north"])
    assert (found["CALDER"].base, found["CALDER"].not_known, found["CALDER"].state) == (2520, 20, "clearly_lower")
    assert found["_T"].sources_without == ("north",)
    assert "an area near them can look as if few came from it: Northgate casework." in found["_T"].statement


def test_clients_from_outside_the_benchmark_change_no_comparison():
    inside = rates(tables(LARGE), [people()])["CALDER"]
    found = rates(tables(LARGE | {"ABROAD": 500}), [people()])
    assert (found["CALDER"].ratio, found["_T"].n) == (inside.ratio, 2500)
    assert "ABROAD" not in found


def test_small_areas_are_told_together_and_hold_no_numbers_of_their_own():
    named = {"ASHBY": 100_000, "BORLEY": 100_000, "DENBY": 500, "ELM": 700}
    found = rates(tables({"ASHBY": 600, "BORLEY": 600, "DENBY": 10, "ELM": 5}), [people(named=named)])
    assert [code for code, rate in found.items() if rate.pool] == ["DENBY", "ELM"]
    assert [getattr(found["DENBY"], name) for name in NUMBERS] == [None] * len(NUMBERS)
    pool = found["_POOLED"]
    # The sum of what is published for each, off by as much as both may be.
    assert (pool.n, pool.reach_n, pool.population) == (15, 8, 1200.0)


def test_who_is_told_together_does_not_depend_on_the_counts_of_areas():
    named = {"ASHBY": 100_000, "BORLEY": 100_000, "DENBY": 500, "ELM": 700}
    splits = ({"ASHBY": 1215}, {"ELM": 1215}, {"BORLEY": 600, "DENBY": 615})
    pools = [
        [code for code, rate in rates(tables(each), [people(named=named)]).items() if rate.pool] for each in splits
    ]
    assert pools == [["DENBY", "ELM"]] * 3


def test_one_small_area_stands_by_itself():
    found = rates(tables({"ASHBY": 600, "BORLEY": 600}), [people(named={"ASHBY": 9000, "BORLEY": 9000, "ELM": 70})])
    assert "_POOLED" not in found
    # Nobody would be missed there: nothing is said about it on the page.
    assert (found["ELM"].rate, found["ELM"].is_told) == (None, False)


def test_limits_and_shares_allow_for_the_rounding_of_the_population():
    exact, rounded = (rates(tables(LARGE), [people(step)])["CALDER"] for step in (0.0, 10_000.0))
    assert rounded.rate_low == pytest.approx(exact.rate_low * 100 / 105)
    assert rounded.rate_high == pytest.approx(exact.rate_high * 100 / 95)
    assert (rounded.benchmark_low, rounded.benchmark_high) == (
        pytest.approx(95 / (95 + 105 * 2)),
        pytest.approx(105 / (105 + 95 * 2)),
    )
    assert "ELM" not in populations(people(100.0, {"ASHBY": 100_000, "ELM": 40}))


@pytest.mark.parametrize(
    ("counts", "changes", "reason"),
    [
        (LARGE, None, "there is no benchmark with the population of each area"),
        (LARGE, {"geography": "wales"}, "is about another area than the network serves"),
        (LARGE, {"unit": "applications"}, "counts applications and not people"),
        (LARGE, {"effective_sample": 900.0}, "is a survey and not a count of people"),
        ({"Ashby": 600, "ASHBY": 50}, {}, "most clients live in areas that the benchmark"),
        ({"ASHBY": 5, "_U": 900}, {}, "too few clients with a known area are shown"),
    ],
)
def test_where_there_are_no_rates_one_sentence_says_why(counts, changes, reason):
    (found,) = rates(tables(counts), [] if changes is None else [people(**changes)]).values()
    assert (found.group, found.state) == ("_T", "cannot_tell")
    assert [getattr(found, name) for name in NUMBERS] == [None] * len(NUMBERS)
    assert re.fullmatch(rf"We cannot tell how many clients came .*: .*{re.escape(reason)}.*\.", found.statement)


def test_a_network_without_areas_says_so_and_one_that_declares_nobody_is_told_why():
    (found,) = rates({}, [people()], without=["riverside-settled", "north"]).values()
    assert (found.state, found.statement) == (
        "not_collected",
        "No source in this brief records where clients live, so nothing can be told of areas.",
    )
    (refused,) = rates(tables(LARGE), [people()], served=Served("", "", 5)).values()
    assert refused.reasons == ("not_declared",)


def test_a_law_centre_is_told_nothing_of_areas():
    assert rates(tables(LARGE), [people()], audience="centre-riverside") == {}
