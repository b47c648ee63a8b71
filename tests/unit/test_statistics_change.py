"""Change: the exact test keeps its level and sees a halving; charts without enough behind them have no limits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from pipelines.statistics.change import ewma, exact_change, xmr

RUNS = 20_000


def _p_fall(mean: float, quarters: int, last: float) -> np.ndarray:
    random = np.random.default_rng(6)
    earlier = random.poisson(mean, (RUNS, quarters - 1)).sum(axis=1)
    return exact_change(random.poisson(mean * last, RUNS), earlier, 1, quarters).p_fall


@pytest.mark.parametrize("quarters", [8, 12, 20])
@pytest.mark.parametrize("mean", [2, 5, 10, 20, 50])
def test_a_stable_series_is_seldom_called_a_fall(quarters: int, mean: float):
    assert (_p_fall(mean, quarters, 1.0) <= 0.05).mean() <= 0.05


@pytest.mark.parametrize("quarters", [8, 12, 20])
def test_a_halving_is_seen(quarters: int):
    """The goal: at a mean of 20 and at least 8 quarters, seven halvings of ten."""
    assert (_p_fall(20, quarters, 0.5) <= 0.05).mean() >= 0.7


@pytest.mark.parametrize(("now", "earlier", "share"), [(3, 60, 0.125), (0, 12, 0.2), (20, 60, 0.25), (5, 0, 0.3)])
def test_it_is_the_binomial_test_given_the_total(now: int, earlier: int, share: float):
    found = exact_change(now, earlier, share, 1)
    assert found.p_fall == pytest.approx(binomtest(now, now + earlier, share, alternative="less").pvalue)
    assert found.p_rise == pytest.approx(binomtest(now, now + earlier, share, alternative="greater").pvalue)


def test_fewer_centres_reporting_are_no_fall():
    assert exact_change(10, 140, 1, 8).p_fall < 0.05
    assert exact_change(10, 140, 0.5, 7.5).p_fall > 0.4


def test_nothing_counted_says_nothing():
    found = exact_change(0, 0, 1, 8)
    assert (found.p_fall, found.p_rise) == (1, 1)


@pytest.mark.parametrize(("now", "total"), [(0, 8), (8, 8), (9, 8)])
def test_both_sides_need_exposure(now: float, total: float):
    with pytest.raises(ValueError, match="exposure"):
        exact_change(3, 20, now, total)


STEADY = [20, 24, 18, 22, 25, 19, 21, 23, 20, 22, 18, 24]


@pytest.mark.parametrize("values", [STEADY[:11], [value - 12 for value in STEADY], [], [30]])
def test_a_short_or_small_baseline_has_no_limits(values: list[int]):
    assert xmr(values) is None


def test_a_baseline_that_bears_limits_has_them_around_its_mean():
    found = xmr(STEADY)
    assert found is not None
    assert found.mean == pytest.approx(np.mean(STEADY))
    assert found.high - found.mean == pytest.approx(2.66 * np.abs(np.diff(STEADY)).mean())
    assert found.mean - found.low == pytest.approx(found.high - found.mean)


def test_one_jump_does_not_widen_the_limits():
    """A step between two calm levels counts for the mean, not for the limits."""
    step = [20, 21, 20, 21, 20, 21, 90, 91, 90, 91, 90, 91]
    found = xmr(step)
    assert found is not None
    assert found.high - found.low == pytest.approx(2 * 2.66)


def test_a_gap_in_a_baseline_is_refused():
    with pytest.raises(ValueError, match="not known"):
        xmr([*STEADY, np.nan])


def test_weighted_means_of_a_steady_series_stay_on_target():
    found = ewma([50.0] * 6, 50, 2, 0.3)
    assert found.series.tolist() == [50] * 6
    assert found.low < 50 < found.high


def test_the_newest_value_alone_is_a_shewhart_chart():
    found = ewma([3.0, 9.0], 5, 2, 1)
    assert found.series.tolist() == [3, 9]
    assert (found.low, found.high) == (-1, 11)


@pytest.mark.parametrize(("sd", "weight"), [(1, 0), (1, 1.1), (-1, 0.3)])
def test_an_impossible_weight_or_deviation_is_refused(sd: float, weight: float):
    with pytest.raises(ValueError, match="weight"):
        ewma([1.0], 1, sd, weight)
