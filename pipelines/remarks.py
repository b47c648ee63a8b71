"""What people wrote down for the briefs of a workspace: comments, events, explanations, answers about themselves.

Answers "is all of it well formed" before any work is done, and "what of it stands in this brief" afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.analysis.breakdowns import table_definitions
from pipelines.commentary import Remark, Targets, load_commentary, rules
from pipelines.disclosure.finding_names import possible_findings
from pipelines.events import AUDIENCES, CENTRE, EVERY_CENTRE, Event, load_events
from pipelines.explanations import Explanation, load_explanations
from pipelines.labels import dimension_labels
from pipelines.periods import Period
from pipelines.publish.brief import Commentary, DatedEvent
from pipelines.publish.self_answers import SelfAnswer
from pipelines.self_assessment import Answer, load_self_assessment, standards
from pipelines.settings import Settings

GROUPS_TABLE = "by_group_of_interest"


@dataclass(frozen=True)
class Remarks:
    """Everything that people wrote down, checked."""

    comments: tuple[Remark, ...]
    events: tuple[Event, ...]
    explanations: tuple[Explanation, ...]
    answers: tuple[Answer, ...] = ()


def read_remarks(settings: Settings) -> Remarks:
    """Read comments, events, explanations and self-assessments of a workspace.

    Raises:
        SettingsError: a file is wrong; every problem is told.
        IdentifiersFound: a text names or reaches a person.
    """
    folder: Path = settings.workspace
    events = load_events(folder, sources=settings.sources, centres=settings.centres)
    explanations = load_explanations(folder, names=_names(settings))
    answers = load_self_assessment(folder, centres=settings.centres, names=_names(settings))
    return Remarks(load_commentary(folder, _targets(settings)), events, explanations, answers)


def comments_for(
    remarks: Remarks,
    settings: Settings,
    period: Period,
    audience: str,
    *,
    tables: Collection[str],
    findings: Mapping[str, str],
) -> tuple[Commentary, ...]:
    """Give the comments of one brief.

    Args:
        remarks: those of the workspace.
        settings: the groups that comments can be about.
        period: of the brief.
        audience: of the brief.
        tables: those that the brief has; a comment on something it does not have stands in its first section.
        findings: the statement of each finding of the brief, by its id.
    """
    groups = {group.code: group.label for group in settings.groups}
    subjects = groups | _findings(settings)
    told = (each for each in remarks.comments if each.is_for(audience, period))
    return tuple(
        _commentary(each, findings.get(each.about, ""))
        if each.about in findings or _has_place(each.about, groups, tables)
        else _elsewhere(each, subjects.get(each.about, each.about))
        for each in told
    )


def events_for(
    remarks: Remarks, settings: Settings, period: Period, audience: str, *, first: str
) -> tuple[DatedEvent, ...]:
    """Give the events of one brief: those of the time it tells of that concern its readers.

    Args:
        remarks: those of the workspace.
        settings: says which centre a source belongs to.
        period: of the brief; what came later would change a brief that stands.
        audience: of the brief.
        first: the first quarter that the brief tells of.
    """
    begin, end = Period.parse(first).quarters[0].first_day, period.last.last_day
    return tuple(
        DatedEvent(each.on, each.label or each.what, each.what, each.new_baseline)
        for each in remarks.events
        if begin <= each.on <= end and _is_told(each, settings, audience)
    )


def self_answers_for(remarks: Remarks, audience: str) -> tuple[SelfAnswer, ...]:
    """Give what a centre says of itself, for its own brief alone."""
    rules = standards()
    return tuple(
        SelfAnswer(
            each.standard,
            **rules["standards"][each.standard],
            answer=rules["answers"][each.answer],
            evidence=each.evidence,
            next_step=each.next_step,
            said_by=each.said_by,
            said_on=each.said_on,
        )
        for each in remarks.answers
        if audience == f"{CENTRE}{each.centre}" and each.said_on is not None
    )


def _commentary(remark: Remark, statement: str) -> Commentary:
    """Put a comment beside what it is about; one on a finding that read otherwise says so."""
    is_earlier = bool(statement and remark.finding) and remark.finding.split() != statement.split()
    return Commentary(remark.about, remark.said_by, remark.said_on, remark.paragraphs, is_earlier=is_earlier)


def _elsewhere(remark: Remark, subject: str) -> Commentary:
    """Put a comment on something that the brief does not have into its first section."""
    first = next(iter(rules()["sections"]))
    return Commentary(first, remark.said_by, remark.said_on, remark.paragraphs, subject)


def _has_place(about: str, groups: Collection[str], tables: Collection[str]) -> bool:
    """Tell whether a brief has what a comment is about."""
    if about in rules()["sections"]:
        needed = rules()["sections"][about]
        return not needed or any(name in tables for name in needed)
    return (GROUPS_TABLE if about in groups else about) in tables


def _is_told(event: Event, settings: Settings, audience: str) -> bool:
    is_centre = audience.startswith(CENTRE)
    if event.audiences:
        return audience in event.audiences or (is_centre and EVERY_CENTRE in event.audiences)
    return not is_centre or _concerns(event, settings, audience.removeprefix(CENTRE))


def _concerns(event: Event, settings: Settings, centre: str) -> bool:
    """Tell whether an event concerned a centre; a source whose rows name their centres may be of any."""
    of_sources = {settings.sources[name].centre_id or centre for name in event.sources}
    concerned = {*event.centres, *of_sources}
    return not concerned or centre in concerned


def _targets(settings: Settings) -> Targets:
    return Targets(
        groups={group.code: group.label for group in settings.groups},
        tables=tuple(definition.table_id for definition in table_definitions()),
        audiences=(*AUDIENCES, *(f"{CENTRE}{centre}" for centre in settings.centres)),
        names=_names(settings),
        findings=_findings(settings),
    )


def _findings(settings: Settings) -> dict[str, str]:
    return possible_findings(settings.groups, dimension_labels(settings), clients=settings.words["clients"])


def _names(settings: Settings) -> tuple[str, ...]:
    """Give names of organisations, which may look like those of people."""
    sources = (source.name for source in settings.sources.values())
    return (
        settings.network_name,
        *settings.centres.values(),
        *settings.projects.values(),
        *settings.funders.values(),
        *sources,
    )
