"""The rows of one sheet of an Excel workbook, as a stream.

Answers "what stands in which cell". Rows and cells keep the places the sheet gives them, so a cell far away costs no
more than one nearby. Formulas give the value that was saved with them; they are never computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from pipelines.errors import ReadError
from pipelines.ingest.reading.cell_text import iso_text, number_text, serial_text, unescaped
from pipelines.ingest.reading.limits import limits
from pipelines.ingest.reading.markup import Attributes, Elements
from pipelines.ingest.reading.workbooks import Merge, SheetRow

REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})", re.ASCII)
DIGITS = "0123456789"


@lru_cache(maxsize=20_000)
def cell_of(letters: str) -> int:
    """Give the place of a column by its letters; A is 0."""
    place = 0
    for letter in letters.upper():
        place = place * 26 + ord(letter) - 64
    return place - 1


class XlsxScan:
    """One sheet as a stream of rows."""

    def __init__(self, name: str, visibility: str, cells: XlsxCells, blocks: Iterable[bytes]) -> None:
        self.name = name
        self.visibility = visibility
        self._cells = cells
        self._blocks = blocks

    @property
    def merges(self) -> list[Merge]:
        """Give the merged cells; they stand after the rows."""
        return self._cells.merges

    @property
    def hidden_columns(self) -> list[tuple[int, int]]:
        """Give the first and last cell of each group of hidden columns."""
        return self._cells.hidden_columns

    def rows(self) -> Iterator[SheetRow]:
        """Give the rows that have anything in them, from the top.

        Raises:
            ReadError: the sheet is damaged, or reaches beyond the limits.
        """
        cells = self._cells
        for _ in cells.feed(cells.path, self._blocks):
            if cells.ready:
                done, cells.ready = cells.ready, []
                yield from done


class XlsxCells(Elements):
    """Gathers the cells of one sheet into rows; `ready` holds the rows that are complete."""

    def __init__(self, path: Path, *, texts: list[str | None], formats: list[str], epoch: int) -> None:
        super().__init__()
        self.path = path
        self.ready: list[SheetRow] = []
        self.merges: list[Merge] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self._texts, self._formats, self._epoch = texts, formats, epoch
        self._bounds = limits()
        self._row = self._place = 0
        self._is_row = self._is_cell = self._is_hidden = self._is_reading = self._has_formula = False
        self._type = self._style = ""
        self._clear_row()
        self.starts = {
            "c": self._cell_begins,
            "v": self._text_begins,
            "row": self._row_begins,
            "f": self._formula,
            "t": self._text_begins,
            "rPh": self._reading_begins,
            "mergeCell": self._merge,
            "col": self._column,
        }
        self.ends = {
            "c": self._cell_ends,
            "v": self.pause,
            "t": self.pause,
            "rPh": self._reading_ends,
            "row": self._row_ends,
        }

    def _clear_row(self) -> None:
        self._cells: dict[int, str] = {}
        self._row_length = self._formulas = self._uncomputed = 0
        self._row_is_too_long = False

    def _row_begins(self, attributes: Attributes) -> None:
        number = attributes.get("r", "")
        following = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1
        if following <= self._row or following > self._bounds.sheet_rows:
            raise self._disordered()
        self._row, self._place, self._is_row = following, -1, True
        self._is_hidden = attributes.get("hidden", "") in ("1", "true")

    def _row_ends(self) -> None:
        if self._cells or self._formulas or self._row_is_too_long:
            self.ready.append(
                SheetRow(
                    number=self._row,
                    cells=self._cells,
                    is_hidden=self._is_hidden,
                    is_too_long=self._row_is_too_long,
                    length=self._row_length,
                    n_formulas=self._formulas,
                    n_uncomputed=self._uncomputed,
                )
            )
            self._clear_row()
        self._is_row = False

    def _cell_begins(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._place += 1
        else:
            letters = reference.rstrip(DIGITS)
            if not letters.isalpha() or not letters.isascii() or len(letters) > 3:
                raise self._disordered()
            self._place = cell_of(letters)
        if self._place >= self._bounds.sheet_columns or self._place in self._cells or not self._is_row:
            raise self._disordered()
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._is_cell, self._has_formula, self.is_too_long = True, False, False

    def _text_begins(self, _: Attributes) -> None:
        if self._is_cell and not self._is_reading:
            self.gather()

    def _reading_begins(self, _: Attributes) -> None:
        self._is_reading = True

    def _reading_ends(self) -> None:
        self._is_reading = False

    def _formula(self, _: Attributes) -> None:
        self._has_formula = self._is_cell

    def _cell_ends(self) -> None:
        stored = self.gathered()
        self._is_cell = False
        if self._has_formula:
            self._formulas += 1
            # An empty text is a result too; only then is the type of the cell written.
            self._uncomputed += not stored and self._type in ("n", "")
        if stored or self.is_too_long:
            self._keep(None if self.is_too_long else self._meaning(stored))

    def _keep(self, text: str | None) -> None:
        """Keep the text of a cell; one that is too long marks its row and is left out."""
        self._row_length += len(text or "")
        if text is None or self._row_length > self._bounds.row_characters:
            self._row_is_too_long = True
        elif text:
            self._cells[self._place] = text

    def _meaning(self, stored: str) -> str | None:
        if self._type == "s":
            return self._shared(stored)
        if self._type in ("n", ""):
            kind = self._kind()
            return serial_text(stored, kind, self._epoch) if kind else number_text(stored)
        if self._type == "b":
            return {"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}.get(stored.strip(), stored)
        if self._type == "d":
            return iso_text(stored)
        return unescaped(stored)

    def _kind(self) -> str:
        place = int(self._style) if self._style.isdecimal() and len(self._style) < 7 else 0
        return self._formats[place] if place < len(self._formats) else ""

    def _shared(self, stored: str) -> str | None:
        place = int(stored) if stored.strip().isdecimal() and len(stored) < 10 else len(self._texts)
        if place >= len(self._texts):
            raise self._disordered()
        return self._texts[place]

    def _merge(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        corners = [REFERENCE.fullmatch(first), REFERENCE.fullmatch(last or first)]
        if not all(corners) or len(self.merges) >= self._bounds.merged_ranges:
            raise self._disordered()
        cells = sorted(cell_of(corner[1]) for corner in corners if corner)
        rows = sorted(int(corner[2]) for corner in corners if corner)
        self.merges.append(Merge(rows[0], rows[1], cells[0], cells[1]))

    def _column(self, attributes: Attributes) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if attributes.get("hidden") in ("1", "true") and first.isdecimal() and last.isdecimal():
            self.hidden_columns.append((int(first[:6]) - 1, int(last[:6]) - 1))

    def _disordered(self) -> ReadError:
        return ReadError(
            f"{self.path} is damaged: the rows or cells of a sheet are out of order, occur twice or lie outside it. "
            "Open it in a spreadsheet program and save it again."
        )
