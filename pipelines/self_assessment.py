"""Self-assessment: what law centres say of themselves about standards of practice, in `self_assessment.toml`.

Answers "which standards does this centre say it meets, on what evidence, and what comes next". The standards are in
`reference/standards.toml`. Every problem is told at once, and an answer that names or reaches a person stops the run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.declarations import Section, read_toml, stop_on_problems, suggestion
from pipelines.errors import IdentifiersFound, SettingsError, listed
from pipelines.ingest.tripwire.prose import identifying_kinds
from pipelines.resources import reference_file

FILE_NAME = "self_assessment.toml"
NAME = "name"


@dataclass(frozen=True)
class Answer:
    """One centre's answer about one standard; `said_on` is None only where the file is wrong."""

    centre: str
    standard: str
    answer: str
    evidence: str
    next_step: str
    said_by: str
    said_on: date | None


@cache
def standards() -> dict[str, Any]:
    """Read `reference/standards.toml`."""
    return read_toml(reference_file("standards.toml"), SettingsError)


def load_self_assessment(workspace: Path, *, centres: Collection[str], names: Collection[str]) -> tuple[Answer, ...]:
    """Read the answers of a workspace; without the file there are none.

    Args:
        workspace: the folder that holds `self_assessment.toml`.
        centres: the ids of its centres.
        names: those of the network, its centres and sources, which may stand in a text.
    Returns:
        Answers in the order of the standards, centre by centre.
    Raises:
        SettingsError: an entry is wrong; the message lists every problem.
        IdentifiersFound: a text names or reaches a person; the message tells kind and entry, never what was found.
    """
    path = workspace / FILE_NAME
    if not path.is_file():
        return ()
    top = Section("", read_toml(path, SettingsError))
    found = [_answer(section, centres) for section in top.sections("answers")]
    top.close()
    _refuse_twice(top, found)
    stop_on_problems(top.problems, path, SettingsError)
    if persons := list(_persons(found, names)):
        raise IdentifiersFound(listed(persons, heading=f"{path} points at people. Say it without naming anybody:"))
    order = list(standards()["standards"])
    return tuple(sorted(found, key=lambda each: (each.centre, order.index(each.standard))))


def _answer(section: Section, centres: Collection[str]) -> Answer:
    rules = standards()
    answer = Answer(
        centre=_known(section, "centre", centres),
        standard=_known(section, "standard", rules["standards"]),
        answer=_known(section, "answer", rules["answers"]),
        evidence=_line(section, "evidence", rules["longest_text"]),
        next_step=_line(section, "next_step", rules["longest_text"]),
        said_by=_line(section, "said_by", rules["longest_name"]),
        said_on=_day(section),
    )
    section.close()
    return answer


def _known(section: Section, key: str, known: Collection[str]) -> str:
    told = section.text(key)
    if key in section.values and told not in known:
        words = ", ".join(known)
        section.problem(f"{section.place}.{key} must be one of {words}.{suggestion(told, list(known))}")
    return told


def _line(section: Section, key: str, longest: int) -> str:
    told = section.text(key).strip()
    if key in section.values and not 0 < len(told) <= longest:
        section.problem(f"{section.place}.{key} must have 1 to {longest} characters.")
    if not told.isprintable():
        section.problem(f"{section.place}.{key} must be one line of plain text.")
    return told


def _day(section: Section) -> date | None:
    day = section.day("said_on")
    if "said_on" not in section.values or isinstance(day, datetime):
        section.problem(f"{section.place}.said_on must be a date such as 2026-10-02.")
    return day


def _refuse_twice(top: Section, found: Collection[Answer]) -> None:
    seen: set[tuple[str, str]] = set()
    for number, each in enumerate(found, 1):
        if (each.centre, each.standard) in seen:
            top.problem(f"answers {number} is about the same centre and standard as an entry before it. Delete one.")
        seen.add((each.centre, each.standard))


def _persons(found: Collection[Answer], names: Collection[str]) -> Iterator[str]:
    """Say which answers point at people; who answers is named on purpose, but is not to be reached."""
    for number, each in enumerate(found, 1):
        texts: Mapping[str, tuple[str, ...]] = {each.evidence: (), each.next_step: (), each.said_by: (NAME,)}
        kinds = [kind for text, but in texts.items() for kind in identifying_kinds(text, known=names, allowed=but)]
        if kinds:
            yield f"answers {number}: {', '.join(dict.fromkeys(kinds))}."
