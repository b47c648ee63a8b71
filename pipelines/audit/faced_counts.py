"""Counts of clients by number of barriers, and the shares made of them, worked out anew.

Answers "how many have several, of how many, and how far may that be from the truth".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from pipelines.codelists import NOT_KNOWN

_Z = NormalDist().inv_cdf(0.975)
NO_BARRIER, ONE, SEVERAL = "NONE", "ONE", "SEVERAL"


@dataclass(frozen=True)
class Part:
    """How many have something, of how many."""

    x: int
    n: int

    @property
    def share(self) -> float:
        """Give the share."""
        return self.x / self.n

    @property
    def limits(self) -> tuple[float, float]:
        """Give the score limits of the share for chance alone."""
        p, z2 = self.share, _Z * _Z
        middle = (p + z2 / (2 * self.n)) / (1 + z2 / self.n)
        half = _Z * math.sqrt(p * (1 - p) / self.n + z2 / (4 * self.n**2)) / (1 + z2 / self.n)
        return (0.0 if not self.x else middle - half, 1.0 if self.x == self.n else middle + half)


@dataclass(frozen=True)
class People:
    """Clients by number of barriers as they are published, each count up to `reach` from the truth."""

    counts: Mapping[str, int]
    reach: int

    def part(self, codes: tuple[str, ...], way: int = 0) -> Part:
        """Give those with some codes among all whose barriers are recorded, moved as far as rounding allows.

        Args:
            codes: of `barrier_counts.csv`.
            way: 1 for the most that may have them, -1 for the fewest.
        """
        moved = {code: self._moved(code, way if code in codes else -way) for code in (NO_BARRIER, ONE, SEVERAL)}
        return Part(sum(moved[code] for code in codes), sum(moved.values()))

    def corners(self, codes: tuple[str, ...]) -> tuple[Part, Part, Part]:
        """Give the part as published, with the fewest and with the most."""
        return self.part(codes), self.part(codes, -1), self.part(codes, 1)

    def is_base(self, limit: int) -> bool:
        """Tell whether enough are counted for a share to be told, some of them for certain."""
        return self.part((SEVERAL,)).n >= limit and self._least > 0

    @property
    def recorded(self) -> float:
        """Give the share whose barriers are recorded."""
        known, unknown = self.part((SEVERAL,)).n, self.counts.get(NOT_KNOWN, 0)
        return known / (known + unknown) if known + unknown else 0.0

    @property
    def least_recorded(self) -> float:
        """Give the least share whose barriers may be recorded."""
        return self._least / (self._least + self.counts.get(NOT_KNOWN, 0) + self.reach or 1)

    @property
    def _least(self) -> int:
        return sum(self._moved(code, -1) for code in (NO_BARRIER, ONE, SEVERAL))

    def _moved(self, code: str, way: int) -> int:
        return max(self.counts.get(code, 0) + way * self.reach, 0)


def bounds(corners: tuple[Part, Part, Part]) -> tuple[float, float]:
    """Give the limits of a share that hold for every true count behind rounded ones."""
    return min(each.limits[0] for each in corners), max(each.limits[1] for each in corners)


def apart(own: tuple[Part, Part, Part], others: tuple[Part, Part, Part]) -> tuple[float, float, float]:
    """Give the limits of a difference of two shares at every corner of rounding, and the largest p of them."""
    pairs = [(own[0], others[0]), (own[1], others[2]), (own[2], others[1])]
    lows = [a.share - b.share - math.hypot(a.share - a.limits[0], b.limits[1] - b.share) for a, b in pairs]
    highs = [a.share - b.share + math.hypot(a.limits[1] - a.share, b.share - b.limits[0]) for a, b in pairs]
    return min(lows), max(highs), max(_p_higher(a, b) for a, b in pairs)


def _p_higher(a: Part, b: Part) -> float:
    both = (a.x + b.x) / (a.n + b.n)
    variance = both * (1 - both) * (1 / a.n + 1 / b.n)
    return NormalDist().cdf((b.share - a.share) / math.sqrt(variance)) if variance else 1.0
