"""Representation: limits that cover, a test that asks one question, and answers for what cannot be compared."""

from __future__ import annotations

import time

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from pipelines.statistics.representation import (
    bounded_benchmark,
    fixed_benchmark,
    highest_clearly_lower,
    sampled_benchmark,
)


@pytest.mark.parametrize(("x", "n", "q"), [(0, 40, 0.1), (7, 300, 0.05), (300, 300, 0.9), (45, 300, 0.15)])
def test_a_fixed_benchmark_gives_the_exact_test_and_its_limits(x: int, n: int, q: float):
    found, exact = fixed_benchmark(x, n, q), binomtest(x, n, q, alternative="less")
    limits = binomtest(x, n, q).proportion_ci(method="exact")
    assert found.p_lower == pytest.approx(exact.pvalue, rel=1e-9)
    assert (found.low * q, found.high * q) == pytest.approx((limits.low, limits.high), abs=1e-9)


@pytest.mark.parametrize("n", [30, 200])
@pytest.mark.parametrize("q", [0.02, 0.1, 0.4])
@pytest.mark.parametrize("n_eff", [100, 400])
@pytest.mark.parametrize("ratio", [0.25, 0.5, 1.0, 1.6])
def test_limits_against_a_sample_cover_its_error_too(n: int, q: float, n_eff: int, ratio: float):
    """Exact coverage over every count of the caseload and every count of the sample."""
    clients, sampled = np.arange(n + 1)[:, None], np.arange(n_eff + 1)[None, :]
    found = sampled_benchmark(clients, n, sampled / n_eff, n_eff)
    chance = binom.pmf(clients, n, q * ratio) * binom.pmf(sampled, n_eff, q)
    assert (chance * ((found.low <= ratio) & (ratio <= found.high))).sum() >= 0.95


@pytest.mark.parametrize("n_eff", [200, 1500])
def test_the_test_against_a_sample_is_true_to_its_level(n_eff: int):
    clients, sampled = np.arange(301)[:, None], np.arange(n_eff + 1)[None, :]
    found = sampled_benchmark(clients, 300, sampled / n_eff, n_eff)
    chance = binom.pmf(clients, 300, 0.1) * binom.pmf(sampled, n_eff, 0.1)
    for level in (0.01, 0.05, 0.2):
        assert 0.3 * level <= (chance * (found.p_lower <= level)).sum() <= level


def test_the_error_of_a_small_sample_widens_the_limits():
    found = sampled_benchmark(20, 300, 0.1, [50, 500, 5000, np.inf])
    assert (np.diff(found.high) < 0).all()
    assert (np.diff(found.p_lower) < 0).all()
    assert found.high[-1] == fixed_benchmark(20, 300, 0.1).high


def test_limits_and_test_agree():
    """A two-sided interval wholly below 1 goes with a one-sided p of half the rest of its level, and the reverse."""
    counts = np.arange(301)
    for found in (fixed_benchmark(counts, 300, 0.1), sampled_benchmark(counts, 300, 0.1, 900)):
        assert ((found.high < 1) == (found.p_lower < 0.025)).all()


def test_a_benchmark_of_nothing_says_nothing():
    for found in (fixed_benchmark(5, 100, 0), sampled_benchmark(5, 100, 0, 1000), sampled_benchmark(0, 0, 0.2, 1000)):
        assert (found.low, found.high, found.p_lower) == (0, np.inf, 1)


@pytest.mark.parametrize(("x", "n", "q"), [(5, 4, 0.1), (-1, 4, 0.1), (1, 4, 1.1), (1, 4, -0.1)])
def test_impossible_figures_are_refused(x: float, n: float, q: float):
    with pytest.raises(ValueError, match=r"count|share"):
        fixed_benchmark(x, n, q)


def test_limits_from_rounded_counts_hold_for_every_count_behind_them():
    published, base, q, n_eff = 25, 300, 0.13, 5000
    outer = bounded_benchmark((published - 4, published + 4), (base - 4, base + 4), q, n_eff)
    for shift in range(-4, 5):
        for base_shift in range(-4, 5):
            true = sampled_benchmark(published + shift, base + base_shift, q, n_eff)
            assert outer.low <= true.low
            assert outer.high >= true.high
            assert outer.p_lower >= true.p_lower


def test_limits_from_rounded_counts_stay_possible_at_the_ends():
    found = bounded_benchmark(([0, 1, 6], [4, 9, 14]), ([1, 1, 6], [9, 9, 14]), 0.5)
    assert found.low[0] == 0
    assert (found.low < found.high).all()
    assert (found.high == 2).all(), "all of the least base may belong to the group"


@pytest.mark.parametrize("n_eff", [80, 5000, np.inf])
@pytest.mark.parametrize(("counts", "bases"), [((3, 9), (8, 20)), ((0, 4), (2, 12)), ((40, 60), (200, 260))])
def test_limits_between_ends_hold_for_every_count_and_base_between(
    counts: tuple[int, int], bases: tuple[int, int], n_eff: float
):
    outer = bounded_benchmark(counts, bases, 0.3, n_eff)
    x, n = np.meshgrid(np.arange(counts[0], counts[1] + 1), np.arange(bases[0], bases[1] + 1))
    true = sampled_benchmark(x[x <= n], n[x <= n], 0.3, n_eff)
    assert outer.low == true.low.min()
    assert outer.high >= true.high.max()
    assert outer.p_lower >= true.p_lower.max()


def test_limits_between_equal_ends_are_those_of_the_figures():
    outer, exact = bounded_benchmark((20, 20), (300, 300), 0.1, 900), sampled_benchmark(20, 300, 0.1, 900)
    assert (outer.low, outer.high, outer.p_lower) == (exact.low, exact.high, exact.p_lower)


# Expected clients of a large base, to one decimal, from which on a group of so many is clearly lower.
@pytest.mark.parametrize(
    ("expected", "most"), [(4.6, 0), (7.0, 1), (9.0, 2), (11.0, 3), (14.6, 5), (23.0, 10), (38.6, 20)]
)
def test_how_few_a_group_must_be_to_show(expected: float, most: int):
    around = np.array([expected - 0.1, expected + 0.1]) / 100_000
    assert highest_clearly_lower(100_000, around).tolist() == [most - 1, most]


@pytest.mark.parametrize("n_eff", [np.inf, 3000])
def test_the_most_that_shows_is_the_last_that_shows(n_eff: float):
    shares = np.linspace(0.01, 0.9, 40)
    most = highest_clearly_lower(500, shares, n_eff)
    shows = most >= 0
    assert (sampled_benchmark(most[shows], 500, shares[shows], n_eff).high < 0.8).all()
    assert (sampled_benchmark(most + 1, 500, shares, n_eff).high >= 0.8).all()


def test_a_simulation_can_afford_it():
    counts = np.random.default_rng(1).binomial(1250, 0.05, 100_000)
    start = time.perf_counter()
    sampled_benchmark(counts, 1250, 0.05, 5000)
    assert time.perf_counter() - start < 5
