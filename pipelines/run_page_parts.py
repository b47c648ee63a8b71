"""What the report of a run is laid out from: sections, tables and cells, in plain words and numbers.

Answers "what can stand on the page". Which of it does is decided in `run_page.py`; how it looks, by its template.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell: its text, where it leads if anywhere, and further links in it."""

    text: str
    link: str = ""
    more: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Column:
    """One column: its head, and whether it holds words rather than figures."""

    head: str
    is_words: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the page; its first column heads the rows."""

    table_id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    is_folded: bool = False


@dataclass(frozen=True)
class Section:
    """A section of the page; `notice` is what stands out in it, an alarm where a run failed."""

    section_id: str
    heading: str
    notice: tuple[str, ...] = ()
    is_alarm: bool = False
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    links: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to show."""
        return not (self.notice or self.paragraphs or self.items or self.tables or self.links)


@dataclass(frozen=True)
class Page:
    """The report of a run."""

    title: str
    subtitle: str
    network: str
    sections: tuple[Section, ...]
    footer: str


def columns(*heads: str, words: Sequence[str] = ()) -> tuple[Column, ...]:
    """Name columns; the first of a table and those of `words` hold words."""
    return tuple(Column(head, is_words=place == 0 or head in words) for place, head in enumerate(heads))


def row(*cells: object) -> tuple[Cell, ...]:
    """Make a row: numbers are written with a comma for thousands."""
    return tuple(each if isinstance(each, Cell) else Cell(said(each)) for each in cells)


def said(value: object) -> str:
    """Write a figure or a text as a reader expects it; what is not known is a dash.

    >>> said(1234), said(1.5), said(None)
    ('1,234', '1.50', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def megabytes(size: int | None) -> str:
    """Say a size on disk.

    >>> megabytes(12_345_678), megabytes(1200)
    ('12.3 MB', '0.1 MB')
    """
    return "–" if size is None else f"{max(size / 1e6, 0.1) if size else 0:,.1f} MB"
