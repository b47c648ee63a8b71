"""A brief as a document: sections, and blocks of text, charts and tables, before anybody decides how it looks.

Answers "what stands where". The page, the PDF and the workbook render these blocks and nothing else, so that they say
the same in the same order. Every figure in a block is a cited cell; nothing here knows about HTML, paper or sheets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.publish.languages import ENGLISH, Language
from pipelines.publish.sentences import Sentence

# What a paragraph is for; a renderer may set each apart.
BODY, INTRO, NOTE, TITLE, SUBTITLE, CAUTION, FINDING = (
    "body",
    "intro",
    "note",
    "title",
    "subtitle",
    "caution",
    "finding",
)
# What a table cell holds: a figure, words, or a mark in the place of a figure.
FIGURE, WORDS, MARK = "figure", "words", "mark"


@dataclass(frozen=True)
class Paragraph:
    """Sentences that stand together; `role` says what for."""

    text: Sentence
    role: str = BODY


@dataclass(frozen=True)
class Listing:
    """A list of sentences; `is_files` marks addresses of files, relative to the brief."""

    items: tuple[Sentence, ...]
    is_files: bool = False


@dataclass(frozen=True)
class Tile:
    """One key figure with its words."""

    figure: Sentence
    words: Sentence
    tag: Sentence = ()


@dataclass(frozen=True)
class Tiles:
    """Key figures side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Picture:
    """A chart, by its id; `description` says in words what it shows, for those who cannot see it."""

    chart_id: str
    description: Sentence


@dataclass(frozen=True)
class Cell:
    """A cell of a table: one sentence, or several under each other, such as a count and its share."""

    parts: tuple[Sentence, ...]
    kind: str = FIGURE


@dataclass(frozen=True)
class Row:
    """A row: its head and a cell for each further column; `is_strong` marks totals and findings."""

    head: Sentence
    cells: tuple[Cell, ...]
    is_strong: bool = False


@dataclass(frozen=True)
class RowGroup:
    """Rows under a common head, which may be empty."""

    head: Sentence
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Column:
    """A column: its head, and whether it holds words rather than figures."""

    head: Sentence
    is_words: bool = False


@dataclass(frozen=True)
class Table:
    """A table: caption, columns (the first is that of the row heads), rows and what is to be known about them.

    `table_id` is unique in the document. `is_folded` tells that a chart shows the same, so that a page may fold it.
    """

    table_id: str
    caption: Sentence
    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    notes: tuple[Sentence, ...] = ()
    is_folded: bool = False


@dataclass(frozen=True)
class Terms:
    """Words and their meanings."""

    items: tuple[tuple[Sentence, Sentence], ...]


@dataclass(frozen=True)
class Comment:
    """What somebody outside says about a finding or a section: their words, not the network's figures."""

    paragraphs: tuple[Sentence, ...]
    said_by: Sentence


Block = Paragraph | Listing | Tiles | Picture | Table | Terms | Comment


@dataclass(frozen=True)
class Section:
    """A heading with its blocks, then its sections; `is_quiet` marks a heading that only assistive technology needs."""

    section_id: str
    heading: Sentence
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()
    is_quiet: bool = False


@dataclass(frozen=True)
class Document:
    """A whole document for one audience.

    `kicker` stands above the title, `subtitle` below it; `name` is how the document is called in a list. `language` is
    what it is written in; `others` are the languages of the same document in other files.
    """

    name: Sentence
    title: Sentence
    kicker: Sentence
    subtitle: Sentence
    edition_line: Sentence
    sections: tuple[Section, ...]
    footer: Sentence
    language: Language = ENGLISH
    others: tuple[Language, ...] = ()

    def walk(self) -> Iterator[tuple[int, Section]]:
        """Give every section with its level, from 1, in reading order."""
        return _walk(self.sections, 1)


def _walk(sections: tuple[Section, ...], level: int) -> Iterator[tuple[int, Section]]:
    for section in sections:
        yield level, section
        yield from _walk(section.sections, level + 1)
