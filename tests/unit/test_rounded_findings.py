"""Findings from rounded figures hold for every true count behind what is published, and texts name no small one."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from comparisons import NUMBERS, ROUNDING, benchmark, findings, older, tables
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from pipelines.analysis.benchmarks import Share
from pipelines.analysis.recorded import Figures
from pipelines.analysis.representation import Comparison, assess, corner_limits
from pipelines.audit.verdicts import verdict_problems
from pipelines.disclosure.protected import Finding, Rule
from pipelines.statistics.states import STATES

BASE = 5
# What true figures would say, whatever may be shown of them.
TRUE = Rule("none", 1, "")
# What the true figures may say where the rounded ones say this; the other states say nothing that could be wrong.
HOLDS_FOR = {
    "clearly_lower": {"clearly_lower"},
    "lower_size_unsure": {"lower_size_unsure", "clearly_lower", "small_difference"},
    "about_as_expected": {"about_as_expected", "small_difference"},
    "small_difference": {"small_difference"},
    "higher_size_unsure": {"higher_size_unsure", "clearly_higher", "small_difference"},
    "clearly_higher": {"clearly_higher"},
}
FIGURES_WITHIN_REACH = [
    Comparison(100, 0, 2000, Share(0.1, 0.1), reach_members=4, reach_missing=4, reach_base=4),
    Comparison(5, 10, 150, Share(0.2, 0.25, 3000.0), reach_members=4, reach_missing=4, reach_base=4),
    Comparison(0, 0, 10, Share(0.5, 0.5), reach_members=4, reach_missing=4, reach_base=4),
    Comparison(10, 5, 15, Share(0.3, 0.3, 500.0), reach_members=4, reach_missing=4, reach_base=4),
    Comparison(40, 20, 60, Share(0.3, 0.4), True, reach_members=4, reach_missing=4, reach_base=4),
]


def assert_no_more_certain(rounded: Finding, true: Finding) -> None:
    assert rounded.ratio_low is not None
    assert rounded.ratio_high is not None
    assert rounded.ratio_low <= (true.ratio_low or 0) + 1e-12
    assert rounded.ratio_high >= (true.ratio_high or 0) - 1e-12
    for name in ("low", "missing_low"):
        assert getattr(rounded, name) <= getattr(true, name) + 1e-12
    for name in ("high", "missing_high"):
        assert getattr(rounded, name) >= getattr(true, name) - 1e-12
    assert true.state in HOLDS_FOR.get(rounded.state, set(STATES))
    if rounded.q_value is not None and true.q_value is not None and rounded.family_size == true.family_size:
        assert rounded.q_value >= true.q_value - 1e-12


@st.composite
def rounded(draw: st.DrawFn, *counts: int) -> list[int]:
    """Round each count to a multiple of 5 beside it, up or down."""
    return [n - n % BASE + (BASE if n % BASE and draw(st.booleans()) else 0) for n in counts]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_finding_from_rounded_figures_is_never_more_certain(data: st.DataObject):
    total = data.draw(st.integers(20, 4_000))
    members = data.draw(st.integers(0, total // data.draw(st.sampled_from([2, 8, 30]))))
    unknown = data.draw(st.integers(0, (total - members) // data.draw(st.sampled_from([2, 20]))))
    # A source that does not collect ages: nobody of theirs is known.
    north = data.draw(st.integers(0, unknown))
    sampled = data.draw(st.sampled_from([None, 5_000.0]))
    counts = (total, members, unknown, total - members - unknown, north)
    shown = data.draw(rounded(*counts))
    seen = [
        findings(
            tables(
                {"AGED_55_PLUS": dict(zip(("Y", "_U", "N"), figures[1:4], strict=True))},
                rule=rule,
                total=figures[0],
                by_source={"riverside-settled": figures[0] - figures[4], "north": figures[4]},
            ),
            [benchmark(effective_sample=sampled)],
            without={"age": ("north",)},
        )["AGED_55_PLUS"]
        for figures, rule in ((shown, ROUNDING), (counts, TRUE))
    ]
    if seen[0].state != "withheld" and seen[1].state != "withheld":
        assert_no_more_certain(*seen)


@pytest.mark.parametrize("published", FIGURES_WITHIN_REACH, ids=str)
def test_limits_hold_for_every_true_count_within_reach(published: Comparison):
    shifts = itertools.product(range(-4, 5), repeat=3)
    true = np.array([(published.members + x, published.missing + u, published.base + n) for x, u, n in shifts])
    true = true[(true >= 0).all(axis=1) & (true[:, 0] + true[:, 1] <= true[:, 2]) & (true[:, 2] > 0)].astype(float)
    members, base = true[:, :1], true[:, 2:]
    most = base if published.is_lower_bound else members + true[:, 1:2]
    ends = [np.repeat(part, 2, axis=1) for part in (members, most, base)]
    share = published.share
    shares = np.tile([share.low, share.high], (len(true), 1))
    exact = corner_limits(*ends, shares, np.full(len(true), share.effective_sample or np.inf))
    (found,) = assess([published])
    assert len(true) > 50
    assert found.ratio_low <= exact.low.min() + 1e-12
    assert found.ratio_high >= exact.high.max() - 1e-12
    assert found.q_value is None or found.q_value >= exact.p_lower.max() - 1e-12


def test_a_rounded_finding_can_be_worked_out_again():
    """By another library: the fewest in the largest base, and the most in the smallest."""
    found = older({"Y": 80, "N": 1900, "_U": 20}, rule=ROUNDING)
    low = binomtest(80 - 4, 2000 + 4).proportion_ci(method="exact").low
    high = binomtest(80 + 4 + 20 + 4, 2000 - 4).proportion_ci(method="exact").high
    assert (found.low, found.high) == pytest.approx((low, high))
    assert (found.ratio_low, found.ratio_high) == pytest.approx((low / 0.1, high / 0.1))
    assert (found.missing_low, found.missing_high) == (76 / 2004, 108 / 1996)
    assert (found.n, found.base, found.not_known, found.expected) == (80, 2000, 20, 200)
    assert found.observed == 80 / 1980
    assert found.q_value is not None
    assert found.q_value >= binom.cdf(108, 1996, 0.1)
    assert (found.state, found.is_under_served) == ("clearly_lower", True)


def test_rounding_takes_a_flag_that_true_counts_could_not_carry():
    true, public = (older({"Y": 130, "N": 1870}, rule=rule) for rule in (TRUE, ROUNDING))
    assert true.is_under_served
    assert (public.state, public.is_under_served) == ("lower_size_unsure", False)


@pytest.mark.parametrize(("total", "state"), [(5, "withheld"), (10, "too_few_to_say")])
def test_a_base_below_ten_supports_no_finding(total: int, state: str):
    found = older({"Y": 0, "N": total, "_U": 0}, rule=ROUNDING, total=total)
    assert found.state == state
    assert (found.state == "withheld") == (all(getattr(found, name) is None for name in NUMBERS))


@pytest.mark.parametrize("members", [0, 5])
def test_a_group_shown_as_0_or_5_reads_fewer_than_10_and_no_share_of_it_is_told(members: int):
    found = older({"Y": members, "N": 2000 - members}, rule=ROUNDING)
    assert (found.state, found.observed) == ("clearly_lower", members / 2000)
    for text in (found.statement, found.headline):
        assert text.startswith("Fewer than 10 of the clients for whom this is known were people aged 55 and over.")
        assert "Their share of the invented population is 10%." in text
        assert "That is" not in text
        assert not re.search(r"\b[05]\b", text.replace("0.", "")), text


@pytest.mark.parametrize(
    ("unknown", "told"),
    [
        (0, "They allow for chance and for rounding."),
        (5, "They allow for chance, for rounding and for clients for whom this is not known."),
        (20, "They allow for chance, for rounding and for the 20 clients for whom this is not known."),
    ],
)
def test_what_the_limits_allow_for_is_told_once(unknown: int, told: str):
    found = older({"Y": 60, "N": 1940 - unknown, "_U": unknown}, rule=ROUNDING)
    assert told in found.statement
    assert found.statement.count("rounding") == 1


def test_a_nationality_without_a_row_is_rounded_to_nothing_or_hidden():
    benchmarks = [benchmark("nationality_code")]
    public, centre = (
        findings(tables(by_nationality={"RO": 500, "DUAL": 100}, **rule), benchmarks)["PL"]
        for rule in ({"rule": ROUNDING}, {})
    )
    assert (public.n, public.state) == (0, "clearly_lower")
    assert centre.state == "withheld"


@pytest.mark.parametrize(
    ("unknown", "north", "base", "not_known"),
    [(510, 500, 1500, 10), (500, 505, 1500, 0), (500, 500, 1500, 0), (400, 500, 2000, 400)],
)
def test_a_source_without_the_field_leaves_the_base_for_all_that_rounding_may_do(
    unknown: int, north: int, base: int, not_known: int
):
    shown = tables(
        {"AGED_55_PLUS": {"Y": 60, "N": 1940 - unknown, "_U": unknown}},
        rule=ROUNDING,
        by_source={"riverside-settled": 2000 - north, "north": north},
    )
    found = findings(shown, [benchmark()], without={"age": ("north",)})["AGED_55_PLUS"]
    assert (found.base, found.not_known) == (base, not_known)


def test_numbers_that_would_turn_a_finding_are_told_as_they_would_be_shown_and_never_below_10():
    few, many = (
        older({"Y": members, "N": total - members}, rule=ROUNDING, total=total)
        for members, total in ((15, 200), (25, 360))
    )
    assert few.state == many.state == "too_few_to_say"
    assert "would need" not in few.statement
    assert "would need at most 10 clients, as counts are rounded here," in many.statement


def test_a_share_is_told_only_where_somebody_must_be_known():
    figures = {"reach_members": 4, "reach_missing": 4, "reach_base": 4}
    assert Figures(5, 90, 100, **figures).observed == 0.5
    assert Figures(5, 95, 100, **figures).observed is None


def test_figures_never_hold_more_members_than_clients():
    found = Figures(10, 5, 15, reach_members=4, reach_missing=4, reach_base=4)
    assert found.base_range == (11, 19)
    assert (found.recorded_range, found.possible_range) == ((6, 18), (7, 19))
    assert (found.missing_low, found.missing_high) == (6 / 19, 1.0)


def test_the_auditor_takes_a_population_rounded_a_little_as_one_figure():
    steps = {"F": 5.0, "M": 5.0, "X": 0.0, "_T": 5.0}
    found = findings(tables(rule=ROUNDING), [benchmark("gender_code", rounded_to=steps)])["F"]
    assert found.benchmark_low != found.benchmark_high
    assert found.benchmark is not None
    assert list(verdict_problems(vars(found))) == []
