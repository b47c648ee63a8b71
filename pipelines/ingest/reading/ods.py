"""An OpenDocument spreadsheet (.ods) as a stream of rows.

Answers "which sheets are there, and what stands in which cell". All sheets lie in one part, one after the other; rows
and cells are written once with a number of times, so a few bytes can stand for a million cells: they are counted, and
only multiplied where something is in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.errors import ReadError
from pipelines.ingest.reading.archives import Archive
from pipelines.ingest.reading.limits import limits
from pipelines.ingest.reading.ods_cells import OdsCells, Table
from pipelines.ingest.reading.workbook_parts import parts_of
from pipelines.ingest.reading.workbooks import Merge, SheetRow

CONTENT, MANIFEST = "content.xml", "meta-inf/manifest.xml"
MANIFEST_BYTES = 1 << 20
ENCRYPTED = b"encryption-data"


class OdsBook:
    """An opened OpenDocument spreadsheet."""

    epoch = 1900

    def __init__(self, path: Path, archive: Archive) -> None:
        self._path = path
        self._archive = archive
        self._has_comments = False
        _refuse_encrypted(path, archive)
        self._parts = parts_of(path, archive, "ods")

    @property
    def parts(self) -> list[str]:
        """Give the kinds of parts in the file; comments stand among the cells, so they are known after a scan."""
        return sorted({*self._parts, *(["comments"] if self._has_comments else [])})

    def scans(self) -> Iterator[OdsScan]:
        """Give every sheet in order; the rows of one are used up before the next begins.

        Raises:
            ReadError: the workbook is damaged, or reaches beyond the limits.
        """
        cells = OdsCells(self._path)
        steps = cells.feed(self._path, self._archive.blocks(CONTENT))
        number = 0
        for _ in steps:
            while number < len(cells.tables):
                self._check_number(number)
                scan = OdsScan(cells.tables[number], steps)
                yield scan
                for _ in scan.rows():
                    pass  # what the caller left
                number += 1
        self._has_comments = self._has_comments or cells.has_comments

    def _check_number(self, number: int) -> None:
        if number >= limits().sheets:
            raise ReadError(f"{self._path} has more than {limits().sheets} sheets. Export the one that matters as CSV.")


def _refuse_encrypted(path: Path, archive: Archive) -> None:
    manifest = archive.read(MANIFEST, MANIFEST_BYTES) if MANIFEST in archive else b""
    if ENCRYPTED in manifest or "encrypted-package" in archive:
        raise ReadError(f"{path} is protected by a password. Save it without one, or export as CSV.")


class OdsScan:
    """One sheet as a stream of rows."""

    def __init__(self, table: Table, steps: Iterator[None]) -> None:
        self.name = table.name
        self.visibility = table.visibility
        self._table = table
        self._steps = steps

    @property
    def merges(self) -> list[Merge]:
        """Give the merged cells."""
        return self._table.merges

    @property
    def hidden_columns(self) -> list[tuple[int, int]]:
        """Give the first and last cell of each group of hidden columns."""
        return self._table.hidden_columns

    def rows(self) -> Iterator[SheetRow]:
        """Give the rows that have anything in them, from the top.

        Raises:
            ReadError: the workbook is damaged, or reaches beyond the limits.
        """
        table = self._table
        while True:
            done, table.ready = table.ready, []
            yield from done
            if table.is_done:
                yield from table.ready
                table.ready = []
                return
            if next(self._steps, self) is self:
                return
