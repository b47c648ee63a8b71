"""Merged cells filled out: what a sheet shows once over several cells stands in each of them.

Answers "what would stand here if nothing were merged". A case number merged over three rows of issues belongs to all
three; a heading merged over two columns names both. A cell that has something of its own keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.ingest.reading.workbooks import Merge


class Filler:
    """Fills the merged cells of one sheet, row by row from the top."""

    def __init__(self, merges: Sequence[Merge]) -> None:
        self._coming = sorted(merges, key=lambda merge: merge.first_row, reverse=True)
        self._open: list[tuple[Merge, str]] = []

    def filled(self, number: int, cells: dict[int, str]) -> dict[int, str]:
        """Give the cells of one row with those that merged cells reach.

        Args:
            number: the row number; each row is asked for once, in order.
            cells: the filled cells of the row as they stand in the sheet.
        """
        while self._coming and self._coming[-1].first_row <= number:
            merge = self._coming.pop()
            if merge.first_row == number and merge.first_cell in cells:
                self._open.append((merge, cells[merge.first_cell]))
        if not self._open:
            return cells
        shared = {cell: text for merge, text in self._open for cell in range(merge.first_cell, merge.last_cell + 1)}
        self._open = [(merge, text) for merge, text in self._open if merge.last_row > number]
        return {**shared, **cells}


def area(merges: Sequence[Merge]) -> int:
    """Give the number of cells that merged cells take together; more than the sheet has shows that they overlap."""
    return sum((merge.last_row - merge.first_row + 1) * (merge.last_cell - merge.first_cell + 1) for merge in merges)
