"""Many small counts at once: each ratio drawn towards what all of them say together.

Each count x is Poisson with mean E times its own ratio; the ratios come from one gamma distribution, fitted to all. A
count that rests on little is drawn far towards the common ratio, one that rests on much hardly at all. That guards
against noise when many combinations are looked through.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.arrays import Floats, floats, not_negative, tail_of, together
from pipelines.statistics.states import LEVEL, MATERIAL_HIGH, MATERIAL_LOW

# Bounds of the fitted shape. At the upper one the ratios differ by about one per cent: no more than chance.
LEAST_SHAPE, MOST_SHAPE = 0.01, 10_000.0
_GRID, _HALVINGS, _REACH = 57, 60, 30.0


@dataclass(frozen=True)
class Gamma:
    """A gamma distribution of ratios; its mean, the common ratio, is shape over rate."""

    shape: float
    rate: float

    @property
    def mean(self) -> float:
        """Give the common ratio, towards which each is drawn."""
        return self.shape / self.rate


@dataclass(frozen=True, eq=False)
class Posterior:
    """What is known of each ratio after its count: mean, limits, and the chances of lying outside the material band."""

    mean: Floats
    low: Floats
    high: Floats
    p_below: Floats
    p_above: Floats


def fit_gamma(x: ArrayLike, expected: ArrayLike) -> Gamma:
    """Fit the distribution of the ratios by the likelihood of the counts, which are negative binomial.

    The fit is bounded, so that it exists for any counts: those that vary no more than chance give the greatest shape;
    where all are 0 the common ratio is that of half an event. No count at all gives the ratio 1.

    Args:
        x: observed counts.
        expected: what each would be at the ratio 1; entries with nothing expected are left out.
    Raises:
        ValueError: something observed where nothing is expected, or a negative number.
    Source: Clayton and Kaldor 1987, Biometrics 43:671. No published example was verified: checked by
        simulation and by numerical integration.
    """
    counts, bases = together(not_negative(x, "a count"), not_negative(expected, "an expected count"))
    if np.any((bases == 0) & (counts > 0)):
        raise ValueError("something was observed where nothing is expected")
    counts, bases = counts[bases > 0], bases[bases > 0]
    if not counts.size:
        return Gamma(MOST_SHAPE, MOST_SHAPE)
    if not counts.any():
        return Gamma(MOST_SHAPE, MOST_SHAPE * float(bases.sum()) / 0.5)
    shapes = np.geomspace(LEAST_SHAPE, MOST_SHAPE, _GRID)
    for _ in range(4):
        best = int(np.argmax(_log_likelihood(shapes, counts, bases)))
        around = shapes[max(best - 1, 0)], shapes[min(best + 1, shapes.size - 1)]
        top, shapes = shapes[best], np.geomspace(*around, _GRID)
    return Gamma(float(top), float(top / _common_ratio(floats([top]), counts, bases)[0]))


def posterior(x: ArrayLike, expected: ArrayLike, gamma: Gamma, level: float = LEVEL) -> Posterior:
    """Give what is known of each ratio from its own count and from all others.

    Args:
        x: observed counts.
        expected: what each would be at the ratio 1.
        gamma: the fitted distribution.
        level: two-sided.
    Raises:
        ValueError: a negative number.
    Source: Clayton and Kaldor 1987, Biometrics 43:671.
    """
    from scipy.special import gammainc, gammaincc, gammaincinv

    counts, bases = together(not_negative(x, "a count"), not_negative(expected, "an expected count"))
    shape, rate, tail = gamma.shape + counts, gamma.rate + bases, tail_of(level)
    return Posterior(
        mean=floats(shape / rate),
        low=floats(gammaincinv(shape, tail) / rate),
        high=floats(gammaincinv(shape, 1 - tail) / rate),
        p_below=floats(gammainc(shape, MATERIAL_LOW * rate)),
        p_above=floats(gammaincc(shape, MATERIAL_HIGH * rate)),
    )


def _log_likelihood(shapes: Floats, x: Floats, expected: Floats) -> Floats:
    """Give, for each shape with the common ratio that suits it best, the log likelihood but for a constant."""
    from scipy.special import gammaln

    a = shapes[:, None]
    mean = _common_ratio(shapes, x, expected)[:, None] * expected
    terms = gammaln(x + a) - gammaln(a) + x * np.log(mean / (a + mean)) - a * np.log1p(mean / a)
    return floats(terms.sum(axis=1))


def _common_ratio(shapes: Floats, x: Floats, expected: Floats) -> Floats:
    """Halve the logarithm of the common ratio until observed and expected, weighted by the shape, agree."""
    left, right = np.full(shapes.shape, -_REACH), np.full(shapes.shape, _REACH)
    for _ in range(_HALVINGS):
        middle = (left + right) / 2
        mean = np.exp(middle)[:, None] * expected
        is_low = ((x - mean) / (1 + mean / shapes[:, None])).sum(axis=1) > 0
        left, right = np.where(is_low, middle, left), np.where(is_low, right, middle)
    return floats(np.exp((left + right) / 2))
