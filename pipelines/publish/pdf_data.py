"""A document as plain values for the typesetter: texts, kinds and sizes, nothing that could be taken for markup.

Answers what is handed over. Every sentence becomes one string, and the template sets strings as they are.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from pipelines.publish.chartspec import Drawing
from pipelines.publish.document import (
    Block,
    Comment,
    Document,
    Listing,
    Paragraph,
    Picture,
    Row,
    RowGroup,
    Section,
    Table,
    Terms,
    Tiles,
)
from pipelines.publish.drawing import font_letters, text_width
from pipelines.publish.in_language import InEnglish, in_its_language
from pipelines.publish.marks import SEMIBOLD
from pipelines.publish.pdf_tables import Fit, Part, broken, fit_table
from pipelines.publish.sentences import Sentence, to_text
from pipelines.publish.svg import light_colours
from pipelines.publish.wording import wording
from pipelines.resources import reference_file

_VIEW = re.compile(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"')
_SPACES = re.compile(r"\s+")
MAIN = "main"
_WORDS = ("contents", "sheet")
Data = dict[str, Any]
Text = str | Data


@cache
def paper_style() -> dict[str, Any]:
    """Read the packaged paper style."""
    with reference_file("paper_style.toml").open("rb") as file:
        return tomllib.load(file)


def plain(text: str) -> str:
    """Give a text with one sign for each letter, one kind of space and no signs that are not seen.

    A PDF keeps what is drawn; a reading program is told of the rest sign by sign, and some are told wrongly.

    >>> plain("cafe\u0301 and\u00a0co\u00adoperative")
    'café and cooperative'
    """
    seen = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return _SPACES.sub(" ", "".join(map(_letter, unicodedata.normalize("NFC", seen))))


def _letter(letter: str) -> str:
    """Give a letter that the font has in pieces alone as these pieces: the letter below and its marks."""
    return letter if ord(letter) in font_letters() else unicodedata.normalize("NFD", letter)


def paper_data(document: Document, drawings: Mapping[str, Drawing], *, published_on: date) -> Data:
    """Turn a document into plain values.

    Args:
        document: what is said, block by block, and in which language.
        drawings: the drawn charts by id.
        published_on: the one date of the file.
    Returns:
        Strings, numbers, lists and mappings alone; a text that is partly in English in a document of another language
        is a mapping with its `runs`.
    """
    document = in_its_language(document)
    language = document.language
    return {
        **{name: plain(to_text(getattr(document, name))) for name in ("name", "kicker")},
        **{name: _text(getattr(document, name)) for name in ("title", "subtitle", "edition_line", "footer")},
        "published": [published_on.year, published_on.month, published_on.day],
        "language": language.short,
        "region": language.tag.partition("-")[2].upper(),
        "words": {name: language.template(wording()["page"][name]) or wording()["page"][name] for name in _WORDS},
        "style": paper_style(),
        "sections": [_section(level, section, drawings) for level, section in document.walk()],
    }


def _section(level: int, section: Section, drawings: Mapping[str, Drawing]) -> Data:
    blocks = [_block(block, drawings) for block in section.blocks]
    return {
        "level": level,
        "is_main": section.section_id == MAIN,
        "heading": _text(section.heading),
        "is_quiet": section.is_quiet,
        "is_across": any(block.get("is_across") for block in blocks),
        "blocks": blocks,
    }


def _block(block: Block, drawings: Mapping[str, Drawing]) -> Data:
    return {"kind": type(block).__name__.lower(), **_content(block, drawings)}


def _content(block: Block, drawings: Mapping[str, Drawing]) -> Data:
    found: Data
    match block:
        case Paragraph():
            found = {"role": block.role, "text": _text(block.text)}
        case Listing():
            found = {"items": _texts(block.items), "is_files": block.is_files}
        case Tiles():
            found = {"tiles": [_tile(tile.figure, tile.words, tile.tag) for tile in block.tiles]}
        case Picture():
            found = _picture(block, drawings[block.chart_id])
        case Table():
            found = _table(block)
        case Terms():
            found = {"items": [_texts(item) for item in block.items]}
        case Comment():
            found = {"paragraphs": _texts(block.paragraphs), "said_by": _text(block.said_by)}
    return found


def _tile(figure: Sentence, words: Sentence, tag: Sentence) -> Data:
    text = _text(figure)
    is_worded = len(to_text(figure)) > paper_style()["limits"]["worded_tile"]
    return {"figure": text, "words": _text(words), "tag": _text(tag), "is_worded": is_worded}


def _picture(picture: Picture, drawing: Drawing) -> Data:
    """Give the plot with its colours on white paper, made smaller where it would not fit on a sheet."""
    svg = light_colours(_SPACES.sub(" ", unicodedata.normalize("NFC", drawing.wide)))
    sheet, size = paper_style()["sheet"], _VIEW.search(svg)
    width = sheet["width"] - 2 * sheet["side"]
    if size is not None:
        width = min(width, float(size[1]), paper_style()["limits"]["chart_height"] * float(size[1]) / float(size[2]))
    return {"svg": svg, "width": round(width, 2), "description": plain(to_text(picture.description))}


def _table(table: Table) -> Data:
    limits = paper_style()["limits"]
    fit = fit_table(table, paper_style(), text_width)
    rows = [row for group in table.groups for row in group.rows]
    longest = max((len(plain(to_text(part))) for row in rows for cell in row.cells for part in cell.parts), default=0)
    return {
        "caption": _text(table.caption),
        "notes": _texts(table.notes),
        "size": fit.size,
        "is_across": fit.is_across,
        "is_whole": len(rows) <= limits["whole_table"] and longest <= limits["long_cell"],
        "is_long": longest > limits["long_cell"],
        "parts": [_part(table, part, fit) for part in fit.parts],
    }


def _part(table: Table, part: Part, fit: Fit) -> Data:
    gap = paper_style()["limits"]["gap"]

    def within(text: Sentence, width: float) -> Text:
        return _text(text, lambda run: broken(run, width - gap, lambda word: text_width(word, fit.size, SEMIBOLD)))

    def row_data(row: Row) -> Data:
        cells = [(row.cells[number - 1], width) for number, width in part[1:]]
        told = [{"kind": cell.kind, "parts": [within(said, width) for said in cell.parts]} for cell, width in cells]
        return {"head": within(row.head, part[0][1]), "cells": told, "is_strong": row.is_strong}

    def group_data(group: RowGroup) -> Data:
        return {"head": _text(group.head), "rows": [row_data(row) for row in group.rows]}

    columns = [(table.columns[number], width) for number, width in part]
    return {
        "widths": [width for _, width in part],
        "columns": [{"head": within(column.head, width), "is_words": column.is_words} for column, width in columns],
        "groups": [group_data(group) for group in table.groups],
    }


def _text(said: Sentence, way: Callable[[str], str] = str) -> Text:
    """Give a text as one string, or run by run where some of it is in English and the document is not."""
    if not any(isinstance(part, InEnglish) for part in said):
        return way(plain(to_text(said)))
    runs = [(plain(to_text((part,))), isinstance(part, InEnglish)) for part in said]
    return {"runs": [{"text": way(text), "is_english": is_english} for text, is_english in runs]}


def _texts(sentences: tuple[Sentence, ...]) -> list[Text]:
    return [_text(said) for said in sentences]
