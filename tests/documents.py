"""Ways into a laid-out document, for tests that ask what a brief says and not where."""

from __future__ import annotations

from typing import TypeVar

from pipelines.publish.brief import Brief
from pipelines.publish.document import Document, Listing, Section, Table, Terms, Tiles
from pipelines.publish.page import lay_out
from pipelines.publish.sentences import Sentence
from pipelines.publish.summary import summary_sections

Block = TypeVar("Block")


def section_of(document: Document, section_id: str) -> Section:
    """Find a section at any level."""
    return next(section for _, section in document.walk() if section.section_id == section_id)


def blocks_of(document: Document, kind: type[Block]) -> list[Block]:
    """Give every block of one kind, in reading order."""
    return [block for _, section in document.walk() for block in section.blocks if isinstance(block, kind)]


def main_points(brief: Brief) -> tuple[Sentence, ...]:
    """Give every sentence of the summary."""
    lists = (block for section in summary_sections(brief) for block in section.blocks if isinstance(block, Listing))
    return tuple(item for listing in lists for item in listing.items)


def tiles_of(brief: Brief) -> Tiles:
    """Give the key figures."""
    return blocks_of(lay_out(brief), Tiles)[0]


def terms_of(brief: Brief) -> Terms:
    """Give the definitions."""
    return blocks_of(lay_out(brief), Terms)[0]


def figures_of(table: Table) -> dict[str, tuple[object, ...]]:
    """Give the parts of each cell of a table by the head of its row."""
    from pipelines.publish.sentences import to_text

    return {
        to_text(row.head): tuple(part for cell in row.cells for said in cell.parts for part in said)
        for group in table.groups
        for row in group.rows
    }
