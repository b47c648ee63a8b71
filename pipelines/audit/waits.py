"""How long clients waited: does every number, verdict and word follow from the published counts?

Answers "could a group be said to wait longer that does not". The life table, its limits and the verdicts are worked out
again here from their definitions, so that a fault in the code that states them would be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from statistics import NormalDist

from pipelines.audit.group_verdicts import Judged, Told, by_group, list_problems, with_verdicts
from pipelines.audit.reading import Release
from pipelines.audit.structure import GROUP, MEMBERSHIP, NO, TIME, YES
from pipelines.audit.wait_counts import Counts, Share, counts_of, interval, share_of
from pipelines.codelists import TOTAL

LEAST_OUTCOMES = 5
WAITS = Told("waiting", "waiting time", "waiting times", "waiting.toml", worse="waits_longer", better="waits_less")


def waiting_problems(release: Release) -> Iterator[str]:
    """Name everything that a release says of waiting times and that its tables do not."""
    yield from list_problems(release, WAITS, list(_expected(release)))


def _expected(release: Release) -> Iterator[Judged]:
    """Work out again what the tables of a release say, in their order."""
    limit = int(release.manifest.get("disclosure", {}).get("threshold") or 0)
    for table in release.tables.values():
        if table.dimensions == (TIME,):
            counts = counts_of({row.codes[0]: row.n or 0 for row in table.rows}, release.reach)
            if counts.is_base(limit):
                share = share_of(counts)
                yield {
                    "group": TOTAL,
                    "state": "estimate",
                    "observed": share.value,
                    "low": share.low,
                    "high": share.high,
                }
    for table in release.tables.values():
        if table.dimensions == (GROUP, MEMBERSHIP, TIME):
            yield from _judged(by_group(table), release.reach, limit)


def _judged(found: Mapping[str, Mapping[str, Mapping[str, int]]], reach: int, limit: int) -> list[Judged]:
    judged: list[Judged] = []
    for group, sides in found.items():
        own, others = (counts_of(sides.get(side, {}), reach) for side in (YES, NO))
        if not (own.is_base(limit) and others.is_base(limit)):
            judged.append({"group": group, "state": "withheld"})
        elif min(own.moved(-1).n_came, others.moved(-1).n_came) < LEAST_OUTCOMES:
            judged.append({"group": group, "state": "too_few_to_say"})
        else:
            judged.append({"group": group, **_compared(own, others)})
    return with_verdicts(judged, WAITS)


def _compared(own: Counts, others: Counts) -> Judged:
    """Give the shares and their difference, with limits and p at every corner of what rounding allows."""
    pairs = [(own, others), (own.moved(-1), others.moved(1)), (own.moved(1), others.moved(-1))]
    chances = [(interval(one), interval(other)) for one, other in pairs]
    (first, second), share, other = chances[0], share_of(own), share_of(others)
    lows = [one.value - two.value - math.hypot(one.value - one.low, two.high - two.value) for one, two in chances]
    highs = [one.value - two.value + math.hypot(one.high - one.value, two.value - two.low) for one, two in chances]
    return {
        "observed": share.value,
        "low": share.low,
        "high": share.high,
        "others": other.value,
        "difference": first.value - second.value,
        "difference_low": min(lows),
        "difference_high": max(highs),
        "p": max(_p_value(one, two) for one, two in chances),
    }


def _p_value(one: Share, two: Share) -> float:
    if not (0 < one.value < 1 and 0 < two.value < 1):
        return 1.0
    return NormalDist().cdf((one.value - two.value) / math.sqrt(one.error**2 + two.error**2))
