"""The page of the disclosure bench: one table, and what its words mean."""

from __future__ import annotations

import os
import platform
import statistics as middle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from disclosure_attacker import Score

HEAD = ("tables", "method", "exact", "proved 1 to 4", "narrower", "withheld", "error", "seconds", "times ours", "note")
EXPLANATION = """
Everything here is invented: no figure comes from a real person. Each method protects the same tables. Then one
attacker, who shares no code with any of them, reads what was published, knows which figures add up to which, and knows
what each method says of itself, such as that nobody hides a 0. Figures with slashes are draws of the cases.

- **exact**: figures that were withheld and yet worked out. One is too many.
- **proved 1 to 4**: small figures that were proved to be small, exact ones included.
- **narrower**: rounded figures that have fewer possible values than the method says, or hidden small figures with
  fewer than five.
- **withheld**: the share of figures above 0 that are not shown as they are: the price of hiding. Rounding shows every
  figure, and none as it is.
- **error**: how far published figures are from the truth on average, and at most.
- **seconds**: the middle of the draws; for quarters, of the quarters. No time is given where it is not worth measuring.
- **times ours**: those seconds divided by ours for the same kind of method: for rounding all tables at once, for hiding
  table by table, which is what the others do.

The tables: *flat* is every two-way table of 30 nationalities, 4 genders, 6 ages and 12 advice types with all totals, of
5,000 cases; *hierarchical* adds groups of nationalities and ages of 55 and over; *brief* is what a brief shows, where a
client may have two advice types.

ACRO hides empty cells too. τ-ARGUS (as `pytauargus`, built from its open source with the solver HiGHS) was
asked for the widest range it takes, 100 %, which is less than the range of 1 to 5 that we ask of ourselves. No
package for R was run.
"""
FOOT = """
For our hiding the note says what the choice costs, the least that any safe choice costs (proved), and how many figures
no choice could protect. In the last line a figure is *narrower* when fewer than five values are left for the number of
clients of other centres.
"""


@dataclass(frozen=True)
class Row:
    """One line of the table: a method on a set, with one score per draw."""

    tables: str
    method: str
    scores: Sequence[Score]
    errors: tuple[float, float] | None
    seconds: float
    times_ours: float | None = None
    note: str = ""

    def line(self) -> str:
        """Write the line."""
        withheld = middle.mean(score.withheld / score.not_zero for score in self.scores)
        error = f"{self.errors[0]:.2f}, {self.errors[1]:.0f}" if self.errors else ""
        ratio = f"{self.times_ours:.1f}" if self.times_ours is not None else ""
        found = [slashes(getattr(score, name) for score in self.scores) for name in ("exact", "small", "narrowed")]
        seconds = f"{self.seconds:.2f}" if self.seconds else ""
        cells = [self.tables, self.method, *found, f"{withheld:.0%}", error, seconds, ratio, self.note]
        return f"| {' | '.join(cells)} |"


def page(rows: Iterable[Row], notes: Iterable[str], seconds: float) -> str:
    """Write the page."""
    machine = f"{os.cpu_count()} processors ({platform.machine()}), Python {platform.python_version()}"
    lines = [
        "# Bench: what an attacker gets out of protected tables",
        "",
        f"Written by `make bench`; do not edit. {machine}; {seconds / 60:.0f} minutes in all; load when it ended "
        f"{os.getloadavg()[0]:.1f}. Times are of this run, on a machine that other work may share: compare the ratios.",
        EXPLANATION,
        f"| {' | '.join(HEAD)} |",
        f"|{'---|' * len(HEAD)}",
        *(row.line() for row in rows),
        FOOT,
        *(f"- {note}" for note in notes),
        "",
    ]
    return "\n".join(lines)


def slashes(parts: Iterable[object]) -> str:
    """Write one figure per draw."""
    return " / ".join(str(part) for part in parts)
