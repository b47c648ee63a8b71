"""A workbook looked through from end to end, keeping counts and places.

Answers "how far does each sheet reach, and what is hidden, merged or never computed", and stops at once at a sheet
beyond the limits. How the archive is laid out inside is left to `xlsx.py` and `ods.py`, what becomes of the cells to
`spreadsheets.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipelines.errors import ReadError
from pipelines.ingest.reading.limits import limits
from pipelines.ingest.reading.workbooks import Book, Merge, Sheet, SheetRow, SheetScan, Workbook, shown_name

# How many row numbers are kept for a message; the others are counted.
KEPT_NUMBERS = 100
# How much of the rows is remembered, in characters, each cell counted as fifty more: about 100 MB.
KEPT_CHARACTERS = 50_000_000
CELL_CHARACTERS = 50


class SeenRows:
    """The rows of a workbook as they were seen, so that a small one is unpacked once only; a large one is forgotten."""

    def __init__(self) -> None:
        self._rows: dict[int, list[SheetRow]] = {}
        self._left = KEPT_CHARACTERS

    def add(self, index: int, row: SheetRow) -> None:
        """Remember a row of a sheet while there is room."""
        if self._left < 0:
            return
        self._left -= row.length + CELL_CHARACTERS * (len(row.cells) + 1)
        self._rows.setdefault(index, []).append(row)
        if self._left < 0:
            self._rows.clear()

    def of(self, index: int) -> list[SheetRow] | None:
        """Give the rows of a sheet; None when they were forgotten and have to be read again."""
        return None if self._left < 0 else self._rows.get(index, [])


def probe(path: Path, file_format: str, book: Book, seen: SeenRows) -> Workbook:
    """Look through every sheet of a workbook and keep counts and places.

    Args:
        path: the file, for messages.
        file_format: `xlsx` or `ods`.
        book: the opened workbook.
        seen: is given every row.
    Raises:
        ReadError: the workbook is damaged, or larger than the limits.
    """
    sheets = tuple(_probed(path, index, scan, seen) for index, scan in enumerate(book.scans()))
    return Workbook(file_format, sheets, book.epoch, tuple(book.parts))


def _probed(path: Path, index: int, scan: SheetScan, seen: SeenRows) -> Sheet:
    counts = _Counts(path, shown_name(scan.name))
    for row in scan.rows():
        counts.add(row)
        seen.add(index, row)
    width = counts.n_columns
    hidden = {cell for first, last in scan.hidden_columns for cell in range(first, min(last + 1, width))}
    return Sheet(
        index=index,
        name=scan.name,
        visibility=scan.visibility,
        n_rows=counts.n_rows,
        n_columns=width,
        n_cells=counts.n_cells,
        n_hidden_rows=counts.n_hidden,
        hidden_rows=tuple(counts.hidden),
        hidden_columns=tuple(sorted(hidden)),
        merges=_clipped(scan.merges, counts.n_rows, width),
        n_formulas=counts.n_formulas,
        n_uncomputed=counts.n_uncomputed,
        uncomputed_rows=tuple(counts.uncomputed),
    )


class _Counts:
    """What is kept of the rows of one sheet while they pass; a sheet beyond the limits stops at once."""

    def __init__(self, path: Path, name: str) -> None:
        self._place = f'{path}, sheet "{name}",'
        self.n_rows = self.n_columns = self.n_cells = 0
        self.n_hidden = self.n_formulas = self.n_uncomputed = 0
        self.hidden: list[int] = []
        self.uncomputed: list[int] = []
        self._widest = self._length = 0

    def add(self, row: SheetRow) -> None:
        self.n_formulas += row.n_formulas * row.repeats
        if row.n_uncomputed:
            self.n_uncomputed += row.n_uncomputed * row.repeats
            _keep(self.uncomputed, row)
        if not row.cells and not row.is_too_long:
            return
        width = max(row.cells, default=0) + 1
        if width > self.n_columns:
            self.n_columns, self._widest = width, row.number
        self.n_rows = row.number + row.repeats - 1
        self.n_cells += max(len(row.cells), 1) * row.repeats
        self._length += row.length * row.repeats
        if row.is_hidden:
            self.n_hidden += row.repeats
            _keep(self.hidden, row)
        self._check()

    def _check(self) -> None:
        bounds = limits()
        if self.n_cells > bounds.sheet_cells or self._length > bounds.unpacked_bytes:
            raise ReadError(
                f"{self._place} has more than {bounds.sheet_cells:,} filled cells, or more text than a workbook may "
                "give. Export it as CSV, where size does not matter, or for a shorter time."
            )
        if self.n_rows * self.n_columns > bounds.sheet_extent:
            raise ReadError(
                f"{self._place} reaches over {self.n_rows:,} rows and {self.n_columns:,} columns, nearly all of them "
                f"empty: row {self._widest} is the widest, row {self.n_rows} the lowest so far. Delete what stands far "
                "outside the table and save it again."
            )


def _keep(numbers: list[int], row: SheetRow) -> None:
    room = KEPT_NUMBERS - len(numbers)
    numbers.extend(range(row.number, row.number + min(row.repeats, room)))


def _clipped(merges: Sequence[Merge], n_rows: int, n_columns: int) -> tuple[Merge, ...]:
    """Cut merged cells to the filled part of the sheet: people merge whole columns."""
    inside = [merge for merge in merges if merge.first_row <= n_rows and merge.first_cell < n_columns]
    return tuple(
        Merge(merge.first_row, min(merge.last_row, n_rows), merge.first_cell, min(merge.last_cell, n_columns - 1))
        for merge in inside
    )
