"""Events: dated things that a person wrote down in `events.toml`, because they explain a change over time.

Answers "what happened, and from when on is the past no measure any more". A step in a chart is never fitted: it exists
only where a person dated it. Without the file there are no events, and the first quarters stay the baseline for ever.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipelines.declarations import Section, read_toml, stop_on_problems, suggestion
from pipelines.errors import SettingsError
from pipelines.periods import Quarter

FILE_NAME = "events.toml"
COVERAGE = "coverage"
KINDS = (COVERAGE, "policy", "service", "other")
# A sentence beside a chart. Longer texts belong into the commentary.
SHORTEST, LONGEST = 5, 160
# A name that stands beside a line in a chart.
LONGEST_LABEL = 30
AUDIENCES, CENTRE, EVERY_CENTRE = ("network", "public"), "centre-", "centres"
# An address, or a number long enough to be a telephone or a case: an event names no person.
_POINTS_AT_SOMEBODY = re.compile(r"@|\d(?:[ -]?\d){5,}")


@dataclass(frozen=True)
class Event:
    """One dated event.

    `what` is the person's sentence. `kind` says whether it changed who sent data, the law, the service or something
    else. With `new_baseline` the quarters before it are no measure any more, for every series. `sources` and `centres`
    say whom it concerned; none means everybody. `label` is a short name for a chart; `audiences` say whose briefs tell
    it, all unless given.
    """

    on: date
    what: str
    kind: str
    new_baseline: bool
    sources: tuple[str, ...]
    centres: tuple[str, ...]
    label: str = ""
    audiences: tuple[str, ...] = ()

    @property
    def first_whole_quarter(self) -> Quarter:
        """Give the first quarter that lies after the event as a whole.

        Examples:
            >>> made = Event(date(2026, 5, 4), "A second office opened.", "service", True, (), ())
            >>> str(made.first_whole_quarter)
            '2026-Q3'
        """
        quarter = Quarter.of(self.on)
        return quarter if self.on == quarter.first_day else quarter.after()


def load_events(workspace: Path, *, sources: Collection[str], centres: Collection[str]) -> tuple[Event, ...]:
    """Read the events of a workspace; without the file there are none.

    Args:
        workspace: the folder that holds `events.toml`.
        sources: the ids an event may name as sources.
        centres: the ids an event may name as centres.
    Returns:
        Events in order of time; those of one day in the order of the file.
    Raises:
        SettingsError: the file is wrong; the message lists every problem.
    """
    path = workspace / FILE_NAME
    if not path.is_file():
        return ()
    top = Section("", read_toml(path, SettingsError))
    found = [_event(section, sources, centres) for section in top.sections("events")]
    top.close()
    _refuse_twice(top, found)
    stop_on_problems(top.problems, path, SettingsError)
    return tuple(sorted((event for event in found if event), key=lambda event: event.on))


def _event(section: Section, sources: Collection[str], centres: Collection[str]) -> Event | None:
    on = _day(section)
    event = Event(
        on=on or date.min,
        what=_sentence(section),
        kind=section.text("kind"),
        new_baseline=section.flag("new_baseline"),
        sources=_known(section, "sources", sources),
        centres=_known(section, "centres", centres),
        label=_label(section),
        audiences=_known(section, "audiences", (*AUDIENCES, EVERY_CENTRE, *(f"{CENTRE}{each}" for each in centres))),
    )
    if event.kind and event.kind not in KINDS:
        section.problem(f"{section.place}.kind must be one of {', '.join(KINDS)}.{suggestion(event.kind, KINDS)}")
    section.close()
    return event if on else None


def _day(section: Section) -> date | None:
    on = section.day("on")
    if "on" not in section.values:
        section.problem(f"{section.place}.on is missing; it must be a date such as 2026-04-01.")
    if isinstance(on, datetime):
        section.problem(f"{section.place}.on must be a date without a time, such as 2026-04-01.")
        return None
    return on


def _sentence(section: Section) -> str:
    """Take the sentence of an event; it is printed as it stands, so it has to be fit to print."""
    what = section.text("what").strip()
    place = f"{section.place}.what"
    if "what" in section.values and not SHORTEST <= len(what) <= LONGEST:
        section.problem(f"{place} must be a sentence of {SHORTEST} to {LONGEST} characters.")
    if not what.isprintable():
        section.problem(f"{place} must be one line of plain text.")
    if _POINTS_AT_SOMEBODY.search(what):
        section.problem(f"{place} holds an address or a long number. An event names nobody; say it without.")
    return what


def _label(section: Section) -> str:
    label = section.text("label", "").strip()
    if len(label) > LONGEST_LABEL or not label.isprintable():
        section.problem(f"{section.place}.label must be one line of at most {LONGEST_LABEL} characters.")
    if _POINTS_AT_SOMEBODY.search(label):
        section.problem(f"{section.place}.label holds an address or a long number. An event names nobody.")
    return label


def _known(section: Section, key: str, ids: Collection[str]) -> tuple[str, ...]:
    named = section.texts(key)
    for name in named:
        if name not in ids:
            section.problem(f"{section.place}.{key}: there is no {key[:-1]} {name}.{suggestion(name, sorted(ids))}")
    return named


def _refuse_twice(top: Section, events: Sequence[Event | None]) -> None:
    seen: set[tuple[date, str]] = set()
    for number, event in enumerate(events, 1):
        if event and (event.on, event.what) in seen:
            top.problem(f"events {number} says the same as an event before it. Delete one.")
        seen |= {(event.on, event.what)} if event else set()
