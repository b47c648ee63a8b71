"""From true counts to the briefs of an edition: protect, state findings, collect notes.

Answers "what does each audience get". Everything in a brief is made of protected tables; `rendering` makes files of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import __version__, warehouse
from pipelines.accounting import read_accounts, totals
from pipelines.analysis.benchmark_files import read_benchmarks
from pipelines.analysis.breakdowns import Caseload
from pipelines.before_release import Basis
from pipelines.codelists import TOTAL
from pipelines.counting_notes import counting_notes
from pipelines.disclosure.area_figures import FIELD as AREA_FIELD
from pipelines.disclosure.area_rates import area_rates
from pipelines.disclosure.findings import Grounds, representation_findings
from pipelines.disclosure.protected import ProtectedTable, Rule
from pipelines.disclosure.rounded import round_rows
from pipelines.disclosure.rules import centre_of
from pipelines.explanations import explained, require_known
from pipelines.group_findings import BARRIER_FIELD, with_groups
from pipelines.ingest.profiles import Profile
from pipelines.keys import keyed_digest, network_key
from pipelines.labels import dimension_labels
from pipelines.periods import Period
from pipelines.policy_context import read_policy
from pipelines.protecting import Protected, protect_period
from pipelines.publish.brief import Brief, Edition, Usual, Words
from pipelines.publish.languages import read_languages
from pipelines.publish.manifest import ManifestFacts
from pipelines.publish.places import centre_places
from pipelines.publish.policy import Policy
from pipelines.publish.usual import TABLE as RECORDED
from pipelines.publish.usual import usual_recording
from pipelines.quality import read_notes
from pipelines.receiving import load_profiles
from pipelines.remarks import Remarks, comments_for, events_for, read_remarks, self_answers_for
from pipelines.revising import with_revisions
from pipelines.settings import Settings
from pipelines.structure import release_structure

if TYPE_CHECKING:
    from pipelines.ledger import Known, Ledger
    from pipelines.request import Request

# Fields whose absence at a source a reader of a brief should know of.
REPORTED_FIELDS = ("nationality", "gender", "age", "advice_type", "client_role")


@dataclass(frozen=True, eq=False)
class _Facts:
    """What every audience's brief of one period has in common."""

    settings: Settings
    rules: Mapping[str, Rule]
    caseload: Caseload
    is_provisional: bool
    notes: tuple[str, ...]
    not_collected: Mapping[str, tuple[str, ...]]
    grounds: Grounds
    manifest: ManifestFacts
    remarks: Remarks
    policy: Policy
    enquiry_sources: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A protected period: the brief of any audience, edition number and publication date, and what manifests add."""

    protected: Protected
    brief: Callable[[str, int, date], Brief]
    facts: ManifestFacts

    @property
    def audiences(self) -> tuple[str, ...]:
        """Give whom there are tables for."""
        return tuple(self.protected.tables)

    @property
    def n_hidden(self) -> dict[str, int]:
        """Count the hidden figures of each audience; internal."""
        return {name: sum(n is None for n in shown.values()) for name, shown in self.protected.shown.items()}


def make_editions(request: Request, settings: Settings, caseload: Caseload, database: Path, known: Known) -> Prepared:  # noqa: PLR0917
    """Protect a period's figures and prepare its editions.

    Args:
        request: audiences and day.
        settings: the network.
        caseload: true counts of the period.
        database: the warehouse they come from.
        known: the ledger, and whether a published period is revised.
    Returns:
        What makes the brief of every audience.
    Raises:
        DisclosureError: the figures cannot be released safely.
    """
    every = load_profiles(settings)
    profiles = {name: profile for name, profile in every.items() if not profile.holds_enquiries}
    key = network_key(settings, request.variables)
    overlap = any("client_ref" in profile.sources for profile in profiles.values())
    basis = Basis(settings, database, caseload, known.ledger, key, request.as_of, overlap, known.is_revision)
    protected = protect_period(basis, request.audiences_of(settings), named=request.audiences)
    without = _sources_without(profiles)
    facts = _Facts(
        settings=settings,
        rules=protected.rules,
        caseload=caseload,
        is_provisional=bool(basis.provisional & {str(quarter) for quarter in caseload.period.quarters}),
        notes=(*counting_notes(settings, profiles), *read_notes(database)),
        not_collected=_named(settings, without),
        grounds=_grounds(settings, without, caseload, sources=profiles),
        manifest=_manifest_facts(basis, key),
        remarks=_remarks(settings, caseload.period, known.ledger),
        policy=read_policy(settings),
        enquiry_sources=tuple(settings.sources[name].name for name in every if name not in profiles),
    )

    def made(audience: str, number: int, published_on: date) -> Brief:
        edition = _edition(facts, number, published_on, audience)
        brief = _brief(facts, protected.tables[audience], edition, too_fine=protected.too_fine[audience])
        brief = with_groups(brief, facts.grounds, settings.words)
        brief = replace(brief, usual=_usual(settings, protected.network, centre_of(audience)))
        explanations = explained(facts.remarks.explanations, edition.period)
        return with_revisions(brief, settings.release_root, explanations)

    return Prepared(protected, made, facts.manifest)


def _remarks(settings: Settings, period: Period, ledger: Ledger) -> Remarks:
    """Read what people wrote down; an explanation of an edition of this period that nobody will make stops the run."""
    remarks = read_remarks(settings)
    require_known(remarks.explanations, period, newest=ledger.newest_edition(period))
    return remarks


def _first_quarter(tables: Mapping[str, ProtectedTable], period: Period) -> str:
    """Give the first quarter that a brief tells of."""
    table = tables.get("by_period")
    quarters = set(table.frame["quarter"].to_list()) - {TOTAL} if table else set()
    return min(quarters, default=str(period.quarters[0]))


def _brief(facts: _Facts, tables: tuple[ProtectedTable, ...], edition: Edition, *, too_fine: tuple[str, ...]) -> Brief:
    own = {table.table_id: table for table in tables}
    findings = representation_findings(own, facts.grounds)
    rates = area_rates(own, facts.grounds, audience=edition.audience)
    whose = (facts.remarks, facts.settings, edition.period, edition.audience)
    return Brief(
        edition=edition,
        words=Words(**facts.settings.words),
        tables=own,
        findings=findings,
        benchmarks=facts.grounds.described((*findings, *rates)),
        labels=dimension_labels(facts.settings),
        rule=facts.rules[edition.audience],
        notes=facts.notes,
        not_collected=facts.not_collected,
        too_fine=too_fine,
        comments=comments_for(*whose, tables=own, findings={each.finding_id: each.statement for each in findings}),
        events=events_for(*whose, first=_first_quarter(own, edition.period)),
        network_rule=facts.rules["network"] if edition.centre_name else None,
        self_answers=self_answers_for(facts.remarks, edition.audience),
        policy=facts.policy,
        other_languages=read_languages(facts.settings.languages),
        area_rates=rates,
        centre_places=centre_places(facts.settings.centre_areas, facts.settings.centres, rates),
        enquiry_sources=facts.enquiry_sources,
    )


def _usual(settings: Settings, network: tuple[ProtectedTable, ...], centre: str | None) -> tuple[Usual, ...]:
    """Measure for a centre's own brief what is usual between centres; nothing where no table of recording is made."""
    recorded = next((table for table in network if table.table_id == RECORDED), None)
    if not centre or recorded is None:
        return ()
    return usual_recording(
        recorded, {name: each.centre_id or "" for name, each in settings.sources.items()}, own=centre
    )


def _edition(facts: _Facts, number: int, published_on: date, audience: str) -> Edition:
    return Edition(
        network_name=facts.settings.network_name,
        title=facts.settings.title,
        about=facts.settings.about,
        period=facts.caseload.period,
        number=number,
        audience=audience,
        published_on=published_on,
        is_provisional=facts.is_provisional,
        product_version=__version__,
        centre_name=facts.settings.centres.get(centre_of(audience) or "", ""),
    )


def _grounds(
    settings: Settings, without: Mapping[str, tuple[str, ...]], caseload: Caseload, *, sources: Iterable[str]
) -> Grounds:
    return Grounds(
        benchmarks=read_benchmarks(settings.workspace),
        served=settings.served,
        period=caseload.period,
        groups=settings.groups,
        labels=dimension_labels(settings),
        clients=settings.words["clients"],
        sources=tuple(sources),
        sources_without=without,
    )


def _sources_without(profiles: Mapping[str, Profile]) -> dict[str, tuple[str, ...]]:
    """Give for each field the ids of the sources that do not collect it."""
    return {
        field: tuple(source_id for source_id, profile in profiles.items() if field in profile.not_collected)
        for field in (*REPORTED_FIELDS, AREA_FIELD, BARRIER_FIELD)
    }


def _named(settings: Settings, without: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Name the sources of each field that some do not collect."""
    named = ((field, without[field]) for field in REPORTED_FIELDS)
    return {field: tuple(settings.sources[each].name for each in ids) for field, ids in named if ids}


def _manifest_facts(basis: Basis, key: str) -> ManifestFacts:
    settings = basis.settings
    files = warehouse.read_table(basis.database, "raw.files").sort("file_id")
    return ManifestFacts(
        inputs=tuple(
            {"source": source_id, "file_digest": keyed_digest(key, digest)}
            for source_id, digest in files.select("source_id", "sha256").iter_rows()
        ),
        accounting=round_rows(totals(read_accounts(basis.database)), base=settings.privacy.rounding_base, key=key),
        structure=release_structure(
            settings, basis.caseload, basis.ledger, dimension_labels(settings), overlap=basis.clients_overlap
        ),
        extra={"quarantined_share_limit": settings.quarantined_share, "provisional_days": settings.provisional_days},
    )
