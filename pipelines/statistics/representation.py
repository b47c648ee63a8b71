"""Is a group seen as often as its share of the benchmark population: the ratio with limits, and the test.

The ratio is (x/n)/q for x clients of n in a group that makes up the share q of the benchmark. A benchmark is fixed (a
census, an administrative total) or itself a sample, whose error then counts. The test asks one question, under-service:
its p-value is the chance of x or fewer if the group came as often as its benchmark share.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.arrays import Floats, counts_of, floats, not_negative, ratio, tail_of, together
from pipelines.statistics.intervals import clopper_pearson
from pipelines.statistics.states import LEVEL, MATERIAL_LOW

# The least and the greatest value that something may have.
Ends = tuple[ArrayLike, ArrayLike]


@dataclass(frozen=True, eq=False)
class RatioLimits:
    """Limits of representation ratios, and the one-sided p-value for a ratio below 1.

    `high` is infinite and `p_lower` is 1 where the benchmark share is 0: nothing can be said.
    """

    low: Floats
    high: Floats
    p_lower: Floats


def fixed_benchmark(x: ArrayLike, n: ArrayLike, q: ArrayLike, level: float = LEVEL) -> RatioLimits:
    """Give the limits of the ratio against a benchmark without error of its own: exact limits of x/n over q.

    Args:
        x: clients of the group.
        n: clients of the base.
        q: the group's share of the benchmark population, 0 to 1.
        level: two-sided.
    Raises:
        ValueError: a count outside its base, or a share outside 0 to 1.
    Source: Clopper and Pearson 1934, Biometrika 26:404.
    """
    from scipy.special import betainc

    counts, bases = counts_of(x, n)
    counts, bases, shares = together(counts, bases, _share(q))
    low, high = clopper_pearson(counts, bases, level)
    rest = bases - counts
    p_lower = np.where(rest == 0, 1.0, betainc(np.where(rest == 0, 1, rest), counts + 1, 1 - shares))
    return _unless_nothing(shares, RatioLimits(ratio(low, shares), ratio(high, shares), floats(p_lower)))


def sampled_benchmark(
    x: ArrayLike, n: ArrayLike, q: ArrayLike, n_eff: ArrayLike, *, level: float = LEVEL
) -> RatioLimits:
    """Give the limits of the ratio against a benchmark that is an estimate from a sample.

    With y = q times n_eff people of the group in the sample, x out of x + y is binomial, and its share depends on the
    ratio alone. Exact limits of that share give limits of the ratio.

    Args:
        x: clients of the group.
        n: clients of the base.
        q: the group's share of the sample, 0 to 1.
        n_eff: people in the sample over its design effect; infinite for a census, which is then a fixed benchmark.
        level: two-sided.
    Raises:
        ValueError: a count outside its base, a share outside 0 to 1, or a negative sample.
    Source: Przyborowski and Wilenski 1940, Biometrika 31:313 (conditional comparison of two counts), with the limits of
        Clopper and Pearson 1934. No published example of this use: checked by enumeration.
    """
    counts, bases = counts_of(x, n)
    counts, bases, shares, samples = together(counts, bases, _share(q), not_negative(n_eff, "a sample size"))
    census = np.isinf(samples)
    if census.all():
        return fixed_benchmark(counts, bases, shares, level)
    found = _conditional(counts, bases, shares * np.where(census, 1.0, samples), np.where(census, 1.0, samples), level)
    if not census.any():
        return found
    fixed = fixed_benchmark(counts, bases, shares, level)
    parts = ((fixed.low, found.low), (fixed.high, found.high), (fixed.p_lower, found.p_lower))
    return RatioLimits(*(floats(np.where(census, one, other)) for one, other in parts))


def bounded_benchmark(
    counts: Ends, bases: Ends, q: ArrayLike, n_eff: ArrayLike = np.inf, *, level: float = LEVEL
) -> RatioLimits:
    """Give limits of the ratio that hold for every count and every base between two ends, both included.

    The lower limit is that of the least count in the greatest base. The upper limit and the p-value are those of the
    greatest count in the least base; where the group may be all of that base, the greater of those of the least base
    and of the least one that can hold the greatest count.

    Args:
        counts: the least and the greatest count of the group.
        bases: the least and the greatest base.
        q: the group's share of the benchmark population.
        n_eff: see `sampled_benchmark`.
        level: two-sided.
    Raises:
        ValueError: the least count is above the greatest base; see also `sampled_benchmark`.
    """
    few, many, smallest, largest = together(*counts, *bases)
    least = sampled_benchmark(few, largest, q, n_eff, level=level)
    if np.array_equal(few, many) and np.array_equal(smallest, largest):
        return least
    ends = [
        sampled_benchmark(np.minimum(many, base), base, q, n_eff, level=level)
        for base in (smallest, np.clip(many, smallest, largest))
    ]
    high, p_lower = (np.maximum(*parts) for parts in zip(*((end.high, end.p_lower) for end in ends), strict=True))
    return RatioLimits(least.low, floats(high), floats(p_lower))


def highest_clearly_lower(n: ArrayLike, q: ArrayLike, n_eff: ArrayLike = np.inf, *, level: float = LEVEL) -> Floats:
    """Give the most clients a group may have and still be clearly lower: its upper limit lies below 0.8.

    For the sentence "a group this size would have to be below ... to show".

    Returns:
        -1 where not even a group that was never seen would be clearly lower.
    """
    bases, shares, samples = together(not_negative(n, "a base"), _share(q), not_negative(n_eff, "a sample size"))

    def is_clearly_lower(x: Floats) -> Floats:
        return floats(sampled_benchmark(np.minimum(x, bases), bases, shares, samples, level=level).high < MATERIAL_LOW)

    return _last_that_holds(is_clearly_lower, np.floor(bases))


def _last_that_holds(holds: Callable[[Floats], Floats], most: Floats) -> Floats:
    """Give the last whole number from 0 to `most` up to which a condition holds, -1 when it never does."""
    low, high = np.full(most.shape, -1.0), floats(most + 1)
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        held = (holds(np.maximum(middle, 0)) > 0) | (middle < 0)
        low, high = floats(np.where(held, middle, low)), floats(np.where(held, high, middle))
    return low


def _conditional(x: Floats, n: Floats, y: Floats, n_eff: Floats, level: float) -> RatioLimits:  # noqa: PLR0917
    from scipy.special import betainc, betaincinv

    tail, nothing = tail_of(level), y == 0
    some = np.where(nothing, 1.0, y)
    theta_low = np.where(x == 0, 0.0, betaincinv(np.where(x == 0, 1, x), y + 1, tail))
    theta_high = betaincinv(x + 1, some, 1 - tail)
    p_lower = betainc(some, x + 1, ratio(n_eff, n + n_eff))
    low, high = (ratio(theta * n_eff, (1 - theta) * n) for theta in (theta_low, theta_high))
    return _unless_nothing(y, RatioLimits(low, high, floats(p_lower)))


def _unless_nothing(benchmark: Floats, found: RatioLimits) -> RatioLimits:
    nothing = (benchmark == 0) | np.isnan(found.low)
    low, high = np.where(nothing, 0.0, found.low), np.where(nothing, np.inf, found.high)
    return RatioLimits(floats(low), floats(high), floats(np.where(nothing, 1.0, found.p_lower)))


def _share(q: ArrayLike) -> Floats:
    shares = not_negative(q, "a share")
    if np.any(shares > 1):
        raise ValueError("a share cannot be above 1")
    return shares
