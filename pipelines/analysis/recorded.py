"""What a published record of a group allows: how many of how many may truly belong to it.

Answers "how far can the truth lie from what is shown": some are not known, and counts may be rounded.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

Range = tuple[int, int]


@dataclass(frozen=True)
class Figures:
    """Recorded members, those not known, and all clients compared; `base` counts members and not known too.

    Each `reach` is how far the true number may lie from the one that is shown: 0 where figures are exact, and for a sum
    the reaches of its parts added up. The ranges below hold their first and last value.
    """

    members: int
    missing: int
    base: int
    _: KW_ONLY
    reach_members: int = 0
    reach_missing: int = 0
    reach_base: int = 0

    @property
    def fewer_than(self) -> int:
        """Give the number below which a text names no figure; 0 where figures are exact.

        A count rounded to 5 that is shown as 0 or 5 is told as "fewer than 10".
        """
        return 2 * (self.reach_members + 1) if self.reach_members else 0

    @property
    def base_range(self) -> Range:
        """Give how many clients there may be; they are at least as many as those in the group or not known."""
        most = self.base + self.reach_base
        return max(self.base - self.reach_base, min(self._least, most)), most

    @property
    def recorded_range(self) -> Range:
        """Give how many may belong if nobody of those not known does.

        Its end holds those who would be not known by rounding alone, so that no such client makes a bound of their own.
        """
        most = self.members + self.reach_members + self.reach_missing
        return _down(self.members, self.reach_members), min(most, self.base_range[1])

    @property
    def possible_range(self) -> Range:
        """Give how many may belong if everybody not known does."""
        most = self.members + self.missing + self.reach_members + self.reach_missing
        largest = self.base_range[1]
        return min(self._least, largest), min(most, largest)

    @property
    def observed(self) -> float | None:
        """Give the share of those for whom membership is known.

        None where nobody may be known, and where no member is shown and some are not known: ages that say "adult" show
        nobody to be older.
        """
        known = self.base - self.missing
        if known <= self.reach_base + self.reach_missing or (self.members == 0 and self.missing):
            return None
        return self.members / known

    @property
    def missing_low(self) -> float:
        """Give the least share that the figures allow: nobody of those not known belongs."""
        return self.recorded_range[0] / self.base_range[1]

    @property
    def missing_high(self) -> float:
        """Give the greatest share that the figures allow: everybody not known belongs."""
        most, smallest = self.possible_range[1], self.base_range[0]
        return most / smallest if most < smallest else 1.0

    @property
    def _least(self) -> int:
        return _down(self.members, self.reach_members) + _down(self.missing, self.reach_missing)


def _down(shown: int, reach: int) -> int:
    return max(shown - reach, 0)
