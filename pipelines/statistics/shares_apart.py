"""Shares of counts that may be rounded, and whether one is larger than another.

Answers "what share, how far can chance and rounding move it, and is it larger than that of the others". The share grows
with those who have the trait and shrinks with those who do not, so the counts furthest to one side bound it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from statistics import NormalDist

from pipelines.statistics.intervals import newcombe_difference, wilson


@dataclass(frozen=True)
class Counted:
    """How many have a trait and how many do not; each may lie so far from the truth, 0 where counts are exact."""

    having: int
    others: int
    reach_having: int = 0
    reach_others: int = 0

    @property
    def total(self) -> int:
        """Give all who are counted."""
        return self.having + self.others

    @property
    def fewest(self) -> Counted:
        """Give the true counts, as far as they may be, with the smallest share."""
        return Counted(max(self.having - self.reach_having, 0), self.others + self.reach_others)

    @property
    def most(self) -> Counted:
        """Give the true counts, as far as they may be, with the largest share."""
        return Counted(self.having + self.reach_having, max(self.others - self.reach_others, 0))

    @property
    def corners(self) -> tuple[Counted, ...]:
        """Give the counts as they are, then every pair of ends between which the true ones lie."""
        pairs = product((self.fewest.having, self.most.having), (self.most.others, self.fewest.others))
        return (Counted(self.having, self.others), *(Counted(*pair) for pair in pairs))

    @property
    def is_somebody(self) -> bool:
        """Tell whether somebody is counted, whatever the true counts are."""
        return all(corner.total > 0 for corner in self.corners)


@dataclass(frozen=True)
class Share:
    """A share, from 0 to 1, with its limits."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Apart:
    """The share of a group less that of the others, and its limits; `p_value` asks whether the group's is larger."""

    value: float
    low: float
    high: float
    p_value: float


def share_of(counted: Counted) -> Share:
    """Give a share with limits for chance and rounding.

    >>> share = share_of(Counted(81, 182))
    >>> f"{share.value:.4f} {share.low:.4f} {share.high:.4f}"
    '0.3080 0.2553 0.3662'

    Raises:
        ValueError: nobody is counted.
    Source: the score limits of Wilson 1927, J Am Stat Assoc 22:209, at the counts furthest to each side.
    """
    _require_somebody(counted)
    limits = [wilson(each.having, each.total) for each in (counted, counted.fewest, counted.most)]
    return Share(counted.having / counted.total, min(float(low) for low, _ in limits), max(float(h) for _, h in limits))


def compare_shares(group: Counted, others: Counted) -> Apart:
    """Say how the share of a group differs from that of the others.

    Limits and p hold for every true count behind rounded ones. Shares that are both 0 or 1 tell nothing, so p is 1.

    Raises:
        ValueError: nobody is counted in one of them.
    Source: Newcombe 1998, Stat Med 17:873, method 10, for the limits; the normal test with the pooled share for p.
    """
    _require_somebody(group, others)
    pairs = list(product(group.corners, others.corners))
    limits = [newcombe_difference(one.having, one.total, two.having, two.total) for one, two in pairs]
    return Apart(
        value=group.having / group.total - others.having / others.total,
        low=min(float(low) for low, _ in limits),
        high=max(float(high) for _, high in limits),
        p_value=max(_is_larger(one, two) for one, two in pairs),
    )


def _require_somebody(*counts: Counted) -> None:
    if not all(each.is_somebody for each in counts):
        raise ValueError("somebody has to be counted")


def _is_larger(one: Counted, two: Counted) -> float:
    pooled = (one.having + two.having) / (one.total + two.total)
    spread = pooled * (1 - pooled) * (1 / one.total + 1 / two.total)
    if not spread:
        return 1.0
    apart = one.having / one.total - two.having / two.total
    return 1 - NormalDist().cdf(apart / spread**0.5)
