"""How people of an invented workspace came to be advised: when they first asked, how, and why their cases are open.

Answers "how long before the opening did they ask". All of it comes from a generator of its own, so that what other
columns hold does not hang on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pipelines.synthetic.casework import Cases
from pipelines.synthetic.draws import NONE, RECORDABLE_MISSING, Bools, Ints, blanked, choose, missing
from pipelines.synthetic.people import DUAL_KINDS, KINDS
from pipelines.synthetic.plan import SourcePlan
from pipelines.synthetic.reference import codes, declared, weights

# The third number of the place of the generator; the one of everything else has two, source and quarter.
STREAM = 1
_LONGEST_DAYS = 180


@dataclass(frozen=True, eq=False)
class Contacts:
    """What is recorded of contacts, one row per case.

    `first_contact` counts days from 1 January 1970 and is -1 where it is not recorded. The others are positions of
    codes, followed by the kinds of missing; `stall_reasons` (n × 2) holds -1 where there is none, as in closed cases.
    """

    rng: np.random.Generator
    first_contact: Ints
    channel: Ints
    stall_reasons: Ints


def draw_contacts(rng: np.random.Generator, cases: Cases, source: SourcePlan) -> Contacts:
    """Draw what a source records of contacts.

    Args:
        rng: a generator of its own.
        cases: of one source and quarter.
        source: its format decides what is recorded.
    """
    gaps: Mapping[str, Mapping[str, float]] = declared("formats")[source.profile]["missing"]
    n = len(cases)
    days = np.minimum(-np.log1p(-rng.random(n)) * _mean_days(cases), _LONGEST_DAYS).astype(np.int64)
    absent = missing(rng, n, gaps.get("first_contact", {}))
    channel = blanked(
        choose(rng, n, weights("channel")), missing(rng, n, gaps.get("channel", {})), len(codes("channel"))
    )
    stalls = _draw_stalls(rng, cases.closed == NONE, gaps.get("stall_reason", {}))
    return Contacts(rng, np.where(absent == NONE, cases.opened - days, NONE), channel, stalls)


def opening_days() -> tuple[float, float]:
    """Give the mean days from first contact to opening: of dual nationals, and of everybody else."""
    population = declared("population")
    days = population["timing"]["opening_days"]
    return days * population["planted"]["dual_national_opening"], days


def is_dual(cases: Cases) -> Bools:
    """Tell who has two nationalities, whatever is recorded."""
    return np.isin(cases.clients.kind, [KINDS.index(name) for name in DUAL_KINDS])


def _mean_days(cases: Cases) -> Ints:
    return np.where(is_dual(cases), *opening_days())


def _draw_stalls(rng: np.random.Generator, is_open: Bools, shares: Mapping[str, float]) -> Ints:
    n, names = len(is_open), codes("stall_reason")
    first, second = (choose(rng, n, weights("stall_reason")) for _ in range(2))
    has_second = (choose(rng, n, weights("stall_reason_count")) == 1) & (first != second)
    absent = missing(rng, n, shares)
    drawn = np.stack(
        [blanked(first, absent, len(names)), np.where(has_second & (absent == NONE), second, NONE)], axis=1
    )
    # A closed case has no reason to be open; its cell is blank, as an export leaves it.
    blank = np.array([len(names) + RECORDABLE_MISSING.index("not_recorded"), NONE])
    return np.where(is_open[:, None], drawn, blank)
