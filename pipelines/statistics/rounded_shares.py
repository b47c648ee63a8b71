"""Shares of counts that may be rounded: how far chance and rounding can move one, and whether one is above another.

Answers "what share, and is that of a group higher than that of others". A share grows with those who have a trait and
shrinks with those who have not, so that the counts furthest to one side bound it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from pipelines.statistics.intervals import newcombe_difference, wilson

Ends = tuple[int, int]


@dataclass(frozen=True)
class Counted:
    """How many have a trait and how many have not, as shown, and the least and the most that each may truly be."""

    having: int
    others: int
    true_having: Ends
    true_others: Ends

    @classmethod
    def within(cls, having: int, others: int, reach_having: int = 0, reach_others: int = 0) -> Counted:
        """Take two counts, each of which may lie so far from the truth; 0 where it is exact."""
        return cls(having, others, _ends(having, reach_having), _ends(others, reach_others))

    @classmethod
    def summed(cls, having: Sequence[int], others: Sequence[int], reach: int) -> Counted:
        """Take the counts that make up both, each of which may lie so far from the truth."""
        return cls(sum(having), sum(others), _ends_of_sum(having, reach), _ends_of_sum(others, reach))

    @property
    def total(self) -> int:
        """Give all who are counted."""
        return self.having + self.others

    @property
    def share(self) -> float:
        """Give the share that has the trait."""
        return self.having / self.total

    @property
    def fewest(self) -> Counted:
        """Give the true counts, as far as they may be, with the smallest share."""
        return Counted.within(self.true_having[0], self.true_others[1])

    @property
    def most(self) -> Counted:
        """Give the true counts, as far as they may be, with the largest share."""
        return Counted.within(self.true_having[1], self.true_others[0])

    @property
    def is_somebody(self) -> bool:
        """Tell whether somebody is counted, whatever the true counts are."""
        return self.total > 0 and self.true_having[0] + self.true_others[0] > 0

    @property
    def turned(self) -> Counted:
        """Give the same people with the trait and its lack changed over."""
        return Counted(self.others, self.having, self.true_others, self.true_having)


@dataclass(frozen=True)
class Share:
    """A share from 0 to 1 with its limits."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Gap:
    """The share of a group less that of the others, and its limits; `p_value` asks whether the group's is higher."""

    value: float
    low: float
    high: float
    p_value: float


def share_of(counted: Counted) -> Share:
    """Give the share that has the trait, with limits for chance and rounding.

    Raises:
        ValueError: nobody is counted.
    Source: Wilson 1927, J Am Stat Assoc 22:209, at the counts furthest to each side.
    Examples:
        >>> share = share_of(Counted.within(40, 160, 4, 4))
        >>> [f"{each:.3f}" for each in (share.share, share.low, share.high)]
        ['0.200', '0.133', '0.282']
    """
    _require_somebody(counted)
    (low, _), (_, high) = (wilson(each.having, each.total) for each in (counted.fewest, counted.most))
    return Share(counted.share, float(low), float(high))


def compare_shares(group: Counted, others: Counted) -> Gap:
    """Say how the share of a group differs from that of the others.

    Limits and p hold for every true count behind rounded ones. Where nobody, or everybody, has the trait, p is 1.

    Raises:
        ValueError: nobody is counted in one of them.
    Source: Newcombe 1998, Stat Med 17:873, method 10, for the limits; for p the score test of two shares, with the
        variance of both together (Pearson 1900; Fleiss, Levin and Paik 2003, Statistical Methods for Rates and
        Proportions, section 3.3).
    """
    _require_somebody(group, others)
    corners = list(_corners(group, others))
    limits = [newcombe_difference(one.having, one.total, two.having, two.total) for one, two in corners]
    return Gap(
        value=group.share - others.share,
        low=min(float(low) for low, _ in limits),
        high=max(float(high) for _, high in limits),
        p_value=max(_is_higher(one, two) for one, two in corners),
    )


def _corners(group: Counted, others: Counted) -> Iterator[tuple[Counted, Counted]]:
    yield group, others
    yield group.fewest, others.most
    yield group.most, others.fewest


def _ends(count: int, reach: int) -> Ends:
    return max(count - reach, 0), count + reach


def _ends_of_sum(counts: Sequence[int], reach: int) -> Ends:
    ends = [_ends(count, reach) for count in counts]
    return sum(low for low, _ in ends), sum(high for _, high in ends)


def _require_somebody(*counts: Counted) -> None:
    if not all(each.is_somebody for each in counts):
        raise ValueError("somebody has to be counted")


def _is_higher(group: Counted, others: Counted) -> float:
    """Give the one-sided p of the test that the share of the group is higher."""
    together = (group.having + others.having) / (group.total + others.total)
    spread = together * (1 - together) * (1 / group.total + 1 / others.total)
    if not spread:
        return 1.0
    return 1 - NormalDist().cdf((group.share - others.share) / spread**0.5)
