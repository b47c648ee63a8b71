"""A workbook before any of its values is believed: which sheets it has, how far they reach, what else is in the file.

Answers "which sheet, how large, what is hidden, merged or never computed, and which parts name people": the types that
the readers of each format, `probing.py`, `spreadsheets.py` and `inspect` share.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Merge:
    """Cells shown as one: the first and last row (counted from 1) and cell (counted from 0) they take."""

    first_row: int
    last_row: int
    first_cell: int
    last_cell: int


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a sheet that has anything in it, or several equal ones.

    `cells` maps the place of each filled cell (the first is 0) to its text, `length` is the sum of their lengths.
    `is_too_long` tells that a cell, or all of them together, passed the limits and were left out.
    """

    number: int
    cells: dict[int, str]
    repeats: int = 1
    is_hidden: bool = False
    is_too_long: bool = False
    length: int = 0
    n_formulas: int = 0
    n_uncomputed: int = 0


class SheetScan(Protocol):
    """One sheet as a stream of rows; what stands around the rows is known when they are used up."""

    @property
    def name(self) -> str:
        """Give the name of the sheet."""
        ...

    @property
    def visibility(self) -> str:
        """Tell whether the sheet is `visible`, `hidden` or `very hidden`."""
        ...

    @property
    def merges(self) -> Sequence[Merge]:
        """Give the merged cells."""
        ...

    @property
    def hidden_columns(self) -> Sequence[tuple[int, int]]:
        """Give the first and last cell of each group of hidden columns."""
        ...

    def rows(self) -> Iterator[SheetRow]:
        """Give the rows that have anything in them, from the top."""
        ...


class Book(Protocol):
    """An opened workbook of any format."""

    @property
    def epoch(self) -> int:
        """Give the year the workbook counts days from: 1900 or 1904."""
        ...

    @property
    def parts(self) -> Sequence[str]:
        """Give the keys of `reference/workbook_parts.toml` that are in the file; all of them once it was scanned."""
        ...

    def scans(self) -> Iterator[SheetScan]:
        """Give every sheet in order; the rows of one are used up before the next is asked for."""
        ...


@dataclass(frozen=True)
class Sheet:
    """What one sheet holds.

    `n_rows` and `n_columns` reach to the last filled cell; formats, borders and empty texts beyond do not count. Row
    numbers are the sheet's own; `hidden_rows` and `uncomputed_rows` list the first hundred, `n_hidden_rows` and
    `n_uncomputed` (formula cells that were saved without their value) count all. `hidden_columns` are counted from 0.
    """

    index: int
    name: str
    visibility: str
    n_rows: int
    n_columns: int
    n_cells: int
    n_hidden_rows: int
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[int, ...]
    merges: tuple[Merge, ...]
    n_formulas: int
    n_uncomputed: int
    uncomputed_rows: tuple[int, ...]

    @property
    def holds_data(self) -> bool:
        """Tell whether any cell is filled."""
        return self.n_cells > 0 or self.n_uncomputed > 0


@dataclass(frozen=True)
class Workbook:
    """What one workbook holds: its sheets in order, the year its days count from, the other parts in the file.

    `parts` are keys of `reference/workbook_parts.toml`: author, comments, pivot_cache, external_links, macros,
    custom_xml, embedded_objects. That an author is named is known, never who.
    """

    format: str
    sheets: tuple[Sheet, ...]
    epoch: int
    parts: tuple[str, ...]

    @property
    def filled_sheets(self) -> tuple[Sheet, ...]:
        """Give the sheets that hold anything."""
        return tuple(sheet for sheet in self.sheets if sheet.holds_data)

    def naming_parts(self, chosen: Sheet) -> tuple[str, ...]:
        """Give the parts that may name people when one sheet is read: keys for `[drop] file_parts` of a profile."""
        others = any(sheet.index != chosen.index for sheet in self.filled_sheets)
        named = [part for part in ("author", "comments", "pivot_cache") if part in self.parts]
        return (*named, *(["other_sheets"] if others else []))


def shown_name(name: str) -> str:
    """Give the name of a sheet as a message may show it: no control characters, not too long."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:60]
