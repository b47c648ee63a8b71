"""The barriers that clients face: what was found for all clients and for each group, a chart, and the tables.

Answers "what stands in the way of the people who come, and does a group face more of it". Statements come from the
analysis and are given as they are. A law centre's own brief has no such section: its figures are in the brief for the
network.
"""

from __future__ import annotations

from collections.abc import Collection

from pipelines.codelists import TOTAL
from pipelines.publish.brief import Brief
from pipelines.publish.document import BODY, CAUTION, FINDING, INTRO, Block, Listing, Paragraph, Section
from pipelines.publish.remarks import comments_on
from pipelines.publish.sentences import Label, Sentence
from pipelines.publish.table_sections import table_blocks
from pipelines.publish.wording import say, table_wording, wording

SECTION = "barriers"
TABLES = ("by_barrier", "by_barrier_count", "by_barrier_pair", "by_group_of_interest_barriers")
MORE = "more_barriers"


def barriers_section(brief: Brief, charted: Collection[str]) -> Section | None:
    """Tell which barriers are recorded; where no source records them, say so in one line."""
    if brief.edition.centre_name:
        return None
    words, heading = wording()["barriers"], say(brief, wording()["sections"][SECTION])
    present = [name for name in TABLES if name in brief.tables]
    if not present:
        return Section(SECTION, heading, (Paragraph(say(brief, words["none"])), *comments_on(brief, SECTION)))
    everybody = [_given(each.statement) for each in brief.faced if each.group == TOTAL]
    blocks: list[Block] = [Listing(tuple(everybody))] if everybody else []
    if groups := [_given(each.statement) for each in brief.faced if each.group != TOTAL]:
        blocks += [Paragraph(say(brief, words["groups"]), BODY), Listing(tuple(groups))]
        blocks.append(Paragraph(say(brief, words["caution"]), CAUTION))
    intro = Paragraph(say(brief, words["intro"]), INTRO)
    parts = tuple(_table(brief, name, charted) for name in present)
    return Section(SECTION, heading, (intro, *blocks, *comments_on(brief, SECTION)), parts)


def group_barriers(brief: Brief, group: str) -> tuple[Block, ...]:
    """Tell of one group how many of its members face several barriers, set apart where it is more than of others."""
    told = [each for each in brief.faced if each.group == group]
    return tuple(Paragraph(_given(each.statement), FINDING if each.state == MORE else BODY) for each in told)


def more_barriers(brief: Brief) -> list[Sentence]:
    """Give what was found of each group that faces several barriers more often than others."""
    return [_given(each.statement) for each in brief.faced if each.state == MORE]


def _table(brief: Brief, table_id: str, charted: Collection[str]) -> Section:
    """Show a table with how it is read; what it shows stands above, for all tables."""
    words = table_wording(table_id)
    notes = tuple(Paragraph(say(brief, words[name]), BODY) for name in ("overlap", "caution") if name in words)
    blocks = (*notes, *table_blocks(brief, table_id, charted, has_text=False))
    return Section(table_id, say(brief, words["heading"]), blocks)


def _given(statement: str) -> Sentence:
    return (Label(statement, "given"),)
