"""How long it took from opening to outcome: what was found for all clients and for each group, and the tables.

Answers "how long do people wait here, and does a group wait longer". Statements come from the analysis and are given as
they are. A law centre's own brief has no such section: its figures are in the brief for the network.
"""

from __future__ import annotations

from collections.abc import Collection

from pipelines.codelists import TOTAL
from pipelines.publish.brief import Brief
from pipelines.publish.document import BODY, CAUTION, FINDING, INTRO, Block, Listing, Paragraph, Section
from pipelines.publish.remarks import comments_on
from pipelines.publish.sentences import Label, Sentence
from pipelines.publish.table_sections import table_section
from pipelines.publish.wording import say, wording

SECTION = "waiting"
TABLES = ("by_time_to_outcome", "by_group_of_interest_time")
LONGER = "waits_longer"


def waiting_section(brief: Brief, charted: Collection[str]) -> Section | None:
    """Tell how long clients waited; where no source records when cases end, say so in one line."""
    if brief.edition.centre_name:
        return None
    words, heading = wording()["waiting"], say(brief, wording()["sections"][SECTION])
    present = [name for name in TABLES if name in brief.tables]
    if not present:
        return Section(SECTION, heading, (Paragraph(say(brief, words["none"])), *comments_on(brief, SECTION)))
    blocks: list[Block] = [Paragraph(say(brief, words["intro"]), INTRO)]
    blocks += [Paragraph(_given(each.statement), BODY) for each in brief.waiting if each.group == TOTAL]
    if groups := [_given(each.statement) for each in brief.waiting if each.group != TOTAL]:
        blocks += [Listing(tuple(groups)), Paragraph(say(brief, words["caution"]), CAUTION)]
    parts = tuple(table_section(brief, name, charted) for name in present)
    return Section(SECTION, heading, (*blocks, *comments_on(brief, SECTION)), parts)


def group_waiting(brief: Brief, group: str) -> tuple[Block, ...]:
    """Tell of one group how long its members waited, set apart where they waited longer than others."""
    told = [each for each in brief.waiting if each.group == group]
    return tuple(Paragraph(_given(each.statement), FINDING if each.state == LONGER else BODY) for each in told)


def longer_waits(brief: Brief) -> list[Sentence]:
    """Give what was found of each group that waited longer than others."""
    return [_given(each.statement) for each in brief.waiting if each.state == LONGER]


def _given(statement: str) -> Sentence:
    return (Label(statement, "given"),)
