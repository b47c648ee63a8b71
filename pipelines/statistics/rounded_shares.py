"""Shares of counts that may be rounded: how far chance and rounding can move one, and whether one is above another.

Answers "what share, and is that of a group higher than that of others". A share grows with those who have a trait and
shrinks with those who have not, so that the counts furthest to one side bound it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

from pipelines.statistics.intervals import newcombe_difference, wilson


@dataclass(frozen=True)
class Traits:
    """The counts of a group that make up those with a trait, and all others; each may be `reach` from the truth."""

    having: tuple[int, ...]
    without: tuple[int, ...]
    reach: int = 0

    @property
    def n_with(self) -> int:
        """Give those who have the trait."""
        return sum(self.having)

    @property
    def base(self) -> int:
        """Give all who are counted."""
        return self.n_with + sum(self.without)

    @property
    def fewest(self) -> Traits:
        """Give the true counts, as far as they may be, with which the fewest have the trait."""
        return self._moved(-self.reach)

    @property
    def most(self) -> Traits:
        """Give the true counts, as far as they may be, with which the most have the trait."""
        return self._moved(self.reach)

    def _moved(self, by: int) -> Traits:
        return Traits(_shifted(self.having, by), _shifted(self.without, -by))


@dataclass(frozen=True)
class Share:
    """A share from 0 to 1 with its limits."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Gap:
    """The share of a group less that of the others, and its limits; `p_value` asks whether the group's is higher."""

    value: float
    low: float
    high: float
    p_value: float


def share_of(traits: Traits) -> Share:
    """Give the share that has the trait, with limits for chance and rounding.

    Raises:
        ValueError: nobody is counted.
    Source: Wilson 1927, J Am Stat Assoc 22:209, at the counts furthest to each side.
    Examples:
        >>> share = share_of(Traits((40,), (160,), reach=4))
        >>> [f"{each:.3f}" for each in (share.value, share.low, share.high)]
        ['0.200', '0.133', '0.282']
    """
    limits = [_limits(each) for each in (traits, traits.fewest, traits.most)]
    return Share(traits.n_with / traits.base, min(low for low, _ in limits), max(high for _, high in limits))


def compare_shares(group: Traits, others: Traits) -> Gap:
    """Say how the share of a group differs from that of the others.

    Limits and p hold for every true count behind rounded ones. Where nobody, or everybody, has the trait, p is 1.

    Raises:
        ValueError: nobody is counted in one of them.
    Source: Newcombe 1998, Stat Med 17:873, method 10, for the limits; the score test of two shares for p.
    """
    corners = list(_corners(group, others))
    limits = [newcombe_difference(one.n_with, one.base, other.n_with, other.base) for one, other in corners]
    return Gap(
        value=group.n_with / group.base - others.n_with / others.base,
        low=min(float(low) for low, _ in limits),
        high=max(float(high) for _, high in limits),
        p_value=max(_is_higher(one, other) for one, other in corners),
    )


def _corners(group: Traits, others: Traits) -> Iterator[tuple[Traits, Traits]]:
    yield group, others
    yield group.fewest, others.most
    yield group.most, others.fewest


def _shifted(counts: tuple[int, ...], by: int) -> tuple[int, ...]:
    return tuple(max(n + by, 0) for n in counts)


def _limits(traits: Traits) -> tuple[float, float]:
    if not traits.base:
        raise ValueError("somebody has to be counted")
    low, high = wilson(traits.n_with, traits.base)
    return float(low), float(high)


def _is_higher(group: Traits, others: Traits) -> float:
    both = (group.n_with + others.n_with) / (group.base + others.base)
    spread = both * (1 - both) * (1 / group.base + 1 / others.base)
    if not spread:
        return 1.0
    return 1 - NormalDist().cdf((group.n_with / group.base - others.n_with / others.base) / spread**0.5)
