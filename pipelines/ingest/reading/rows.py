"""What a reader is told about a file, and what it gives back: the types that cross the door between files and profiles.

Answers "how is this file laid out" (`Layout`) and "what does a stream of its rows look like" (`Rows`). How each format
is read is decided by the readers; what the cells mean, by `extracts.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

FORMATS = ("csv", "xlsx", "ods", "parquet", "jsonl", "bulk-load")
SPREADSHEETS = ("xlsx", "ods")
# Formats that carry the names of their columns outside the rows: they come first, as row 0.
NAMED_FORMATS = ("parquet", "jsonl", "bulk-load")
HIDDEN_ROWS = ("stop", "keep", "ignore")
# The headings must stand within this many rows, so a first chunk holds at least as many.
SEARCHED_ROWS = 60


@dataclass(frozen=True)
class Layout:
    """How a file is laid out, as a profile declares it or `inspect` found it.

    `format` is one of `FORMATS`. `encoding`, `delimiter` and `quote` (empty for none) belong to text; `sheet` (empty
    for the only one that holds anything) and `hidden_rows` to spreadsheets, with `unread_parts`, the workbook parts a
    person knowingly leaves unread; `record` to the bulk-load format.
    """

    format: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    sheet: str = ""
    hidden_rows: str = "stop"
    unread_parts: tuple[str, ...] = ()
    record: str = "OUTCOME"


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows of one file, a chunk at a time.

    Grain: one row per row of the file, blank rows included.

    `chunks` gives frames of row_number (Int64; 1 is the first row, 0 the names a format carries apart), n_cells
    (Int64), problem (String, a reason of `reference/row_reasons.toml` or null) and cell_0, cell_1 … (String; null where
    the row does not reach, empty where the cell is). Chunks may differ in width. `digest` gives the SHA-256 of the
    bytes that were read, and `ends_cleanly` whether the last row was ended; both are known once the chunks are used up.
    """

    chunks: Iterator[pl.DataFrame]
    digest: Callable[[], str]
    ends_cleanly: Callable[[], bool]
