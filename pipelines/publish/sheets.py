"""The sheets of a workbook as plain values, before anybody writes a file.

Answers "what is a sheet made of": a title, lines below it, one table. Columns say what kind of value they hold, and a
text in a column of figures is a mark in the place of one. Nothing here knows about spreadsheet programs but the rules
they have for names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pipelines.figures import raw_value
from pipelines.publish.brief import Brief
from pipelines.publish.sentences import Num, Part, Sentence, to_text
from pipelines.publish.tableview import EMPTY_MARK, HIDDEN_MARK, Figure
from pipelines.publish.wording import say, wording

# Kinds of columns: words and codes stand left, figures right.
LABEL, CODE, TEXT = "label", "code", "text"
COUNT, SHARE, RATIO = "count", "share", "ratio"
FIGURES = (COUNT, SHARE, RATIO)
NAME_LENGTH = 31
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", "-"))
# Excel keeps this name for itself.
_RESERVED = "history"


@dataclass(frozen=True)
class Link:
    """Words that lead to another sheet of the same workbook."""

    text: str
    sheet: str


Value = str | int | float | Link


@dataclass(frozen=True)
class Column:
    """A column: its head, unique in its table, and the kind of its values."""

    head: str
    kind: str


@dataclass(frozen=True)
class Row:
    """A row: a value for each column; `is_strong` marks totals and findings."""

    values: tuple[Value, ...]
    is_strong: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet with one table.

    `table_name` is unique in the workbook: the id of the published table, or what else the sheet is. `about` describes
    the table for those who cannot see it.
    """

    name: str
    title: str
    lines: tuple[str | Link, ...]
    table_name: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def clean(text: str) -> str:
    r"""Take out of a text what no cell can hold: line breaks, tabs, and characters that a file of XML must not have.

    >>> clean(" one\tline\r\n"), clean("a\x01b")
    ('one line', 'ab')
    """
    return " ".join(_NO_XML.sub("", text).split())


def words(brief: Brief, name: str, **slots: Part | Sentence) -> str:
    """Give one of the workbook's own sentences."""
    return said(say(brief, wording()["workbook"][name], **slots))


def said(sentence: Sentence) -> str:
    """Give a sentence as the text of a cell."""
    return clean(to_text(sentence))


def published(value: float) -> int | float:
    """Give a figure as it is published in the data: a count whole, everything else with four decimals.

    >>> published(1180), published(0.24532224)
    (1180, 0.2453)
    """
    return value if isinstance(value, int) else float(raw_value(value))


def shown(brief: Brief, figure: Figure) -> Value:
    """Give a figure of a table, or the mark in its place."""
    if isinstance(figure, Num):
        return figure.text if figure.value is None else published(figure.value)
    return words(brief, "none") if figure == EMPTY_MARK else figure


def marks_explained(brief: Brief, rows: Iterable[Row]) -> tuple[str, ...]:
    """Explain the marks that stand in the place of figures, as far as rows have them."""
    used = {value for row in rows for value in row.values if isinstance(value, str)}
    told = {HIDDEN_MARK: "hidden", words(brief, "none"): "not_to_be_had"}
    return tuple(words(brief, name) for mark, name in told.items() if mark in used)


def lines_above(brief: Brief, told: Iterable[str], rows: Iterable[Row], *, contents: str) -> tuple[str | Link, ...]:
    """Give the lines above a table: its own ones, the rule, the marks it has, where notes are, and the way back.

    Args:
        brief: its rule and its words.
        told: the lines of this sheet alone.
        rows: those of the table.
        contents: name of the sheet that lists all.
    """
    one_table = words(brief, "one_table", notes=wording()["workbook"]["notes"])
    own = (*told, clean(brief.rule.statement), *marks_explained(brief, rows), one_table)
    return (*own, Link(words(brief, "back"), contents))


def yes_or_no(is_so: bool) -> str:
    """Say whether something is so."""
    return str(wording()["workbook"]["yes" if is_so else "no"])


def told_apart(names: Iterable[str], *, taken: Collection[str] = (), length: int = 255) -> tuple[str, ...]:
    """Make names different from each other, whether letters are capital or small.

    Args:
        names: may repeat.
        taken: names that are not to be given.
        length: the most letters a name may have.
    Returns:
        Each name, cut where it is too long, with a number at its end where another has it already.

    >>> told_apart(["Cases", "cases", "Clients"])
    ('Cases', 'cases 2', 'Clients')
    """
    seen, found = {name.casefold() for name in taken}, []
    for name in names:
        told, number = cut(name, length), 1
        while told.casefold() in seen:
            number += 1
            told = f"{cut(name, length - len(f' {number}'))} {number}"
        seen.add(told.casefold())
        found.append(told)
    return tuple(found)


def cut(text: str, length: int) -> str:
    """Cut a text to a length in UTF-16 units, which is how spreadsheet programs count, at the end of a word if it can.

    >>> cut("Advice by group of nationalities", 31), cut("Advice", 31)
    ('Advice by group of', 'Advice')
    """
    if _units(text) <= length:
        return text
    kept = text
    while _units(kept) > length:
        kept = kept[:-1]
    return (kept.rpartition(" ")[0] or kept).rstrip()


def sheet_names(names: Iterable[str], *, taken: Collection[str] = ()) -> tuple[str, ...]:
    """Make names that every spreadsheet program takes as names of sheets.

    Args:
        names: headings.
        taken: names of sheets that are there already.
    Returns:
        Names of at most 31 letters without the characters that stand for places, each different.

    >>> sheet_names(["Clients/customers", "'Age'"])
    ('Clients-customers', 'Age')
    """
    plain = (clean(name.translate(_NOT_IN_NAMES)).strip("'") or "-" for name in names)
    return told_apart(plain, taken=(*taken, _RESERVED), length=NAME_LENGTH)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
