"""What readers know already of a period that is to be protected, taken from the ledger.

Answers "which published figures hang together with these". The network and the public share one rounding, so what one
of them was shown counts for both; each centre has its own figures.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipelines import freezing
from pipelines.analysis.breakdowns import ENQUIRIES, Caseload
from pipelines.disclosure.before import NOTHING, Before, Circumstances, held_by_one
from pipelines.disclosure.detail import own_brief, without
from pipelines.disclosure.rules import ROUNDED_AUDIENCES, centre_of
from pipelines.disclosure.system import CellName
from pipelines.disclosure.time_links import PERIOD_TABLE, Edition, Shown, to_plan
from pipelines.errors import DisclosureError
from pipelines.ledger import Entry, Ledger
from pipelines.periods import Period
from pipelines.publication import is_prepared, read_centre_counts, read_counts
from pipelines.settings import Settings


@dataclass(frozen=True, eq=False)
class Basis:
    """What a period is protected from: its settings, its counts, and what readers know already; internal."""

    settings: Settings
    database: Path
    caseload: Caseload
    ledger: Ledger
    key: str
    as_of: date
    clients_overlap: bool
    is_revision: bool = False

    @property
    def period(self) -> Period:
        """Give the period."""
        return self.caseload.period

    @property
    def provisional(self) -> frozenset[str]:
        """Give the quarters for which late cases are expected."""
        return self.period.provisional_quarters(self.as_of, self.settings.provisional_days)

    def circumstances(self, before: Before) -> Circumstances:
        """Give what protection needs beside counts and a rule."""
        return Circumstances(self.key, before, self.provisional)


def _held(basis: Basis, plan: Caseload) -> frozenset[CellName]:
    """Give the figures of a plan that one centre would know: a sum of quarters must not force them too far down."""
    centres = read_centre_counts(basis.settings, basis.database, plan.period)
    return held_by_one(plan, centres.values(), period=str(plan.period))


def tells_revised_quarters(basis: Basis, before: Before) -> bool:
    """Tell whether the centre was told the exact cases of a quarter that was revised: both give the difference.

    A quarter from which people were erased is no other.
    """
    told = {quarter for quarter in before.quarters if not before.own}
    revised = (entry.period for entry in basis.ledger.entries if entry.is_revision)
    changed = {str(quarter) for period in revised for quarter in period.quarters}
    return bool(told & (changed | freezing.thinned_quarters(basis.database)))


def before_rounding(basis: Basis) -> Before:
    """Collect what the network and the public were shown."""
    period, ledger = basis.period, basis.ledger
    published = [other for other in ledger.periods("network") + ledger.periods("public") if other != period]
    plans = [plan for plan in to_plan(period, published) if is_prepared(basis.database, plan)]
    needed = {other for other in published if period.contains(other)}
    needed |= {other for plan in plans for other in published if other.is_quarter and plan.contains(other)}
    editions = tuple(
        Edition(read_counts(basis.settings, basis.database, other), entry.shown)
        for other in sorted(needed)
        if (entry := ledger.rounded(other)) is not None
    )
    own = ledger.rounded(period)
    staying = _staying(basis, own) if own and basis.is_revision else NOTHING
    planned = tuple(read_counts(basis.settings, basis.database, plan) for plan in plans)
    return Before(
        own=own.shown if own and not basis.is_revision else staying,
        revised=_without(own.shown, staying) if own and basis.is_revision else NOTHING,
        reach=own.reach if own and (staying or not basis.is_revision) else None,
        editions=editions,
        plans=planned,
        held=frozenset().union(*(_held(basis, plan) for plan in planned)),
        quarters=_quarters_told(basis, ROUNDED_AUDIENCES),
        clients_overlap=basis.clients_overlap,
    )


def _without(shown: Shown, others: Shown) -> Shown:
    return {name: n for name, n in shown.items() if name not in others}


def _staying(basis: Basis, own: Entry) -> Shown:
    """Give the figures that a revision leaves as they are: those of enquiries, unless enough of these changed as well.

    A revision for the sake of its cases must not tell of one enquiry that was answered, or of whoever was erased.
    """
    quarters = {str(quarter) for quarter in basis.period.quarters}
    if quarters & freezing.revised_enquiries(basis.database) or _has_revised_enquiries(basis.ledger, own):
        return NOTHING
    return _of_enquiries(own)


def _has_revised_enquiries(ledger: Ledger, own: Entry) -> bool:
    """Tell whether a part of a period was revised since, with other figures of enquiries."""
    for place in range(ledger.position(own) + 1, len(ledger.entries)):
        later = ledger.entries[place]
        if later.is_revision and later.audience == own.audience and own.period.contains(later.period):
            told = (later.period, later.audience)
            before = [each for each in ledger.entries[:place] if (each.period, each.audience) == told]
            if before and _of_enquiries(before[-1]) != _of_enquiries(later):
                return True
    return False


def _of_enquiries(entry: Entry) -> Shown:
    return {name: n for name, n in entry.shown.items() if name.unit == ENQUIRIES}


def before_centre(basis: Basis, audience: str) -> Before:
    """Collect what a centre was shown of its own clients.

    Raises:
        DisclosureError: a year to date is asked for, and a quarter of it was not published to the centre, or was
            revised since: then one of them could be found by subtraction. Or people were erased from a quarter of it.
    """
    period, ledger = basis.period, basis.ledger
    own = ledger.newest(period, audience)
    if {str(quarter) for quarter in period.quarters} & freezing.thinned_quarters(basis.database):
        raise DisclosureError(
            f"People were erased from a published quarter of {period}, so a brief of {audience} could be compared with "
            "what was published before. Nothing was released. Leave the centre out with --audience."
        )
    inside = [other for other in ledger.periods() if period.contains(other) and other != period]
    entries = [ledger.newest(other, audience) for other in inside]
    if any(entry is None for entry in entries) or any(_was_revised(ledger, other) for other in inside):
        raise DisclosureError(
            f"{audience} has no brief of its own for every published period inside {period}, or one of them was "
            "revised since, so what is missing could be found by subtraction. Nothing was released. Leave the centre "
            "out with --audience."
        )
    editions = []
    for entry in (entry for entry in entries if entry is not None):
        counts = read_centre_counts(basis.settings, basis.database, entry.period).get(centre_of(audience) or "")
        network = ledger.rounded(entry.period)
        if counts is not None and network is not None:
            editions.append(Edition(_as_shown(counts, entry.shown), entry.shown, network.shown))
    return Before(
        own=own.shown if own else NOTHING,
        editions=tuple(editions),
        quarters=_quarters_told(basis, (audience,)),
        clients_overlap=basis.clients_overlap,
    )


def _as_shown(counts: Caseload, shown: Shown) -> Caseload:
    """Give the counts of the tables that an edition had, and of what the network's figures tell beside them."""
    own, tables = own_brief(counts), {name.table_id for name in shown}
    return without(own, {each.definition.table_id for each in own.breakdowns} - tables)


def _was_revised(ledger: Ledger, period: Period) -> bool:
    return any(entry.is_revision for entry in ledger.entries if entry.period == period)


def _quarters_told(basis: Basis, audiences: Collection[str]) -> dict[str, int | None]:
    """Give the cases by quarter that other briefs tell; those of quarters that are being revised are open again."""
    told: dict[str, int | None] = {}
    for entry in basis.ledger.entries:
        if entry.audience in audiences and entry.period != basis.period:
            told |= _by_quarter(entry)
    revised = {str(quarter) for quarter in basis.period.quarters} if basis.is_revision else set()
    return {quarter: n for quarter, n in told.items() if quarter not in revised}


def _by_quarter(entry: Entry) -> dict[str, int | None]:
    return {
        name.codes[0]: n for name, n in entry.shown.items() if name.table_id == PERIOD_TABLE and name.codes != ("_T",)
    }
