"""Enquiries: how they were answered, which share was turned away, and of which groups more often; and the tables.

Answers "whom did the centres have to turn away". Statements come from the analysis and are given as they are. The unit
is the enquiry, and the section says so. A law centre's own brief has no such section: its figures are in the brief for
the network.
"""

from __future__ import annotations

from collections.abc import Collection

from pipelines.codelists import TOTAL
from pipelines.publish.brief import Brief
from pipelines.publish.document import BODY, CAUTION, FINDING, INTRO, Block, Listing, Paragraph, Section
from pipelines.publish.remarks import comments_on
from pipelines.publish.sentences import Label, Sentence, joined
from pipelines.publish.table_sections import table_section
from pipelines.publish.wording import say, wording

SECTION = "enquiries"
TABLES = ("by_enquiry_response", "by_group_of_interest_response")
MORE = "turned_away_more"


def enquiry_section(brief: Brief, charted: Collection[str]) -> Section | None:
    """Tell how enquiries were answered; where no source records them, say so in one line."""
    if brief.edition.centre_name:
        return None
    words, heading = wording()["enquiries"], say(brief, wording()["sections"][SECTION])
    present = [name for name in TABLES if name in brief.tables]
    if not present:
        return Section(SECTION, heading, (Paragraph(say(brief, words["none"])), *comments_on(brief, SECTION)))
    blocks: list[Block] = [Paragraph(say(brief, words["intro"]), INTRO)]
    if brief.enquiry_sources:
        named = joined([(Label(name),) for name in brief.enquiry_sources])
        blocks.append(Paragraph(say(brief, words["sources"], sources=named), BODY))
    blocks += [Paragraph(_given(each.statement), BODY) for each in brief.enquiries if each.group == TOTAL]
    if groups := [_given(each.statement) for each in brief.enquiries if each.group != TOTAL]:
        blocks += [Listing(tuple(groups)), Paragraph(say(brief, words["caution"]), CAUTION)]
    parts = tuple(table_section(brief, name, charted) for name in present)
    return Section(SECTION, heading, (*blocks, *comments_on(brief, SECTION)), parts)


def group_enquiries(brief: Brief, group: str) -> tuple[Block, ...]:
    """Tell of one group how often its enquiries were turned away, set apart where that was more often than others'."""
    told = [each for each in brief.enquiries if each.group == group]
    return tuple(Paragraph(_given(each.statement), FINDING if each.state == MORE else BODY) for each in told)


def turned_away_more(brief: Brief) -> list[Sentence]:
    """Give what was found of each group that was turned away more often than others."""
    return [_given(each.statement) for each in brief.enquiries if each.state == MORE]


def _given(statement: str) -> Sentence:
    return (Label(statement, "given"),)
