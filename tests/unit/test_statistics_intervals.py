"""Intervals hold what they promise: exact ones never cover too seldom, the others do so on average."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, poisson
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from pipelines.statistics.intervals import (
    byar,
    clopper_pearson,
    count_interval,
    garwood,
    newcombe_difference,
    score_ratio,
    wilson,
)

BASES = [1, 2, 3, 5, 10, 20, 50, 300]
SHARES = np.linspace(0.005, 0.995, 199)
MEANS = np.linspace(0.5, 30, 119)


def _coverage_of_shares(method, n: int, level: float = 0.95) -> np.ndarray:
    counts = np.arange(n + 1)
    low, high = method(counts, n, level)
    within = (low <= SHARES[:, None]) & (high >= SHARES[:, None])
    return (binom.pmf(counts, n, SHARES[:, None]) * within).sum(axis=1)


def _coverage_of_means(method) -> np.ndarray:
    counts = np.arange(120)
    low, high = method(counts)
    return (poisson.pmf(counts, MEANS[:, None]) * ((low <= MEANS[:, None]) & (high >= MEANS[:, None]))).sum(axis=1)


@pytest.mark.parametrize("n", BASES)
@pytest.mark.parametrize("level", [0.9, 0.95, 0.998])
def test_exact_limits_of_a_share_cover_at_every_share(n: int, level: float):
    assert _coverage_of_shares(clopper_pearson, n, level).min() >= level


@pytest.mark.parametrize("n", [20, 50, 300, 1250])
def test_wilson_limits_cover_on_average(n: int):
    assert 0.94 <= _coverage_of_shares(wilson, n).mean() <= 0.97


def test_exact_limits_of_a_count_cover_at_every_mean():
    assert _coverage_of_means(garwood).min() >= 0.95


@pytest.mark.parametrize("method", [byar, count_interval])
def test_the_close_limits_of_a_count_cover_too(method):
    assert _coverage_of_means(method).min() >= 0.95


@pytest.mark.parametrize("method", [wilson, clopper_pearson])
def test_limits_agree_with_another_library(method):
    counts = np.arange(301)
    name = {"wilson": "wilson", "clopper_pearson": "beta"}[method.__name__]
    for ours, theirs in zip(method(counts, 300), proportion_confint(counts, 300, method=name), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


@pytest.mark.parametrize("corrected", [True, False])
def test_score_limits_agree_with_another_library(corrected: bool):
    tables = [(36, 40, 16, 80), (3, 50, 9, 400), (50, 60, 300, 900), (1, 12, 700, 2000)]
    for table in tables:
        theirs = confint_proportions_2indep(*table, method="score", compare="ratio", correction=corrected)
        assert score_ratio(*table, corrected=corrected) == pytest.approx(theirs, rel=1e-5)


def test_score_limits_leave_out_1_when_the_shares_differ_by_the_pooled_test():
    first, second = (np.ravel(counts) for counts in np.meshgrid(np.arange(13), np.arange(41)))
    low, high = score_ratio(first, 12, second, 40, corrected=False)
    pooled = (first + second) / 52
    with np.errstate(invalid="ignore"):
        z = (first / 12 - second / 40) / np.sqrt(pooled * (1 - pooled) * (1 / 12 + 1 / 40))
    np.testing.assert_array_equal((low > 1) | (high < 1), np.abs(np.nan_to_num(z)) > 1.959964)


def test_newcombe_limits_agree_with_another_library():
    for table in [(36, 40, 16, 80), (0, 50, 9, 400), (12, 12, 30, 40)]:
        theirs = confint_proportions_2indep(*table, method="newcomb", compare="diff")
        assert newcombe_difference(*table) == pytest.approx(theirs, abs=1e-12)


def test_a_ratio_of_shares_with_nobody_on_one_side():
    low, high = score_ratio([0, 3, 0, 0], [40, 40, 40, 0], [12, 0, 0, 5], [60, 60, 60, 10])
    assert low[[0, 2, 3]].tolist() == [0, 0, 0]
    assert high[[1, 2, 3]].tolist() == [np.inf] * 3
    assert high[0] < 1
    assert low[1] > 0.8


def test_score_limits_of_a_ratio_cover_on_average():
    """Coverage over all tables of 60 and 90 clients, worked out by enumeration."""
    first, second = np.arange(61)[:, None], np.arange(91)[None, :]
    low, high = score_ratio(first, 60, second, 90)
    covered = [
        float(
            (
                binom.pmf(first, 60, share * ratio) * binom.pmf(second, 90, share) * ((low <= ratio) & (ratio <= high))
            ).sum()
        )
        for share in np.linspace(0.1, 0.6, 11)
        for ratio in (0.5, 0.8, 1.0, 1.25)
    ]
    assert 0.94 <= np.mean(covered) <= 0.97


@pytest.mark.parametrize(("x", "n"), [(-1, 10), (11, 10)])
@pytest.mark.parametrize("method", [wilson, clopper_pearson])
def test_a_count_outside_its_base_is_refused(method, x: int, n: int):
    with pytest.raises(ValueError, match="between 0 and its base"):
        method(x, n)


@pytest.mark.parametrize("level", [0, 1, 95])
@pytest.mark.parametrize("method", [garwood, byar])
def test_a_level_outside_0_to_1_is_refused(method, level: float):
    with pytest.raises(ValueError, match="level"):
        method(3, level)


@pytest.mark.parametrize("method", [wilson, clopper_pearson])
def test_what_is_not_known_stays_so_and_an_empty_base_tells_nothing(method):
    low, high = method([np.nan, 0], [10, 0])
    assert np.isnan([low[0], high[0]]).all()
    assert (low[1], high[1]) == (0, 1)
