"""Shrinkage: the fit exists for any counts and finds what was planted; what is known of each ratio is right.

No published example was verified: the fit is checked by simulation, the posterior by numerical integration.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import gamma as gamma_law
from scipy.stats import nbinom, poisson

from pipelines.statistics.shrinkage import LEAST_SHAPE, MOST_SHAPE, Gamma, fit_gamma, posterior


def _draw(shape: float, mean: float, size: int = 4_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(9)
    theta, expected = random.gamma(shape, mean / shape, size), random.uniform(5, 60, size)
    return random.poisson(expected * theta), expected, theta


@pytest.mark.parametrize(("shape", "mean"), [(2, 1.0), (10, 1.0), (40, 0.8), (5, 1.5)])
def test_the_fit_finds_what_was_planted(shape: float, mean: float):
    counts, expected, _ = _draw(shape, mean)
    fitted = fit_gamma(counts, expected)
    assert fitted.mean == pytest.approx(mean, rel=0.03)
    assert fitted.shape == pytest.approx(shape, rel=0.15)


def test_no_other_fit_is_likelier():
    counts, expected, _ = _draw(6, 1.1, 300)

    def likelihood(shape: float, rate: float) -> float:
        return float(nbinom.logpmf(counts, shape, rate / (rate + expected)).sum())

    fitted = fit_gamma(counts, expected)
    best = likelihood(fitted.shape, fitted.rate)
    for shape_factor in (0.9, 0.99, 1.0, 1.01, 1.1):
        for rate_factor in (0.9, 0.99, 1.0, 1.01, 1.1):
            assert likelihood(fitted.shape * shape_factor, fitted.rate * rate_factor) <= best + 1e-6


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 0, 0], [2, 3, 4]),
        ([5, 5, 5], [5, 5, 5]),
        ([10, 10, 10, 11], [10, 10, 10, 10]),
        ([7], [5]),
        ([0, 0, 400], [5, 5, 5]),
        ([1, 0, 0], [1e-6, 5, 5]),
        ([], []),
        ([0, 3], [0, 3]),
    ],
)
def test_a_fit_exists_for_any_counts(counts: list[int], expected: list[float]):
    fitted = fit_gamma(counts, expected)
    assert LEAST_SHAPE <= fitted.shape <= MOST_SHAPE
    assert np.isfinite(fitted.rate)
    assert fitted.rate > 0


def test_counts_that_vary_no_more_than_chance_are_all_drawn_to_one_ratio():
    found = posterior([5, 9, 7], [5, 9, 7], fit_gamma([5, 9, 7], [5, 9, 7]))
    assert found.mean == pytest.approx(1, abs=0.001)


def test_something_where_nothing_is_expected_is_refused():
    with pytest.raises(ValueError, match="nothing is expected"):
        fit_gamma([1, 4], [0, 5])


def test_the_posterior_is_what_integration_gives():
    prior, count, expected = Gamma(4.0, 3.5), 3, 9.0

    def joint(theta: float) -> float:
        return float(gamma_law.pdf(theta, prior.shape, scale=1 / prior.rate) * poisson.pmf(count, expected * theta))

    whole, found = quad(joint, 0, 20)[0], posterior(count, expected, prior)
    assert found.mean == pytest.approx(quad(lambda theta: theta * joint(theta), 0, 20)[0] / whole, rel=1e-6)
    assert found.p_below == pytest.approx(quad(joint, 0, 0.8)[0] / whole, rel=1e-6)
    assert found.p_above == pytest.approx(quad(joint, 1.25, 20)[0] / whole, rel=1e-6)
    assert quad(joint, 0, float(found.low))[0] / whole == pytest.approx(0.025, rel=1e-5)


def test_limits_of_the_posterior_cover_what_was_planted():
    counts, expected, theta = _draw(10, 1.0)
    found = posterior(counts, expected, fit_gamma(counts, expected))
    assert 0.94 <= ((found.low <= theta) & (theta <= found.high)).mean() <= 0.96


def test_a_ratio_that_rests_on_little_is_drawn_further():
    found = posterior([0, 0], [2, 40], Gamma(10, 10))
    assert 0.8 < found.mean[0] < 1
    assert found.mean[1] < 0.25
