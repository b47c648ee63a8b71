"""Counts of waiting times, and the share that a life table makes of them, worked out anew.

Answers "how many had an outcome within the bands, and how far may that be from the truth".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

from pipelines.codelists import codelist

_LIMIT = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Counts:
    """Of each band, in order of time, for how many the outcome came and the records end; then the others."""

    came: tuple[int, ...]
    ended: tuple[int, ...]
    others: int
    reach: int

    @property
    def n(self) -> int:
        """Give all who are counted."""
        return sum(self.came) + sum(self.ended) + self.others

    @property
    def n_came(self) -> int:
        """Give for how many the outcome came within the bands."""
        return sum(self.came)

    def moved(self, way: int) -> Counts:
        """Give the counts furthest from these that rounding allows: the most outcomes (1) or the fewest (-1)."""
        by = way * self.reach
        came, ended = (tuple(max(n + step, 0) for n in of) for of, step in ((self.came, by), (self.ended, -by)))
        return Counts(came, ended, max(self.others - by, 0), 0)

    def is_base(self, limit: int) -> bool:
        """Tell whether enough are counted for a share of them to be told."""
        return self.n >= limit and self.moved(1).n > 0 and self.moved(-1).n > 0


@dataclass(frozen=True)
class Share:
    """A share with its standard error and its limits."""

    value: float
    error: float
    low: float
    high: float


def counts_of(found: Mapping[str, int], reach: int) -> Counts:
    """Put the rows of a table together, by their codes of time."""
    rows = sorted(codelist("times_to_outcome").rows, key=lambda row: int(row["day_low"]))
    of = {
        kind: tuple(found.get(row["code"], 0) for row in rows if row["has_outcome"] == kind)
        for kind in ("yes", "no", "")
    }
    return Counts(of["yes"], of["no"], sum(of[""]), reach)


def interval(counts: Counts) -> Share:
    """Give the share with an outcome within the bands, and its limits for chance alone."""
    waiting, at_risk, spread = 1.0, float(counts.n), 0.0
    for came, ended in zip(counts.came, counts.ended, strict=True):
        exposed = at_risk - ended / 2
        if came:
            waiting *= 1 - came / exposed
            spread += came / (exposed * (exposed - came)) if came < exposed else 0.0
        at_risk -= came + ended
    error = waiting * math.sqrt(spread)
    if not 0 < waiting < 1:
        return Share(1 - waiting, error, 0.0, 1.0)
    power = math.exp(_LIMIT * error / abs(waiting * math.log(waiting)))
    return Share(1 - waiting, error, 1 - waiting ** (1 / power), 1 - waiting**power)


def share_of(counts: Counts) -> Share:
    """Give the share with limits that hold for every true count behind rounded ones."""
    shown, fewest, most = interval(counts), interval(counts.moved(-1)), interval(counts.moved(1))
    return Share(shown.value, shown.error, min(shown.low, fewest.low), max(shown.high, most.high))
