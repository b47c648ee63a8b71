"""How long a network keeps records of cases and records of runs.

Answers "what is old enough to go". Nothing goes unless a network says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipelines.declarations import Section


@dataclass(frozen=True)
class Retention:
    """For how many years cases and records of runs are kept; 0 keeps them for ever."""

    records_years: int
    runs_years: int

    def records_limit(self, as_of: date) -> date | None:
        """Give the first day that is kept of cases; None where all are."""
        return _years_before(as_of, self.records_years)

    def runs_limit(self, as_of: date) -> date | None:
        """Give the first day that is kept of runs; None where all are."""
        return _years_before(as_of, self.runs_years)


def read_retention(section: Section) -> Retention:
    """Read the limits.

    Args:
        section: `[retention]`; problems are noted there.
    """
    found = Retention(section.whole("records_years", 0), section.whole("runs_years", 0))
    for name, years in vars(found).items():
        if years < 0:
            section.problem(f"retention.{name} is a number of years, or 0 to keep everything.")
    return found


def _years_before(day: date, years: int) -> date | None:
    if not years:
        return None
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year - years, day.month, last)
