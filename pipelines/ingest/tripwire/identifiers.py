"""The tripwire at the door: direct identifiers in what a profile wants to keep.

Answers "does this file name people". Headings and cells are compared with `reference/identifiers.toml` and the packaged
names; what a profile lists under `[drop]` or `[drop.used]` is not looked at, because it is not stored. A find stops the
file. It is told by kind, column and row number, never by value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.errors import NAMED_ROWS, named_rows
from pipelines.ingest.tripwire.column_watch import ColumnWatch, Hits
from pipelines.ingest.tripwire.identifier_headings import identifying_headings, promised_kind
from pipelines.ingest.tripwire.identifier_kinds import kind_named, kinds

__all__ = ["Column", "Sighting", "Tripwire", "identifying_cells", "identifying_headings", "kinds", "promised_kind"]

ROLES = ("word", "date", "reference")


@dataclass(frozen=True)
class Column:
    """One column that would be stored.

    `heading` is the name a person knows it by. `role` is `word` for coded fields and ages, `date` for dates and
    quarters, `reference` for what becomes a keyed hash. `known` holds the words its profile or the settings declare for
    it; they are never taken for names or sentences.
    """

    heading: str
    role: str = "word"
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sighting:
    """One kind of identifier in one column.

    `rows` are the numbers of the first rows, `cells` the number of cells (estimated where `is_most`: only the column as
    a whole shows the kind), `share` that of the filled cells.
    """

    kind: str
    heading: str
    rows: tuple[int, ...]
    cells: int
    share: float
    is_most: bool
    why: str

    def told(self) -> str:
        """Give the sentence for a person; it holds no value."""
        verb = "looks like" if self.is_most else "holds"
        more = f" and {self.cells - len(self.rows)} more" if self.cells > len(self.rows) else ""
        where = f"most cells, such as {named_rows(list(self.rows))}" if self.is_most else _rows_told(self.rows, more)
        return f'column "{self.heading}" {verb}: {self.kind} ({where}). {self.why}'


def _rows_told(rows: tuple[int, ...], more: str) -> str:
    return f"{named_rows(list(rows))}{more}"


class Tripwire:
    """Looks for identifiers in the cells of one file while it is read.

    >>> tripwire = Tripwire({"cell_0": Column("Reference", "reference")})
    >>> tripwire.look(pl.DataFrame({"row_number": [2], "cell_0": ["somebody@example.org"]}))
    >>> tripwire.findings()[0]
    'column "Reference" holds: email (row 2). An e-mail address reaches one person.'
    """

    def __init__(self, columns: Mapping[str, Column]) -> None:
        """Watch some columns.

        Args:
            columns: column of the frames to come to what it is.
        """
        self._columns = dict(columns)
        self._watches = {name: ColumnWatch(column.role, column.known) for name, column in columns.items()}

    def look(self, chunk: pl.DataFrame) -> None:
        """Look at some rows; call it once per chunk.

        Args:
            chunk: row_number and the watched columns, as text; a column that is missing counts as blank.
        """
        for name, watch in self._watches.items():
            if name in chunk.columns:
                watch.look(chunk["row_number"], chunk[name])

    def structured(self) -> list[Sighting]:
        """Give every kind in every column, in the order of the columns."""
        return [
            _sighting(column.heading, found, self._watches[name].filled)
            for name, column in self._columns.items()
            for found in self._watches[name].found()
        ]

    def findings(self) -> list[str]:
        """Give a sentence for every kind in every column; none when the file names nobody."""
        return [finding.told() for finding in self.structured()]


def _sighting(heading: str, found: tuple[str, Hits, bool], filled: int) -> Sighting:
    kind, hits, is_most = found
    return Sighting(
        kind=kind,
        heading=heading,
        rows=tuple(hits.rows[:NAMED_ROWS]),
        cells=hits.cells,
        share=hits.cells / max(1, filled),
        is_most=is_most,
        why=kind_named(kind).why,
    )


def identifying_cells(records: pl.DataFrame, columns: Mapping[str, str | Column]) -> list[str]:
    """Describe every column in whose cells an identifier stands, where the whole file is at hand.

    Args:
        records: row_number and the cells that would be stored, as text.
        columns: column of `records` to what it is, or to its heading alone, which makes it one of words.
    Returns:
        One sentence per column and kind, with row numbers.
    """
    tripwire = Tripwire({name: _as_column(column) for name, column in columns.items()})
    tripwire.look(records)
    return tripwire.findings()


def _as_column(column: str | Column) -> Column:
    return column if isinstance(column, Column) else Column(column)
