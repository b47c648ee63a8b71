"""What was published before: the part of a reader's knowledge that no solution may change.

Answers "which figures are fixed". Earlier editions of the same calendar year are part of the system that is solved, as
true counts and as what was shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import polars as pl

from pipelines.analysis.breakdowns import Breakdown, Caseload
from pipelines.codelists import TOTAL
from pipelines.disclosure.detail import gives_way, without
from pipelines.disclosure.grids import names_of
from pipelines.disclosure.system import CellName, LinkedSystem
from pipelines.disclosure.time_links import PERIOD_TABLE, Edition, Shown, link_over_time

NOTHING: Shown = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Before:
    """Everything that was published and hangs together with the period to be protected; internal.

    `own` are the figures of the standing edition of the same period and audience, empty where there is none or where a
    revision is asked for; `revised` are then the figures that give way. `editions` are published editions of periods
    inside this one, or that a plan adds up as well; `plans` are the year-to-date periods that contain it and could be
    published next, so that figures can still add up then; `held` are their figures all of whose people are of one
    centre. `quarters` are the cases by quarter that other briefs tell.
    `clients_overlap` tells whether a client may stand in several quarters. `reach` is how far the true counts of `own`
    may lie from the rounded ones.
    """

    own: Shown = field(default_factory=dict)
    revised: Shown = field(default_factory=dict)
    editions: tuple[Edition, ...] = ()
    plans: tuple[Caseload, ...] = ()
    held: frozenset[CellName] = frozenset()
    quarters: Mapping[str, int | None] = field(default_factory=dict)
    clients_overlap: bool = True
    reach: int | None = None

    def system(self, caseload: Caseload) -> LinkedSystem:
        """Put the caseload and what hangs together with it into one system; nobody sees a plan."""
        plans = [Edition(plan, NOTHING) for plan in self.plans]
        system = link_over_time(caseload, [*self.editions, *plans], clients_overlap=self.clients_overlap)
        planned = {str(plan.period) for plan in self.plans}
        unseen = frozenset(name for name in system.counts if name.period in planned)
        return replace(system, unpublished=system.unpublished | unseen)

    def as_published(self, caseload: Caseload) -> Caseload:
        """Give the caseload with the quarters that the standing edition tells the cases of, and no others.

        Old cases of a quarter before the first one that it tells may have come since; a later edition tells them. A
        table that gave way when it was made stays out, so that nothing new is told of the same cases.
        """
        quarters = {name.codes[0] for name in self.own if name.table_id == PERIOD_TABLE}
        if not quarters:
            return self._with_staying_enquiries(caseload)
        told = without(caseload, gives_way() - {name.table_id for name in self.own})
        breakdowns = (_with_quarters(each, quarters) for each in told.breakdowns)
        return replace(told, breakdowns=tuple(breakdowns))

    def _with_staying_enquiries(self, caseload: Caseload) -> Caseload:
        """Leave out a table of enquiries that was not there, where a revision leaves the figures of enquiries alone."""
        told = {name.table_id for name in self.own}
        of_enquiries = {b.definition.table_id for b in caseload.breakdowns if b.definition.counts_enquiries}
        return without(caseload, of_enquiries - told) if told else caseload

    def kept(self, system: LinkedSystem, base: int) -> dict[CellName, int]:
        """Give the small figures that a revision keeps because they are still near enough to the true count.

        A rounded 5 that became 0 although nobody left would say that there were 1 to 4, and so would a 0 that became 5
        although nobody came. Larger figures may move: neither of two of them says that a count is small.
        """
        return {
            name: n
            for name, n in self.revised.items()
            if n is not None and n <= base and abs(system.counts.get(name, n + base) - n) < base
        }

    def known(self, system: LinkedSystem, *, left_out: int | None) -> dict[CellName, int | None]:
        """Give every figure of a system that was shown or hidden before; None was hidden.

        Args:
            system: from `system`.
            left_out: what a row stands for that a published table does not have: 0 where figures are rounded, None
                where they are hidden. A table that a rounded edition did not have tells nothing.
        """
        found: dict[CellName, int | None] = {name: n for name, n in self.own.items() if name in system.counts}
        for quarter, n in self.quarters.items():
            name = CellName(PERIOD_TABLE, (quarter,), "cases")
            if name in system.counts:
                found.setdefault(name, n)
        for edition in self.editions:
            period, told = str(edition.period), {name.table_id for name in edition.shown}
            for name in (name for name in system.counts if name.period == period):
                if name not in system.unpublished and (left_out is None or name.table_id in told):
                    found[name] = edition.shown.get(replace(name, period=""), left_out)
        return found


@dataclass(frozen=True, eq=False)
class Circumstances:
    """What every protection needs beside counts and a rule; internal.

    `key` is the network's secret key; the same key decides the same way. `provisional` are quarters for which late
    cases are expected. `attempt` counts how often a rounding of the same counts has turned out to tell too much.
    """

    key: str = field(repr=False)
    before: Before
    provisional: frozenset[str]
    attempt: int = 0


def held_by_one(caseload: Caseload, centres: Iterable[Caseload], *, period: str = "") -> frozenset[CellName]:
    """Give the figures all of whose people are of one centre, which knows them.

    Args:
        caseload: the true counts of the whole network.
        centres: those of every centre.
        period: stands in the names, where they are those of another period than the one that is protected.
    """
    counts = {name: n for breakdown in caseload.breakdowns for name, n in names_of(breakdown)}
    return frozenset(
        replace(name, period=period)
        for centre in centres
        for breakdown in centre.breakdowns
        for name, n in names_of(breakdown)
        if n and counts.get(name) == n
    )


def _with_quarters(breakdown: Breakdown, quarters: Collection[str]) -> Breakdown:
    if breakdown.definition.table_id != PERIOD_TABLE:
        return breakdown
    is_total = pl.col("quarter") == TOTAL
    frame = breakdown.frame.filter(pl.col("quarter").is_in(sorted(quarters)))
    total = int(frame.filter(~is_total)["n"].sum())
    return replace(breakdown, frame=frame.with_columns(n=pl.when(is_total).then(total).otherwise("n")))
