"""From true counts and the ledger to what each audience may see of a period.

Answers "what is published, given everything that was". The network and the public share one rounding; each centre's
own brief is solved beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.analysis.breakdowns import Caseload
from pipelines.disclosure.before import NOTHING, Before, Circumstances
from pipelines.disclosure.detail import without
from pipelines.disclosure.exact import protect_exact
from pipelines.disclosure.protected import ProtectedTable, Rule
from pipelines.disclosure.rounded import RoundedPeriod, protect_rounded
from pipelines.disclosure.rules import ROUNDED_AUDIENCES, centre_of, hiding_rule, require_audiences, rounding_rule
from pipelines.disclosure.system import CellName
from pipelines.disclosure.time_links import PERIOD_TABLE, Edition, require_separable, to_plan
from pipelines.errors import DisclosureError
from pipelines.ledger import Entry, Ledger
from pipelines.periods import Period
from pipelines.publication import is_prepared, read_centre_counts, read_counts
from pipelines.settings import Settings

Shown = Mapping[CellName, int | None]


@dataclass(frozen=True, eq=False)
class Protected:
    """What each audience may see of a period; `shown` is what the ledger keeps of it.

    `left_out` are audiences without a new brief, with the reason; `too_fine` the tables that an audience's brief does
    not have, because too few clients stand behind them. `report` says what protection cost; internal.
    """

    tables: Mapping[str, tuple[ProtectedTable, ...]]
    rules: Mapping[str, Rule]
    shown: Mapping[str, Shown]
    left_out: Mapping[str, str]
    too_fine: Mapping[str, tuple[str, ...]]
    report: Mapping[str, Any]


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


def protect_period(basis: Basis, audiences: Iterable[str], *, named: Collection[str] = ()) -> Protected:
    """Protect a period for every audience that is asked for.

    A centre that was not asked for by name is left out when its brief cannot be protected; one that was stops the run.

    Args:
        basis: what to protect, and from whom.
        audiences: `network`, `public` and `centre-<id>`.
        named: those that were asked for by name.
    Raises:
        DisclosureError: an audience is unknown, the period overlaps another in a way that cannot be kept apart, a
            centre is asked for before the network, or no protection is found.
    """
    wanted = tuple(dict.fromkeys(audiences))
    require_audiences(wanted, basis.settings.centres)
    if basis.period not in basis.ledger.periods():
        require_separable(basis.period, basis.ledger.periods())
    _require_network(basis, wanted)
    centres = read_centre_counts(basis.settings, basis.database, basis.period)
    privacy = basis.settings.privacy
    rule = rounding_rule(privacy.rounding_base, privacy.public_threshold)
    rounded = _rounded(basis, rule, centres.values())
    open_to = [name for name in wanted if name in ROUNDED_AUDIENCES]
    parts = {name: _Part(rounded.tables[name], rounded.rule, rounded.values, rounded.report) for name in open_to}
    left_out: dict[str, str] = {}
    for audience in (name for name in wanted if name not in open_to):
        try:
            parts[audience] = _centre(basis, audience, centres, rounded.tables["network"])
        except DisclosureError as error:
            if audience in named:
                raise
            left_out[audience] = str(error)
    return Protected(
        {name: part.tables for name, part in parts.items()},
        {name: part.rule for name, part in parts.items()},
        {name: part.shown for name, part in parts.items()},
        left_out,
        {name: part.too_fine for name, part in parts.items()},
        {name: part.report for name, part in parts.items()},
    )


@dataclass(frozen=True, eq=False)
class _Part:
    """One audience's share of what was protected."""

    tables: tuple[ProtectedTable, ...]
    rule: Rule
    shown: Shown
    report: Mapping[str, Any]
    too_fine: tuple[str, ...] = ()


def _centre(basis: Basis, audience: str, centres: Mapping[str, Caseload], network: tuple[ProtectedTable, ...]) -> _Part:
    counts = centres.get(centre_of(audience) or "")
    if counts is None:
        raise DisclosureError(f"{audience} has no client in {basis.period}, so there is no brief to make.")
    before = _before_centre(basis, audience)
    counts = before.as_published(counts)
    if _tells_revised_quarters(basis, before):
        counts = without(counts, {PERIOD_TABLE})
    if _has_changed(counts, before.own):
        raise DisclosureError(
            f"The cases of {audience} in {basis.period} have changed since its brief was published. The difference "
            "would expose people, so the published brief stands."
        )
    rule = hiding_rule(basis.settings.privacy.centre_threshold)
    found = protect_exact(counts, rule, audience, basis.circumstances(before), network=network)
    return _Part(found.tables, rule, found.shown, found.report, found.left_out)


def _rounded(basis: Basis, rule: Rule, centres: Iterable[Caseload]) -> RoundedPeriod:
    before = _before(basis)
    return protect_rounded(
        before.as_published(basis.caseload), rule, ROUNDED_AUDIENCES, basis.circumstances(before), centres=centres
    )


def _require_network(basis: Basis, audiences: Collection[str]) -> None:
    """A centre's readers are shown the network's figures, so these must be published, now or before."""
    has_network = "network" in audiences or basis.ledger.newest(basis.period, "network") is not None
    if not has_network and any(centre_of(audience) for audience in audiences):
        raise DisclosureError(
            "A centre's brief stands beside the rounded figures of the network, and none are published for "
            f"{basis.period}, so nothing was released. Add --audience network."
        )


def _tells_revised_quarters(basis: Basis, before: Before) -> bool:
    """Tell whether the centre was told the exact cases of a quarter that was revised: both give the difference."""
    told = {quarter for quarter in before.quarters if not before.own}
    revised = (entry.period for entry in basis.ledger.entries if entry.is_revision)
    return any(str(quarter) in told for period in revised for quarter in period.quarters)


def _before(basis: Basis) -> Before:
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
    return Before(
        own=own.shown if own and not basis.is_revision else NOTHING,
        revised=own.shown if own and basis.is_revision else NOTHING,
        editions=editions,
        plans=tuple(read_counts(basis.settings, basis.database, plan) for plan in plans),
        quarters=_quarters_told(basis, ROUNDED_AUDIENCES),
        clients_overlap=basis.clients_overlap,
    )


def _before_centre(basis: Basis, audience: str) -> Before:
    """Collect what a centre was shown of its own clients.

    Raises:
        DisclosureError: a year to date is asked for, and a quarter of it was not published to the centre, or was
            revised since: then one of them could be found by subtraction.
    """
    period, ledger = basis.period, basis.ledger
    own = ledger.newest(period, audience)
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
    """Give the counts of the tables that an edition had."""
    tables = {name.table_id for name in shown}
    return without(counts, {each.definition.table_id for each in counts.breakdowns} - tables)


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


def _has_changed(counts: Caseload, shown: Shown) -> bool:
    """Tell whether a figure that was shown exactly is another one now: then a new brief would show the difference."""
    true = {
        CellName(breakdown.definition.table_id, tuple(codes), unit): n
        for breakdown in counts.breakdowns
        for *codes, unit, n in breakdown.frame.select(*breakdown.definition.dimensions, "unit", "n").iter_rows()
    }
    return any(n is not None and true.get(name, 0) != n for name, n in shown.items())
