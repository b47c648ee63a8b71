"""How long it took from first contact to opening: does every number, verdict and word follow from the published counts?

Answers "could a group be said to wait longer that does not". Shares, limits and verdicts are worked out again here from
their definitions, so that a fault in the code that states them would be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist

from pipelines.audit.group_verdicts import Judged, Told, by_group, list_problems, with_verdicts
from pipelines.audit.reading import Release
from pipelines.audit.structure import GROUP, IN_TIME, MEMBERSHIP, NO, OPENING, YES
from pipelines.codelists import TOTAL, codelist

LEAST_IN_TIME = 5
OPENINGS = Told(
    "opening", "time to opening", "times to opening", "opening.toml", worse="waits_longer", better="waits_less"
)
_Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class _Counts:
    """How many cases were opened in time and later, and how far each may be from the truth."""

    soon: int
    later: int
    slack: tuple[int, int] = (0, 0)

    @property
    def n(self) -> int:
        return self.soon + self.later

    @property
    def share(self) -> float:
        return self.soon / self.n

    def moved(self, way: int) -> _Counts:
        """Give the counts furthest from these that rounding allows: the most in time (1) or the fewest (-1)."""
        return _Counts(max(self.soon + way * self.slack[0], 0), max(self.later - way * self.slack[1], 0))

    def is_base(self, limit: int) -> bool:
        """Tell whether enough are counted for a share, some of them for certain."""
        return self.n >= limit and self.moved(-1).soon + self.moved(1).later > 0

    def limits(self) -> tuple[float, float]:
        """Give the ends of all shares that a score test at this level would not refuse."""
        middle = (self.share + _Z**2 / (2 * self.n)) / (1 + _Z**2 / self.n)
        spread = math.sqrt(self.share * (1 - self.share) / self.n + (_Z / (2 * self.n)) ** 2)
        half = _Z * spread / (1 + _Z**2 / self.n)
        return (middle - half if self.soon else 0.0), (middle + half if self.later else 1.0)


def opening_problems(release: Release) -> Iterator[str]:
    """Name everything that a release says of times to opening and that its tables do not."""
    yield from list_problems(release, OPENINGS, list(_expected(release)))


def _expected(release: Release) -> Iterator[Judged]:
    """Work out again what the tables of a release say, in their order."""
    limit = int(release.manifest.get("disclosure", {}).get("threshold") or 0)
    bands, (soon, later) = codelist("times_to_opening").column("opened_in_time"), codelist("openings_in_time").codes
    for table in release.tables.values():
        if table.dimensions == (OPENING,):
            counts = _counts({row.codes[0]: row.n or 0 for row in table.rows}, bands, release.reach)
            if counts.is_base(limit):
                low, high = counts.moved(-1).limits()[0], counts.moved(1).limits()[1]
                yield {"group": TOTAL, "state": "estimate", "observed": counts.share, "low": low, "high": high}
    for table in release.tables.values():
        if table.dimensions == (GROUP, MEMBERSHIP, IN_TIME):
            of = {soon: soon, later: later}
            judged = [_judged(group, sides, of, (release.reach, limit)) for group, sides in by_group(table).items()]
            yield from with_verdicts(judged, OPENINGS)


def _counts(found: Mapping[str, int], of: Mapping[str, str], reach: int) -> _Counts:
    """Add up the codes of each kind, and what rounding may have moved in them."""
    kinds = [[code for code, kind in of.items() if kind == wanted] for wanted in codelist("openings_in_time").codes]
    soon, later = (sum(found.get(code, 0) for code in kind) for kind in kinds)
    return _Counts(soon, later, (len(kinds[0]) * reach, len(kinds[1]) * reach))


def _judged(
    group: str, sides: Mapping[str, Mapping[str, int]], of: Mapping[str, str], bounds: tuple[int, int]
) -> Judged:
    reach, limit = bounds
    own, others = (_counts(sides.get(side, {}), of, reach) for side in (YES, NO))
    if not (own.is_base(limit) and others.is_base(limit)):
        return {"group": group, "state": "withheld"}
    if min(own.moved(-1).soon, others.moved(-1).soon) < LEAST_IN_TIME:
        return {"group": group, "state": "too_few_to_say"}
    pairs = [(own, others), (own.moved(-1), others.moved(1)), (own.moved(1), others.moved(-1))]
    differences = [_difference(one, other) for one, other in pairs]
    return {
        "group": group,
        "observed": own.share,
        "low": own.moved(-1).limits()[0],
        "high": own.moved(1).limits()[1],
        "others": others.share,
        "difference": own.share - others.share,
        "difference_low": min(low for low, _ in differences),
        "difference_high": max(high for _, high in differences),
        "p": max(_p_value(one, other) for one, other in pairs),
    }


def _difference(one: _Counts, other: _Counts) -> tuple[float, float]:
    """Give the limits of a difference, made of the limits of both shares."""
    (low1, high1), (low2, high2), apart = one.limits(), other.limits(), one.share - other.share
    return apart - math.hypot(one.share - low1, high2 - other.share), apart + math.hypot(
        high1 - one.share, other.share - low2
    )


def _p_value(one: _Counts, other: _Counts) -> float:
    """Give how likely so low a share would be if both were one."""
    both = (one.soon + other.soon) / (one.n + other.n)
    if both in {0.0, 1.0}:
        return 1.0
    error = math.sqrt(both * (1 - both) * (1 / one.n + 1 / other.n))
    return NormalDist().cdf((one.share - other.share) / error)
