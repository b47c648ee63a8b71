"""How many have stopped waiting within a time, from grouped counts that may be rounded.

Answers "what share, how far can chance and rounding move it, and does one group wait longer than others". The share
grows with everyone for whom it came and shrinks with everyone else, so that the counts furthest to one side bound it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from pipelines.statistics.survival import difference_limits, life_table, waiting_limits

Counts = tuple[int, ...]


@dataclass(frozen=True)
class Waits:
    """Counts of one group: for how many it came in each band of time, whose records end there, and who waited longer.

    Each count may lie up to `reach` from the truth; 0 where counts are exact.
    """

    came: Counts
    left: Counts
    longer: int
    reach: int = 0

    @property
    def total(self) -> int:
        """Give all who are counted."""
        return sum(self.came) + sum(self.left) + self.longer

    @property
    def fewest(self) -> Waits:
        """Give the true counts, as far as they may be, with which the fewest have stopped waiting."""
        return self._moved(-self.reach)

    @property
    def most(self) -> Waits:
        """Give the true counts, as far as they may be, with which the most have stopped waiting."""
        return self._moved(self.reach)

    def _moved(self, by: int) -> Waits:
        came, left = _moved(self.came, by), _moved(self.left, -by)
        return Waits(came, left, max(self.longer - by, 0))


@dataclass(frozen=True)
class Within:
    """The share that stopped waiting within the bands, from 0 to 1, with its standard error and its limits."""

    share: float
    error: float
    low: float
    high: float


@dataclass(frozen=True)
class Difference:
    """The share of a group less that of the others, and its limits; `p_value` asks whether the group waits longer."""

    value: float
    low: float
    high: float
    p_value: float


def share_within(waits: Waits) -> Within:
    """Give the share that stopped waiting within the bands, with limits for chance and rounding.

    Raises:
        ValueError: nobody is counted.
    Source: the life table of Cutler and Ederer 1958, J Chronic Dis 8:699; limits as for
        `pipelines.statistics.survival.waiting_limits`, at the counts furthest to each side.
    """
    shown, fewest, most = (_chance_alone(each) for each in (waits, waits.fewest, waits.most))
    return Within(shown.share, shown.error, min(fewest.low, shown.low), max(most.high, shown.high))


def compare_waits(group: Waits, others: Waits) -> Difference:
    """Say how the share of a group that stopped waiting differs from that of the others.

    Limits and p hold for every true count behind rounded ones. A share of 0 or 1 tells nothing of chance, so p is 1.

    Raises:
        ValueError: nobody is counted in one of them.
    Source: Zou and Donner 2008, Stat Med 27:1693, for the limits; a normal test with the standard errors of Greenwood
        1926 for p.
    """
    corners = [(_chance_alone(one), _chance_alone(other)) for one, other in _corners(group, others)]
    limits = [difference_limits(_told(one), _told(other)) for one, other in corners]
    first, second = corners[0]
    return Difference(
        value=first.share - second.share,
        low=min(float(low) for low, _ in limits),
        high=max(float(high) for _, high in limits),
        p_value=max(_waits_longer(one, other) for one, other in corners),
    )


def _corners(group: Waits, others: Waits) -> Iterator[tuple[Waits, Waits]]:
    yield group, others
    yield group.fewest, others.most
    yield group.most, others.fewest


def _chance_alone(waits: Waits) -> Within:
    if not waits.total:
        raise ValueError("somebody has to be counted")
    found = life_table(waits.total, waits.came, waits.left)
    waiting, error = float(found.share[-1]), float(found.error[-1])
    low, high = waiting_limits(waiting, error)
    return Within(1 - waiting, error, 1 - float(high), 1 - float(low))


def _told(within: Within) -> tuple[float, float, float]:
    return within.share, within.low, within.high


def _waits_longer(group: Within, others: Within) -> float:
    if not (0 < group.share < 1 and 0 < others.share < 1):
        return 1.0
    apart = (group.share - others.share) / (group.error**2 + others.error**2) ** 0.5
    return NormalDist().cdf(apart)


def _moved(counts: Sequence[int], by: int) -> Counts:
    return tuple(max(n + by, 0) for n in counts)
