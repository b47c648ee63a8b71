"""How far chance reaches around a share, a count, a difference and a ratio of shares.

Every function takes numbers or arrays and gives the lower and the upper limit at a two-sided level. A base of 0 tells
nothing: its share may lie anywhere from 0 to 1. "Exact" limits cover at least as often as their level says.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.arrays import Floats, counts_of, floats, not_negative, quantile_of, ratio, tail_of, together
from pipelines.statistics.states import LEVEL

Limits = tuple[Floats, Floats]
# From this count on Byar's limits stand in for the exact ones, as public health practice has it.
FIRST_BYAR = 10
# The score limits of a ratio are sought between these powers of e, in so many halvings: beyond 1e-12 of the limit.
_REACH, _HALVINGS = 30.0, 60


def wilson(x: ArrayLike, n: ArrayLike, level: float = LEVEL) -> Limits:
    """Give the Wilson score limits of a share x/n: right on average, at times a little short for small bases.

    Raises:
        ValueError: a count outside its base.
    Source: Wilson 1927, J Am Stat Assoc 22:209; Newcombe 1998, Stat Med 17:857, method 3.
    Examples:
        >>> [f"{float(limit):.4f}" for limit in wilson(81, 263)]
        ['0.2553', '0.3662']
    """
    counts, bases = counts_of(x, n)
    z2 = quantile_of(level) ** 2
    middle = counts + z2 / 2
    reach = np.sqrt(z2 * (counts - ratio(counts**2, np.maximum(bases, 1)) + z2 / 4))
    low = np.where(counts == 0, 0.0, (middle - reach) / (bases + z2))
    high = np.where(counts == bases, 1.0, (middle + reach) / (bases + z2))
    return floats(low), floats(high)


def clopper_pearson(x: ArrayLike, n: ArrayLike, level: float = LEVEL) -> Limits:
    """Give the exact limits of a share x/n: they never cover less than the level says.

    Raises:
        ValueError: a count outside its base.
    Source: Clopper and Pearson 1934, Biometrika 26:404.
    """
    from scipy.special import betaincinv

    counts, bases = counts_of(x, n)
    tail, rest = tail_of(level), bases - counts
    low = np.where(counts == 0, 0.0, betaincinv(np.where(counts == 0, 1, counts), rest + 1, tail))
    high = np.where(rest == 0, 1.0, betaincinv(counts + 1, np.where(rest == 0, 1, rest), 1 - tail))
    return floats(low), floats(high)


def garwood(x: ArrayLike, level: float = LEVEL) -> Limits:
    """Give the exact limits of the mean of a Poisson count.

    Source: Garwood 1936, Biometrika 28:437.
    """
    from scipy.special import gammaincinv

    counts, tail = not_negative(x, "a count"), tail_of(level)
    low = np.where(counts == 0, 0.0, gammaincinv(np.where(counts == 0, 1, counts), tail))
    return floats(low), floats(gammaincinv(counts + 1, 1 - tail))


def byar(x: ArrayLike, level: float = LEVEL) -> Limits:
    """Give Byar's limits of the mean of a Poisson count: close to exact from 10 on.

    Source: Breslow and Day 1987, Statistical Methods in Cancer Research II.
    """
    counts, z = not_negative(x, "a count"), quantile_of(level)
    above, some = counts + 1, np.where(counts == 0, 1, counts)
    low = np.where(counts == 0, 0.0, some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3)
    return floats(np.maximum(low, 0.0)), floats(above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3)


def count_interval(x: ArrayLike, level: float = LEVEL) -> Limits:
    """Give the limits of a count as public health tables print them: exact below 10, Byar's from 10.

    Source: PHEindicatormethods, phe_rate and phe_isr.
    """
    counts = not_negative(x, "a count")
    exact, close = garwood(counts, level), byar(counts, level)
    low, high = (np.where(counts < FIRST_BYAR, one, other) for one, other in zip(exact, close, strict=True))
    return floats(low), floats(high)


def newcombe_difference(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, *, level: float = LEVEL) -> Limits:
    """Give the limits of the difference x1/n1 - x2/n2, built from the Wilson limits of both shares.

    Source: Newcombe 1998, Stat Med 17:873, method 10.
    Examples:
        >>> [f"{float(limit):.4f}" for limit in newcombe_difference(56, 70, 48, 80)]
        ['0.0524', '0.3339']
    """
    first, second = wilson(x1, n1, level), wilson(x2, n2, level)
    share1, share2 = ratio(x1, n1), ratio(x2, n2)
    down = np.hypot(share1 - first[0], second[1] - share2)
    up = np.hypot(first[1] - share1, share2 - second[0])
    return floats(share1 - share2 - down), floats(share1 - share2 + up)


def score_ratio(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, *, level: float = LEVEL, corrected: bool = True
) -> Limits:
    """Give the score limits of the ratio (x1/n1) / (x2/n2).

    The limits are the ratios that a score test would just not reject. They stay sensible where a share is 0 or 1:
    with x1 = 0 the lower limit is 0, with x2 = 0 the upper one is infinite.

    Args:
        x1: clients with the trait in the first group; the ratio's numerator.
        n1: clients of the first group.
        x2: clients with the trait in the second group.
        n2: clients of the second group.
        level: two-sided.
        corrected: the variance times N/(N - 1), as Miettinen and Nurminen have it; otherwise Koopman's limits.
    Source: Koopman 1984, Biometrics 40:513; Miettinen and Nurminen 1985, Stat Med 4:213.
    """
    counts1, bases1 = counts_of(x1, n1)
    counts2, bases2 = counts_of(x2, n2)
    a, m, b, n = together(counts1, bases1, counts2, bases2)
    z = floats(quantile_of(level) if corrected else quantile_of(level) * np.sqrt(ratio(m + n - 1, m + n)))
    low, high = _where_score_meets(z, a, m, b, n), _where_score_meets(-z, a, m, b, n)
    empty = (m == 0) | (n == 0)
    return floats(np.where((a == 0) | empty, 0.0, low)), floats(np.where((b == 0) | empty, np.inf, high))


def _where_score_meets(z: Floats, *table: Floats) -> Floats:
    """Halve the logarithm of the ratio until the score, which falls as the ratio grows, meets z."""
    left, right = np.full(table[0].shape, -_REACH), np.full(table[0].shape, _REACH)
    for _ in range(_HALVINGS):
        middle = (left + right) / 2
        is_above = _score(np.exp(middle), *table) > z
        left, right = np.where(is_above, middle, left), np.where(is_above, right, middle)
    return floats(np.exp((left + right) / 2))


def _score(theta: Floats, *table: Floats) -> Floats:
    """Give the standardised distance of the first share from theta times the second, as if theta were true."""
    a, m, b, n = table
    scaled = ratio(ratio(a, m) - theta * ratio(b, n), np.sqrt(restricted_variance(theta, *table)))
    return floats(np.where(np.isnan(scaled), 0.0, scaled))


def restricted_variance(theta: Floats, *table: Floats) -> Floats:
    """Give the variance of the first share less theta times the second, with both estimated as if theta were true.

    Args:
        theta: ratio of the first share to the second.
        table: clients with the trait and all clients of the first group, then those of the second.
    Source: Miettinen and Nurminen 1985, Stat Med 4:213.
    """
    a, m, b, n = table
    total = m + n
    half = -(m * theta + a + n + b * theta)
    root = np.sqrt(np.maximum(half**2 - 4 * total * theta * (a + b), 0.0))
    share2 = np.clip(ratio(2 * (a + b), root - half), 0.0, 1.0)
    share1 = np.clip(theta * share2, 0.0, 1.0)
    parts = ratio(share1 * (1 - share1), m) + theta**2 * ratio(share2 * (1 - share2), n)
    return floats(parts * ratio(total, total - 1))
