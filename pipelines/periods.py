"""Quarters and the periods a brief is published for.

A quarter is written `2026-Q3`. A publication period is one quarter, or several in a row written by their ends:
`2022-Q2_2023-Q4`. The underscore keeps the name safe as a folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_QUARTER = re.compile(r"^(\d{4})-Q([1-4])$")


@dataclass(frozen=True, order=True)
class Quarter:
    """One calendar quarter; quarters order by time."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2026-Q3`.

        Raises:
            ValueError: the text is not a quarter.
        """
        match = _QUARTER.fullmatch(text)
        if not match:
            raise ValueError("a quarter is written like 2026-Q3")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Give the quarter a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"

    def after(self, quarters: int = 1) -> Quarter:
        """Give the quarter so many quarters later; a negative number goes back."""
        years, index = divmod(self.number - 1 + quarters, 4)
        return Quarter(self.year + years, index + 1)

    @property
    def first_day(self) -> date:
        """Give the first day of the quarter."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """Give the last day of the quarter."""
        return self.after().first_day - timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """A publication period: the quarters from `first` to `last`, both included."""

    first: Quarter
    last: Quarter

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read `2026-Q3` or `2022-Q2_2023-Q4`.

        Raises:
            ValueError: the text is not a period, or ends before it begins.
        """
        first, joint, last = text.partition("_")
        period = cls(Quarter.parse(first), Quarter.parse(last if joint else first))
        if period.last < period.first:
            raise ValueError("a period cannot end before it begins")
        return period

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}_{self.last}"

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """Give every quarter of the period, in order."""
        found = [self.first]
        while found[-1] < self.last:
            found.append(found[-1].after())
        return tuple(found)

    def overlaps(self, other: Period) -> bool:
        """Tell whether two periods share a quarter."""
        return self.first <= other.last and other.first <= self.last

    def contains(self, other: Period) -> bool:
        """Tell whether another period lies inside this one."""
        return self.first <= other.first and other.last <= self.last

    @property
    def is_quarter(self) -> bool:
        """Tell whether it is a single quarter."""
        return self.first == self.last

    @property
    def is_year_to_date(self) -> bool:
        """Tell whether it holds several quarters from the beginning of a calendar year on, all of that year."""
        return not self.is_quarter and self.first.number == 1 and self.first.year == self.last.year

    def provisional_quarters(self, as_of: date, days: int) -> frozenset[str]:
        """Give the quarters up to the end of the period for which late cases are still expected.

        A quarter is provisional until so many days after it ends.
        """
        recent = (self.last.after(-back) for back in range(8))
        return frozenset(str(quarter) for quarter in recent if as_of <= quarter.last_day + timedelta(days=days))

    @property
    def label(self) -> str:
        """Say the period in words, such as `July to September 2026` (en-GB, calendar quarters)."""
        start, end = self.first.first_day, self.last.last_day
        first = f"{start:%B}" if start.year == end.year else f"{start:%B %Y}"
        return f"{first} to {end:%B %Y}"
