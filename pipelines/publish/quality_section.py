"""What a reader has to know of the data: what sources do not collect, which tables are too fine, and notes.

Answers "how good are the records behind this". Notes come from validation and hold no figure.
"""

from __future__ import annotations

from collections.abc import Collection

from pipelines.publish.brief import Brief
from pipelines.publish.document import WORDS, Block, Cell, Column, Listing, Paragraph, Row, RowGroup, Section, Table
from pipelines.publish.remarks import comments_on
from pipelines.publish.sentences import Label, Sentence
from pipelines.publish.table_sections import table_section
from pipelines.publish.wording import say, table_wording, wording

SECTION = "quality"


def quality_section(
    brief: Brief, charted: Collection[str], *, tables: Collection[str], order: Collection[str]
) -> Section:
    """Tell what is missing from the records and from the brief.

    Args:
        brief: what it is about.
        charted: the charts that the brief has.
        tables: tables about the quality of data.
        order: every table in the order of a brief, for those that are left out.
    """
    words, gaps = wording()["quality"], _not_collected(brief)
    blocks: list[Block] = [Paragraph(say(brief, words["intro" if gaps else "nothing"]))]
    if gaps:
        blocks.append(_gap_table(brief, gaps))
    if missing := _too_fine(brief, order):
        blocks += [Paragraph(say(brief, words["too_fine"])), Listing(missing)]
    if brief.notes:
        blocks.append(Listing(tuple((Label(note, "given"),) for note in brief.notes)))
    parts = tuple(table_section(brief, name, charted) for name in tables)
    heading = say(brief, wording()["sections"][SECTION])
    return Section(SECTION, heading, (*blocks, *comments_on(brief, SECTION)), parts)


def _gap_table(brief: Brief, gaps: tuple[tuple[Sentence, str], ...]) -> Table:
    words = wording()["quality"]
    rows = tuple(Row(field, (Cell(((Label(sources),),), WORDS),)) for field, sources in gaps)
    heads = (say(brief, words["heading_field"]), say(brief, words["heading_sources"]))
    columns = tuple(Column(head, is_words=True) for head in heads)
    return Table("not-collected", say(brief, words["caption"]), columns, (RowGroup((), rows),))


def _not_collected(brief: Brief) -> tuple[tuple[Sentence, str], ...]:
    names = wording()["quality"]["fields"]
    gaps = brief.not_collected or {}
    return tuple(
        (say(brief, names.get(field, field.replace("_", " "))), "; ".join(sources))
        for field, sources in gaps.items()
        if sources
    )


def _too_fine(brief: Brief, order: Collection[str]) -> tuple[Sentence, ...]:
    """Name the tables a brief does not have, so that nobody takes their absence for an absence of people."""
    names = [*order, *sorted(set(brief.too_fine) - set(order))]
    return tuple(say(brief, table_wording(name)["title"]) for name in names if name in brief.too_fine)
