"""What two by two tables over strata say together, before any p-value: sums, limits and distances.

The steps behind `stratified`, which is the module to use. In each stratum a of m clients of A and b of n clients of B
have the trait. All arrays are cells by strata.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.statistics.arrays import Floats, floats, quantile_of, ratio
from pipelines.statistics.intervals import Limits, restricted_variance

# A stratum's own ratio is told only when both sides have this many clients.
LEAST_IN_STRATUM = 10
_REACH, _HALVINGS = 30.0, 45


@dataclass(frozen=True, eq=False)
class Strata:
    """Tables in which both sides have clients; a stratum with one side only is all 0, and adds nothing."""

    a: Floats
    m: Floats
    b: Floats
    n: Floats

    @classmethod
    def of(cls, a: Floats, m: Floats, b: Floats, n: Floats) -> Strata:
        """Keep the strata with both sides."""
        both = (m > 0) & (n > 0)
        return cls(*(floats(np.where(both, part, 0.0)) for part in (a, m, b, n)))

    @property
    def total(self) -> Floats:
        """Give the clients of each stratum, 1 where it was left out."""
        return floats(np.maximum(self.m + self.n, 1.0))

    @property
    def weighted(self) -> tuple[Floats, Floats]:
        """Give the sums whose ratio is Mantel and Haenszel's."""
        return floats((self.a * self.n / self.total).sum(axis=1)), floats((self.b * self.m / self.total).sum(axis=1))


def mantel_haenszel(s: Strata, level: float) -> tuple[Floats, Floats, Floats]:
    """Give the pooled ratio of shares of each cell with its limits.

    Where nobody in A, or nobody in B, has the trait, its logarithm has no variance: then the score limits with the same
    weights stand in.

    Source: see `stratified.pool_ratios`.
    """
    above, below = s.weighted
    spread = ((s.m * s.n * (s.a + s.b) - s.a * s.b * s.total) / s.total**2).sum(axis=1)
    found = ratio(above, below)
    one_side_only = (above == 0) ^ (below == 0)
    deviation = np.where(one_side_only, 0.0, np.sqrt(ratio(spread, above * below)))
    reach = np.exp(quantile_of(level) * deviation)
    low, high = found / reach, found * reach
    if one_side_only.any():
        few = Strata(*(part[one_side_only] for part in (s.a, s.m, s.b, s.n)))
        low[one_side_only], high[one_side_only] = _score_limits(few, level)
    return found, floats(low), floats(high)


def _score_limits(s: Strata, level: float) -> Limits:
    """Give the ratios at which the weighted difference over strata is just as far from 0 as the level allows."""
    z, weight = quantile_of(level), np.where(s.m > 0, s.m * s.n / s.total, 0.0)
    above, below = s.weighted

    def meets(target: float) -> Floats:
        left, right = np.full(above.shape, -_REACH), np.full(above.shape, _REACH)
        for _ in range(_HALVINGS):
            middle = floats((left + right) / 2)
            theta = np.exp(middle)
            variance = np.nan_to_num(restricted_variance(theta[:, None], s.a, s.m, s.b, s.n), nan=0.0, posinf=0.0)
            is_above = above - theta * below > target * np.sqrt((weight**2 * variance).sum(axis=1))
            left, right = np.where(is_above, middle, left), np.where(is_above, right, middle)
        return floats(np.exp((left + right) / 2))

    return floats(np.where(above == 0, 0.0, meets(z))), floats(np.where(below == 0, np.inf, meets(-z)))


def surprise(s: Strata) -> Floats:
    """Give how far A is from no difference in any stratum, in standard deviations, drawn in by one half of a client.

    Source: Mantel and Haenszel 1959, J Natl Cancer Inst 22:719.
    """
    having = s.a + s.b
    distance = np.abs((s.a - s.m * having / s.total).sum(axis=1))
    variance = ratio(s.m * s.n * having * (s.total - having), s.total**2 * np.maximum(s.total - 1, 1)).sum(axis=1)
    return ratio(np.maximum(distance - 0.5, 0.0), np.sqrt(variance))


def odds_apart(s: Strata) -> tuple[Floats, Floats]:
    """Give how far apart the odds ratios of the strata are, with one half added to each count.

    A stratum in which all clients, or none, have the trait says nothing of an odds ratio and is left out.

    Returns:
        A chi-squared and its degrees of freedom, which are below 1 where fewer than two strata say something.
    Source: Woolf 1955, Ann Hum Genet 19:251; the halves as in the examples of R's mantelhaen.test.
    """
    a, rest_a, b, rest_b = (part + 0.5 for part in (s.a, s.m - s.a, s.b, s.n - s.b))
    told = (s.a + s.b > 0) & (s.a + s.b < s.m + s.n)
    logs, weight = np.log(a * rest_b / (b * rest_a)), 1 / (1 / a + 1 / rest_a + 1 / b + 1 / rest_b)
    weight = np.where(told, weight, 0.0)
    middle = ratio((weight * logs).sum(axis=1), weight.sum(axis=1))[:, None]
    distance = np.where(told, weight * (logs - middle) ** 2, 0.0).sum(axis=1)
    return floats(distance), floats(told.sum(axis=1) - 1)


def ratios_apart(s: Strata) -> tuple[Floats, Floats]:
    """Give how far apart the ratios of shares of the strata are: their squared distances from the pooled ratio.

    Each distance is measured in the deviation it would have if the pooled ratio held in its stratum. So thin strata
    need no halves added, and many of them still tell something.

    Returns:
        A chi-squared and its degrees of freedom, which are below 1 where fewer than two strata say something.
    Source: Gart 1985, Biometrika 72:673 (score test of homogeneity), at the ratio of Mantel and Haenszel.
    """
    pooled = ratio(*s.weighted)[:, None]
    theta = np.broadcast_to(np.where(np.isfinite(pooled), pooled, 0.0), s.a.shape)
    variance = np.nan_to_num(restricted_variance(theta, s.a, s.m, s.b, s.n), nan=0.0, posinf=0.0)
    told = (s.a + s.b > 0) & (variance > 0)
    apart = s.a / np.maximum(s.m, 1) - theta * s.b / np.maximum(s.n, 1)
    distance = np.where(told, apart**2 / np.where(told, variance, 1.0), 0.0).sum(axis=1)
    return floats(distance), floats(told.sum(axis=1) - 1)


def range_of_ratios(s: Strata) -> tuple[Floats, Floats]:
    """Give the least and the greatest ratio of a stratum in which both sides have at least 10 clients.

    Returns:
        Not known (NaN) where no stratum is so large.
    """
    told = (s.m >= LEAST_IN_STRATUM) & (s.n >= LEAST_IN_STRATUM) & (s.a + s.b > 0)
    own = ratio(ratio(s.a, s.m), ratio(s.b, s.n))
    least = np.where(told, own, np.inf).min(axis=1, initial=np.inf)
    most = np.where(told, own, -np.inf).max(axis=1, initial=-np.inf)
    return floats(np.where(told.any(axis=1), least, np.nan)), floats(np.where(told.any(axis=1), most, np.nan))
