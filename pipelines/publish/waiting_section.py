"""How long people waited: for a case to be opened, and from there for an outcome; and why cases are still open.

Answers "how long do people wait here, does a group wait longer, and what keeps cases open". Statements come from the
analysis and are given as they are. A law centre's own brief has no such section: its figures are in the brief for the
network.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import Waiting
from pipelines.publish.brief import Brief
from pipelines.publish.document import BODY, CAUTION, FINDING, INTRO, Block, Listing, Paragraph, Section
from pipelines.publish.remarks import comments_on
from pipelines.publish.sentences import Label, Sentence
from pipelines.publish.table_sections import table_section
from pipelines.publish.wording import say, wording

SECTION = "waiting"
OPENING = ("by_time_to_opening", "by_group_of_interest_opening")
OUTCOME = ("by_time_to_outcome", "by_group_of_interest_time")
STALLED = ("by_stall_reason",)
TABLES = (*OPENING, *OUTCOME, *STALLED)
LONGER = "waits_longer"


def waiting_section(brief: Brief, charted: Collection[str]) -> Section | None:
    """Tell how long clients waited and why cases are open; what no source records is said in one line each."""
    if brief.edition.centre_name:
        return None
    blocks = (*_opening(brief), *_outcome(brief), *_stalled(brief), *comments_on(brief, SECTION))
    parts = tuple(table_section(brief, name, charted) for name in TABLES if name in brief.tables)
    return Section(SECTION, say(brief, wording()["sections"][SECTION]), blocks, parts)


def group_waiting(brief: Brief, group: str) -> tuple[Block, ...]:
    """Tell of one group how long its members waited, set apart where they waited longer than others."""
    told = [each for each in _told(brief) if each.group == group]
    return tuple(Paragraph(_given(each.statement), FINDING if each.state == LONGER else BODY) for each in told)


def longer_waits(brief: Brief) -> list[Sentence]:
    """Give what was found of each group that waited longer than others."""
    return [_given(each.statement) for each in _told(brief) if each.state == LONGER]


def _told(brief: Brief) -> tuple[Waiting, ...]:
    return (*brief.openings, *brief.waiting)


def _opening(brief: Brief) -> Iterator[Block]:
    words = wording()["waiting"]
    if not _has(brief, OPENING):
        yield Paragraph(say(brief, words["opening_none"]))
        return
    yield Paragraph(say(brief, words["opening_intro"]), INTRO)
    yield from _statements(brief.openings)
    # Where both times are told, one caution stands below the second.
    if _of_groups(brief.openings) and not _has(brief, OUTCOME):
        yield Paragraph(say(brief, words["caution"]), CAUTION)


def _outcome(brief: Brief) -> Iterator[Block]:
    words = wording()["waiting"]
    if not _has(brief, OUTCOME):
        yield Paragraph(say(brief, words["none"]))
        return
    yield Paragraph(say(brief, words["intro"]), INTRO)
    yield from _statements(brief.waiting)
    if _of_groups(_told(brief)):
        yield Paragraph(say(brief, words["caution"]), CAUTION)


def _stalled(brief: Brief) -> Iterator[Block]:
    name = "stalled_intro" if _has(brief, STALLED) else "stalled_none"
    yield Paragraph(say(brief, wording()["waiting"][name]), INTRO if _has(brief, STALLED) else BODY)


def _has(brief: Brief, tables: Sequence[str]) -> bool:
    return any(name in brief.tables for name in tables)


def _statements(told: Sequence[Waiting]) -> Iterator[Block]:
    yield from (Paragraph(_given(each.statement), BODY) for each in told if each.group == TOTAL)
    if groups := _of_groups(told):
        yield Listing(tuple(_given(each.statement) for each in groups))


def _of_groups(told: Sequence[Waiting]) -> list[Waiting]:
    return [each for each in told if each.group != TOTAL]


def _given(statement: str) -> Sentence:
    return (Label(statement, "given"),)
