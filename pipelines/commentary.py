"""Commentary: what stakeholders say about a brief, each comment in a file of its own in `commentary/`.

Answers "who said what, about which part of which brief". A file begins with lines `key: value` between two lines `---`;
its text follows in plain paragraphs. Every problem of every file is told at once, with its line, and a comment that
names or reaches a person stops the run.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.commentary_text import CommentFile, read_comment_files
from pipelines.declarations import read_toml, suggestion
from pipelines.errors import IdentifiersFound, SettingsError, listed
from pipelines.ingest.tripwire.prose import identifying_kinds
from pipelines.periods import Period
from pipelines.resources import reference_file

FOLDER = "commentary"
ABOUT, SAID_BY, SAID_ON, PERIOD, AUDIENCES, MAY_NAME = "about", "said_by", "said_on", "period", "audiences", "may_name"
FINDING = "finding"
KEYS = (ABOUT, SAID_BY, SAID_ON, PERIOD, AUDIENCES, MAY_NAME, FINDING)
EVERY_CENTRE = "centres"
NAME = "name"
_COMMA = re.compile(r"\s*,\s*")


@dataclass(frozen=True)
class Targets:
    """What comments of a workspace can be about and whom they can be for.

    `groups` maps codes to names, `tables` are ids, `audiences` everybody who can have a brief, `names` those of the
    network, its centres, projects, funders and sources, which may stand in a text. `findings` maps the id of every
    finding that a brief can have to whom it is about.
    """

    groups: Mapping[str, str]
    tables: tuple[str, ...]
    audiences: tuple[str, ...]
    names: tuple[str, ...]
    findings: Mapping[str, str] = field(default_factory=dict)

    @property
    def abouts(self) -> tuple[str, ...]:
        """Give every word that may stand after `about`."""
        return (*rules()["sections"], *self.groups, *self.tables, *self.findings)


@dataclass(frozen=True)
class Remark:
    """One comment; `period` None means every period, no `audiences` everybody.

    `finding` is the finding as the speaker read it, which is never printed; empty where the file does not hold it.
    """

    about: str
    said_by: str
    said_on: date | None
    period: Period | None
    audiences: tuple[str, ...]
    paragraphs: tuple[str, ...]
    finding: str = ""

    def is_for(self, audience: str, period: Period) -> bool:
        """Tell whether the comment stands in the brief of an audience and a period."""
        named = {audience, EVERY_CENTRE if audience.startswith("centre-") else audience}
        return self.period in {None, period} and (not self.audiences or bool(named & set(self.audiences)))


@cache
def rules() -> dict[str, Any]:
    """Read `reference/commentary.toml`."""
    return read_toml(reference_file("commentary.toml"), SettingsError)


def load_commentary(workspace: Path, targets: Targets) -> tuple[Remark, ...]:
    """Read every comment of a workspace, in the order of the file names.

    Args:
        workspace: its folder `commentary` may be missing.
        targets: what can be commented on, and for whom.
    Returns:
        The comments.
    Raises:
        SettingsError: a file is wrong; the message lists every problem of every file.
        IdentifiersFound: a comment names or reaches a person; the message tells kind and line, never what was found.
    """
    files, problems = read_comment_files(workspace / FOLDER, rules())
    remarks = [_remark(file, targets) for file in files]
    problems += [problem for file in files for problem in file.problems]
    persons = [sentence for file in files for sentence in _persons(file, targets)]
    if problems:
        raise SettingsError(listed([*problems, *persons], heading=f"{workspace / FOLDER} cannot be used:"))
    if persons:
        raise IdentifiersFound(
            listed(persons, heading=f"Comments in {workspace / FOLDER} point at people. Say it without naming anybody:")
        )
    return tuple(remarks)


def _remark(file: CommentFile, targets: Targets) -> Remark:
    unknown = [key for key in file.values if key not in KEYS]
    for key in unknown:
        file.problem(file.line_of(key), f"{key} is not a key of a comment.{suggestion(key, KEYS)}")
    return Remark(
        about=_about(file, targets),
        said_by=_said_by(file),
        said_on=_said_on(file, is_needed=file.values.get(ABOUT, "").lower() in targets.findings),
        period=_period(file),
        audiences=_audiences(file, targets.audiences),
        paragraphs=tuple(text for _, text in file.paragraphs),
        finding=file.values.get(FINDING, ""),
    )


def _about(file: CommentFile, targets: Targets) -> str:
    told = file.required(ABOUT, "a finding, a group, a table or a section of the brief")
    known = {name.lower(): name for name in targets.abouts}
    if told and told.lower() not in known:
        file.problem(file.line_of(ABOUT), f"there is no {told} to comment on.{suggestion(told.lower(), known)}")
    return known.get(told.lower(), told)


def _said_by(file: CommentFile) -> str:
    told, longest = file.required(SAID_BY, "who said it, with their role"), int(rules()["longest_name"])
    if len(told) > longest:
        file.problem(file.line_of(SAID_BY), f"{SAID_BY} has more than {longest} characters.")
    return told


def _said_on(file: CommentFile, *, is_needed: bool) -> date | None:
    """Read the day; a comment on a finding needs one, because the finding of another day may say something else."""
    is_asked = is_needed or SAID_ON in file.values
    told = file.required(SAID_ON, "on which day it was said") if is_asked else ""
    try:
        return date.fromisoformat(told) if told else None
    except ValueError:
        file.problem(file.line_of(SAID_ON), f"{SAID_ON} must be a date such as 2026-10-02.")
    return None


def _period(file: CommentFile) -> Period | None:
    told = file.values.get(PERIOD)
    try:
        return Period.parse(told) if told else None
    except ValueError:
        file.problem(file.line_of(PERIOD), f"{PERIOD} must be a period such as 2026-Q3 or 2026-Q1_2026-Q3.")
    return None


def _audiences(file: CommentFile, known: Collection[str]) -> tuple[str, ...]:
    named = _listed(file, AUDIENCES)
    ways = (*known, EVERY_CENTRE)
    for name in named:
        if name not in ways:
            file.problem(file.line_of(AUDIENCES), f"there is no audience {name}.{suggestion(name, ways)}")
    return named


def _listed(file: CommentFile, key: str) -> tuple[str, ...]:
    return tuple(part for part in _COMMA.split(file.values.get(key, "").strip()) if part)


def _persons(file: CommentFile, targets: Targets) -> list[str]:
    """Say where a comment points at people; who says it is named on purpose, but is not to be reached."""
    known, allowed = (*targets.names, *_listed(file, MAY_NAME)), tuple(rules()["allowed_kinds"])
    told = [(file.line_of(SAID_BY), file.values.get(SAID_BY, ""), (*allowed, NAME))]
    told += [(line, text, allowed) for line, text in file.paragraphs]
    found = [(line, identifying_kinds(text, known=known, allowed=but)) for line, text, but in told]
    return [f"{file.name}, line {line}: {', '.join(kinds)}." for line, kinds in found if kinds]
