"""The section of one table: a title that states what was found, the chart, the words and the table itself.

Answers "how is one breakdown told". Every table of a brief is told in the same order, so that readers find their way.
"""

from __future__ import annotations

from collections.abc import Collection

from pipelines.publish.brief import Brief
from pipelines.publish.chart_words import chart_description
from pipelines.publish.charts import block_subtitle, chart_note
from pipelines.publish.crosstab import cross_view, is_crossed
from pipelines.publish.document import BODY, NOTE, SUBTITLE, TITLE, Block, Paragraph, Picture, Section, Table
from pipelines.publish.narrative import block_text, block_title, has_hidden
from pipelines.publish.recorded_view import TABLE as RECORDED
from pipelines.publish.recorded_view import recorded_view
from pipelines.publish.remarks import comments_on
from pipelines.publish.tableview import table_view
from pipelines.publish.wording import say, table_wording, wording


def table_section(brief: Brief, table_id: str, charted: Collection[str], *, is_alone: bool = False) -> Section:
    """Tell one table.

    Args:
        brief: holds the table.
        table_id: which.
        charted: the charts that the brief has, by id.
        is_alone: it is the only table of its section, whose heading then stands for both.
    """
    heading = say(brief, table_wording(table_id)["heading"])
    blocks = (*_title(brief, table_id, is_alone=is_alone), *table_blocks(brief, table_id, charted))
    return Section(table_id, heading, blocks, is_quiet=is_alone)


def table_blocks(brief: Brief, table_id: str, charted: Collection[str], *, has_text: bool = True) -> tuple[Block, ...]:
    """Give chart, words, table and comments of one table; `has_text` is false where the words stand elsewhere."""
    text = block_text(brief, table_id) if has_text else ()
    return (
        Paragraph(block_subtitle(brief, table_id), SUBTITLE),
        *((Picture(table_id, chart_description(brief, table_id)),) if table_id in charted else ()),
        *(Paragraph(said, BODY) for said in text),
        *_note(brief, table_id, charted),
        table_block(brief, table_id, is_folded=table_id in charted),
        *comments_on(brief, table_id),
    )


def table_block(brief: Brief, table_id: str, *, is_folded: bool) -> Table:
    """Set out one table of a brief, of one dimension or of several."""
    if table_id == RECORDED:
        return recorded_view(brief, is_folded=is_folded)
    if is_crossed(brief.tables[table_id]):
        return cross_view(brief, table_id, is_folded=is_folded)
    return table_view(brief, table_id, is_folded=is_folded)


def _title(brief: Brief, table_id: str, *, is_alone: bool) -> tuple[Block, ...]:
    title = block_title(brief, table_id)
    is_finding = title != say(brief, table_wording(table_id)["title"])
    return (Paragraph(title, TITLE),) if is_finding or is_alone else ()


def _note(brief: Brief, table_id: str, charted: Collection[str]) -> tuple[Block, ...]:
    table, note = brief.tables[table_id], chart_note(brief, table_id)
    has_marks = has_hidden(table) and (is_crossed(table) or table_id in charted)
    hidden = say(brief, wording()["text"]["hidden"]) if has_marks else ()
    said = (*note, *((" ",) if note and hidden else ()), *hidden)
    return (Paragraph(said, NOTE),) if said else ()
