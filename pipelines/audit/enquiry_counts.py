"""Enquiries that were turned away and others, and the share of the first, worked out anew.

Answers "what share was turned away, how far may that be from the truth, and how far from that of others".
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Enquiries:
    """Counts of enquiries turned away and not, each with how far the truth may lie from it."""

    away: int
    kept: int
    reach_away: int = 0
    reach_kept: int = 0

    @property
    def n(self) -> int:
        """Give all that are counted."""
        return self.away + self.kept

    @property
    def least_away(self) -> int:
        """Give for how many it is certain that they were turned away."""
        return max(self.away - self.reach_away, 0)

    def possible(self) -> Iterator[Enquiries]:
        """Give the counts as published, then with each of them as small and as large as rounding allows."""
        yield Enquiries(self.away, self.kept)
        for away in (self.least_away, self.away + self.reach_away):
            for kept in (max(self.kept - self.reach_kept, 0), self.kept + self.reach_kept):
                yield Enquiries(away, kept)

    def is_base(self, limit: int) -> bool:
        """Tell whether enough are counted for a share of them to be told."""
        return self.n >= limit and min(each.n for each in self.possible()) > 0


@dataclass(frozen=True)
class Interval:
    """A number with its limits."""

    value: float
    low: float
    high: float


def chance(counts: Enquiries) -> Interval:
    """Give the share turned away with its limits for chance alone: the two shares that a score test just allows."""
    n, x = counts.n, counts.away
    share = x / n
    middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return Interval(share, 0.0 if x == 0 else middle - reach, 1.0 if x == n else middle + reach)


def share_of(counts: Enquiries) -> Interval:
    """Give the share with limits that hold for every true count behind rounded ones."""
    told = [chance(each) for each in counts.possible()]
    return Interval(counts.away / counts.n, min(each.low for each in told), max(each.high for each in told))


def difference(own: Enquiries, others: Enquiries) -> Interval:
    """Give the difference of two shares with limits that hold for every true count behind rounded ones."""
    lows, highs = [], []
    for one in map(chance, own.possible()):
        for two in map(chance, others.possible()):
            apart = one.value - two.value
            lows.append(apart - math.hypot(one.value - one.low, two.high - two.value))
            highs.append(apart + math.hypot(one.high - one.value, two.value - two.low))
    return Interval(own.away / own.n - others.away / others.n, min(lows), max(highs))


def p_value(own: Enquiries, others: Enquiries) -> float:
    """Give the largest p of the test for a larger share, over every true count behind rounded ones."""
    return max(_p_value(one, two) for one in own.possible() for two in others.possible())


def _p_value(one: Enquiries, two: Enquiries) -> float:
    away, n = one.away + two.away, one.n + two.n
    if away in {0, n}:
        return 1.0
    error = math.sqrt(away / n * (n - away) / n * (1 / one.n + 1 / two.n))
    return 1 - NormalDist().cdf((one.away / one.n - two.away / two.n) / error)
