"""What was published before: the part of a reader's knowledge that no solution may change.

Answers "which figures are fixed". Earlier editions of the same calendar year are part of the system that is solved, as
true counts and as what was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from pipelines.analysis.breakdowns import Caseload
from pipelines.disclosure.system import CellName, LinkedSystem
from pipelines.disclosure.time_links import PERIOD_TABLE, Edition, Shown, link_over_time

NOTHING: Shown = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Before:
    """Everything that was published and hangs together with the period to be protected; internal.

    `own` are the figures of the standing edition of the same period and audience, empty where there is none or where a
    revision is asked for. `editions` are published editions of periods inside this one, or that a plan adds up as well;
    `plans` are the year-to-date periods that contain it and could be published next, so that figures can still add up
    then. `quarters` are the cases by quarter that other briefs tell. `clients_overlap` tells whether a client may stand
    in several quarters.
    """

    own: Shown = field(default_factory=dict)
    editions: tuple[Edition, ...] = ()
    plans: tuple[Caseload, ...] = ()
    quarters: Mapping[str, int | None] = field(default_factory=dict)
    clients_overlap: bool = True

    def system(self, caseload: Caseload) -> LinkedSystem:
        """Put the caseload and what hangs together with it into one system; nobody sees a plan."""
        plans = [Edition(plan, NOTHING) for plan in self.plans]
        system = link_over_time(caseload, [*self.editions, *plans], clients_overlap=self.clients_overlap)
        planned = {str(plan.period) for plan in self.plans}
        unseen = frozenset(name for name in system.counts if name.period in planned)
        return replace(system, unpublished=system.unpublished | unseen)

    def known(self, system: LinkedSystem, *, left_out: int | None) -> dict[CellName, int | None]:
        """Give every figure of a system that was shown or hidden before; None was hidden.

        Args:
            system: from `system`.
            left_out: what a row stands for that a published table does not have: 0 where figures are rounded, None
                where they are hidden.
        """
        found: dict[CellName, int | None] = {name: n for name, n in self.own.items() if name in system.counts}
        for quarter, n in self.quarters.items():
            name = CellName(PERIOD_TABLE, (quarter,), "cases")
            if name in system.counts:
                found[name] = n
        for edition in self.editions:
            period = str(edition.period)
            for name in (name for name in system.counts if name.period == period):
                if name not in system.unpublished:
                    found[name] = edition.shown.get(replace(name, period=""), left_out)
        return found


@dataclass(frozen=True, eq=False)
class Circumstances:
    """What every protection needs beside counts and a rule; internal.

    `key` is the network's secret key; the same key decides the same way. `provisional` are quarters for which late
    cases are expected.
    """

    key: str = field(repr=False)
    before: Before
    provisional: frozenset[str]
