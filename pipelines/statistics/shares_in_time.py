"""How many had something within a time, from two counts that may be rounded, and whether a group had it less often.

Answers "what share, how far can chance and rounding move it, and does one group wait longer than others". Everybody who
is counted had it some day, so no time is cut off and no life table is needed: a share is a count over a count. It grows
with everyone who had it in time and shrinks with everyone who had it later, so the counts furthest to a side bound it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

from pipelines.statistics.grouped_waits import Difference, Within
from pipelines.statistics.intervals import newcombe_difference, wilson


@dataclass(frozen=True)
class InTime:
    """How many had something in time, and how many later; each may lie so far from the truth as its reach says."""

    soon: int
    later: int
    reach_soon: int = 0
    reach_later: int = 0

    @property
    def total(self) -> int:
        """Give all who are counted."""
        return self.soon + self.later

    @property
    def fewest(self) -> InTime:
        """Give the true counts, as far as they may be, with which the fewest had it in time."""
        return self._moved(-1)

    @property
    def most(self) -> InTime:
        """Give the true counts, as far as they may be, with which the most had it in time."""
        return self._moved(1)

    def _moved(self, way: int) -> InTime:
        return InTime(max(self.soon + way * self.reach_soon, 0), max(self.later - way * self.reach_later, 0))


def share_in_time(counts: InTime) -> Within:
    """Give the share that had it in time, with limits for chance and rounding.

    Raises:
        ValueError: nobody is counted.
    Source: Wilson 1927, J Am Stat Assoc 22:209, at the counts furthest to each side.
    """
    _require_somebody(counts)
    share = counts.soon / counts.total
    low, high = (wilson(each.soon, each.total) for each in (counts.fewest, counts.most))
    error = (share * (1 - share) / counts.total) ** 0.5
    return Within(share, error, float(low[0]), float(high[1]))


def compare_in_time(group: InTime, others: InTime) -> Difference:
    """Say how the share of a group that had it in time differs from that of the others.

    Limits and p hold for every true count behind rounded ones; p asks whether the group had it in time less often.
    Where everybody or nobody had, p is 1.

    Raises:
        ValueError: nobody is counted in one of them.
    Source: Newcombe 1998, Stat Med 17:873, method 10, for the limits; for p the score test of two shares, with the
        variance of both together (Pearson 1900; Fleiss, Levin and Paik 2003, Statistical Methods for Rates and
        Proportions, section 3.3).
    """
    for each in (group, others):
        _require_somebody(each)
    corners = list(_corners(group, others))
    limits = [newcombe_difference(one.soon, one.total, two.soon, two.total) for one, two in corners]
    return Difference(
        value=group.soon / group.total - others.soon / others.total,
        low=min(float(low) for low, _ in limits),
        high=max(float(high) for _, high in limits),
        p_value=max(_is_less(one, two) for one, two in corners),
    )


def _corners(group: InTime, others: InTime) -> Iterator[tuple[InTime, InTime]]:
    yield group, others
    yield group.fewest, others.most
    yield group.most, others.fewest


def _is_less(group: InTime, others: InTime) -> float:
    """Give the one-sided p of the test that the group had it in time less often."""
    together = (group.soon + others.soon) / (group.total + others.total)
    if not 0 < together < 1:
        return 1.0
    apart = group.soon / group.total - others.soon / others.total
    spread = together * (1 - together) * (1 / group.total + 1 / others.total)
    return NormalDist().cdf(apart / spread**0.5)


def _require_somebody(counts: InTime) -> None:
    if not (counts.total and counts.fewest.total and counts.most.total):
        raise ValueError("somebody has to be counted")
