"""Standardised rates and funnels. Published examples of the rates are in worked_examples.toml.

Limits of a funnel are checked by enumeration and against published ones, which are made by the normal approximation and
lie within two clients of exact ones at every size. No published example with over-dispersion was verified: the variance
between centres is checked by simulation.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from pipelines.statistics.standardisation import (
    TooFewEvents,
    direct,
    funnel_limits,
    indirect,
    over_dispersion,
)


def test_a_population_standardised_to_itself_keeps_its_rate():
    events, base = np.array([12, 30, 8]), np.array([400, 500, 100])
    found = direct(events, base, base, per=1_000)
    assert found.rate == pytest.approx(50)
    assert found.low < 50 < found.high
    assert found.events == 50


def test_equal_rates_in_every_stratum_stand_whatever_the_make_up():
    first = direct([10, 40], [100, 400], [1, 1])
    second = direct([10, 40], [100, 400], [9, 1])
    assert first.rate == pytest.approx(second.rate)


@pytest.mark.parametrize(
    ("events", "base", "weights"),
    [([4, 5], [100, 100], [1, 1]), ([20, 0], [100, 0], [1, 1]), ([20, 9], [100, 90], [0, 0])],
)
def test_too_little_gives_no_rate(events: list[int], base: list[int], weights: list[int]):
    with pytest.raises(TooFewEvents):
        direct(events, base, weights)


def test_an_empty_stratum_without_weight_does_not_matter():
    assert direct([20, 0], [100, 0], [1, 0]).rate == pytest.approx(0.2)


def test_direct_limits_cover():
    random = np.random.default_rng(11)
    base, share, weights = np.array([60, 200, 40, 500]), np.array([0.05, 0.1, 0.2, 0.02]), np.array([3, 2, 4, 1])
    truth = (share * weights).sum() / weights.sum()
    drawn = [direct(random.poisson(base * share), base, weights) for _ in range(2_000)]
    assert np.mean([found.low <= truth <= found.high for found in drawn]) >= 0.94


def test_a_population_at_the_reference_rates_stands_at_one():
    found = indirect([12, 30], [400, 600], [24, 60], [800, 1200])
    assert found.ratio == pytest.approx(1)
    assert found.expected == pytest.approx(42)


@pytest.mark.parametrize(
    ("base", "ref_events", "ref_base"),
    [([10, 5], [3, 0], [90, 0]), ([10, 5], [0, 0], [90, 50]), ([0, 0], [1, 1], [9, 9])],
)
def test_a_reference_that_expects_nothing_gives_no_ratio(base: list[int], ref_events: list[int], ref_base: list[int]):
    with pytest.raises(TooFewEvents):
        indirect([3, 2], base, ref_events, ref_base)


@pytest.mark.parametrize("level", [0.95, 0.998])
@pytest.mark.parametrize("share", [0.03, 0.3, 0.8])
def test_exact_funnel_limits_are_crossed_no_more_often_than_they_say(level: float, share: float):
    for n in (1, 5, 20, 100, 700):
        low, high = funnel_limits(n, share, 0.0, level)
        shares = np.arange(n + 1) / n
        chance = binom.pmf(np.arange(n + 1), n, share)
        assert chance[shares < low].sum() <= (1 - level) / 2
        assert chance[shares > high].sum() <= (1 - level) / 2


# PHEindicatormethods 63894a9, tests/testthat/testdata_funnel_prop_outputs.csv: in per cent, around 80.642448, limits of
# 95 and 99.8 %.
PUBLISHED_FUNNEL = {
    102: (72.974925, 88.309971, 68.553233, 92.731663),
    1_119: (78.327506, 82.95739, 76.992529, 84.292366),
    9_998: (79.867989, 81.416907, 79.421375, 81.863521),
    110_000: (80.408963, 80.875933, 80.274317, 81.010578),
}


@pytest.mark.parametrize("size", PUBLISHED_FUNNEL)
def test_funnel_limits_are_those_of_a_published_funnel_to_within_two_clients(size: int):
    limits = [*funnel_limits(size, 0.80642448, level=0.95), *funnel_limits(size, 0.80642448, level=0.998)]
    apart = [
        abs(float(limit) - printed / 100) * size for limit, printed in zip(limits, PUBLISHED_FUNNEL[size], strict=True)
    ]
    assert max(apart) < 2


def test_funnel_limits_close_in_on_the_share_and_widen_with_the_usual_variation():
    sizes = np.array([5, 50, 500, 50_000])
    low, high = funnel_limits(sizes, 0.3)
    wide_low, wide_high = funnel_limits(sizes, 0.3, 0.001)
    assert (np.diff(high - low) < 0).all()
    assert (wide_low[1:] < low[1:]).all()
    assert (wide_high > high).all()
    assert wide_high[-1] - 0.3 == pytest.approx(1.96 * np.sqrt(0.001), rel=0.02)


def test_a_centre_without_clients_is_within_any_funnel():
    assert [float(limit) for limit in funnel_limits(0, 0.3)] == [0, 1]


@pytest.mark.parametrize("share", [0, 1, -0.1])
def test_a_funnel_needs_a_share_between_0_and_1(share: float):
    with pytest.raises(ValueError, match="between 0 and 1"):
        funnel_limits(20, share)


def test_centres_that_differ_by_chance_are_not_found_to_vary():
    random = np.random.default_rng(2)
    sizes = random.integers(50, 400, 40)
    found = [over_dispersion(random.binomial(sizes, 0.3), sizes, 0.3) for _ in range(300)]
    assert np.mean([one.tau2 for one in found]) < 0.0002
    assert min(one.phi for one in found) == 1


def test_centres_that_vary_are_measured():
    random = np.random.default_rng(2)
    sizes = random.integers(200, 900, 60)
    true = np.clip(random.normal(0.3, 0.05, (200, 60)), 0.01, 0.99)
    found = np.mean([over_dispersion(random.binomial(sizes, row), sizes, 0.3).tau2 for row in true])
    # Drawing in a tenth at each end leaves two thirds of the variance of a normal law.
    assert 0.55 * 0.05**2 <= found <= 0.8 * 0.05**2


def test_one_extreme_centre_does_not_hide_itself():
    sizes = np.full(30, 400)
    counts = np.full(30, 120)
    counts[::2] += 8
    calm = over_dispersion(counts, sizes, 0.31)
    counts[0] = 300
    assert over_dispersion(counts, sizes, 0.31).tau2 <= calm.tau2 + 0.0005


def test_a_single_centre_shows_no_variation():
    assert over_dispersion([30, 0], [100, 0], 0.3).tau2 == 0
