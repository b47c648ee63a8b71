"""Explanations of revisions: what a person wrote in `revisions.toml` about an edition that changed figures.

Answers "why does this edition say something else", in a person's words beside what the product can tell by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines.declarations import Section, read_toml, stop_on_problems
from pipelines.errors import IdentifiersFound, SettingsError, listed
from pipelines.ingest.tripwire.prose import identifying_kinds
from pipelines.periods import Period

FILE_NAME = "revisions.toml"
# The first edition of a period revises nothing.
FIRST_REVISED = 2
# One or two sentences beside a table; longer texts belong into the commentary.
SHORTEST, LONGEST = 5, 300


@dataclass(frozen=True)
class Explanation:
    """Why one edition of a period was made, in a person's words."""

    period: Period
    edition: int
    why: str


def load_explanations(workspace: Path, *, names: Collection[str] = ()) -> tuple[Explanation, ...]:
    """Read `revisions.toml` of a workspace.

    Args:
        workspace: the folder; the file may be missing.
        names: those of the network, its centres and sources, which may stand in a text.
    Returns:
        One entry per edition that is explained.
    Raises:
        SettingsError: an entry is wrong; the message lists every problem.
        IdentifiersFound: a text names or reaches a person.
    """
    path = workspace / FILE_NAME
    if not path.is_file():
        return ()
    top = Section("", read_toml(path, SettingsError))
    sections = top.sections("revisions")
    found = [_explanation(section) for section in sections]
    top.close()
    _refuse_twice(top, found)
    stop_on_problems(top.problems, path, SettingsError)
    persons = [
        f"revisions {number}: {', '.join(kinds)}."
        for number, each in enumerate(found, 1)
        if each and (kinds := identifying_kinds(each.why, known=names))
    ]
    if persons:
        raise IdentifiersFound(listed(persons, heading=f"{path} points at people. Say it without naming anybody:"))
    return tuple(each for each in found if each)


def explained(explanations: Collection[Explanation], period: Period) -> Mapping[int, str]:
    """Give what was written about the editions of one period."""
    return {each.edition: each.why for each in explanations if each.period == period}


def require_known(explanations: Collection[Explanation], period: Period, *, newest: int) -> None:
    """Refuse explanations of editions that do not exist and are not the next: nobody would read them.

    Args:
        explanations: those of a workspace.
        period: whose editions are looked at.
        newest: the number of its newest edition, 0 before the first.
    Raises:
        SettingsError: an entry names such an edition.
    """
    lost = [number for number in explained(explanations, period) if number > newest + 1]
    if lost:
        told = ", ".join(str(number) for number in sorted(lost))
        raise SettingsError(f"{FILE_NAME} explains edition {told} of {period}, but the next one is {newest + 1}.")


def _explanation(section: Section) -> Explanation | None:
    period, edition, why = section.text("period"), section.whole("edition", 0), section.text("why").strip()
    place = section.place
    if edition < FIRST_REVISED:
        section.problem(f"{place}.edition must be {FIRST_REVISED} or more: the first edition revises nothing.")
    if "why" in section.values and not SHORTEST <= len(why) <= LONGEST:
        section.problem(f"{place}.why must have {SHORTEST} to {LONGEST} characters.")
    if not why.isprintable():
        section.problem(f"{place}.why must be one line of plain text.")
    section.close()
    try:
        return Explanation(Period.parse(period), edition, why)
    except ValueError:
        if "period" in section.values:
            section.problem(f"{place}.period must be a period such as 2026-Q3 or 2026-Q1_2026-Q3.")
        return None


def _refuse_twice(top: Section, found: Collection[Explanation | None]) -> None:
    seen: set[tuple[Period, int]] = set()
    for number, each in enumerate(found, 1):
        if each and (each.period, each.edition) in seen:
            top.problem(f"revisions {number} explains the same edition as an entry before it. Delete one.")
        seen |= {(each.period, each.edition)} if each else set()
