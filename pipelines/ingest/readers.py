"""A delimited file to a frame of text cells, with nothing lost on the way.

Answers "what stands in this file, row by row". Rows keep the number a spreadsheet would show. What the cells mean is
left to `extracts.py`.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.errors import ReadError
from pipelines.ingest.profiles import Profile

# The headings must stand within this many rows; title and filter rows above them are rarely more than ten.
SEARCHED_ROWS = 40
# No spreadsheet has more columns; a wider row is one that a stray quotation mark made of many.
WIDEST = 16_384
# Ends every row while it is read; a control character that no export holds.
ROW_END = "\x1e"


@dataclass(frozen=True)
class Grid:
    """The cells of one file as text.

    Grain: one row per row of the file, blank rows included.

    `frame` holds row_number (the first row of the file is 1), n_cells and cell_0, cell_1 …; a cell that the row does
    not reach is null, an empty cell is an empty text. `ends_with_newline` is False when the last line of the file just
    stops.
    """

    frame: pl.DataFrame
    width: int
    ends_with_newline: bool


def read_grid(path: Path, profile: Profile) -> Grid:
    """Read a delimited text file as the profile says it is encoded.

    Args:
        path: the file.
        profile: gives encoding and delimiter.
    Returns:
        Every cell of the file.
    Raises:
        ReadError: the file cannot be opened, is empty, is in another encoding, or has a quotation mark that never
        closes.
    """
    text = _decoded(path, profile)
    width = _widest_row(text, profile.delimiter)
    try:
        if width > WIDEST:
            raise pl.exceptions.ComputeError
        frame = pl.read_csv(
            io.BytesIO(_with_row_ends(text, profile.delimiter, width)),
            separator=profile.delimiter,
            infer_schema=False,
            empty_string_is_null=False,
            row_index_name="row_number",
            row_index_offset=1,
        )
    except pl.exceptions.PolarsError:
        # The library's own message quotes the file, so it is not passed on.
        raise ReadError(
            f"{path} cannot be read to its end: a quotation mark opens and never closes, or stands inside a cell "
            "without being doubled. The file may be cut off. Export it again."
        ) from None
    return Grid(_cells(frame, profile.delimiter, width), width, text.endswith("\n"))


def _widest_row(text: str, delimiter: str) -> int:
    """Give a number of cells that no row exceeds; a row goes on while a quotation mark is open."""
    widest = delimiters = 0
    is_open = False
    for line in text.split("\n"):
        delimiters += line.count(delimiter)
        is_open ^= line.count('"') % 2 == 1
        if not is_open:
            widest, delimiters = max(widest, delimiters), 0
    return max(widest, delimiters) + 1


def _with_row_ends(text: str, delimiter: str, width: int) -> bytes:
    """Mark the end of every row with a cell of its own, under headings as wide as the widest row.

    The CSV reader fills short rows with empty cells and refuses wide ones; with the mark, neither can go unseen.
    """
    headings = delimiter.join(f"cell_{index}" for index in range(width + 1))
    rows = text.removesuffix("\n").replace("\n", f"{delimiter}{ROW_END}\n")
    return f"{headings}\n{rows}{delimiter}{ROW_END}\n".encode()


def _cells(frame: pl.DataFrame, delimiter: str, width: int) -> pl.DataFrame:
    """Count the cells before the mark, and take the mark out of cells that go over several lines."""
    ends = [pl.when(pl.col(f"cell_{index}") == ROW_END).then(index) for index in range(width, -1, -1)]
    counted = frame.with_columns(
        n_cells=pl.coalesce(ends).cast(pl.Int64), row_number=pl.col("row_number").cast(pl.Int64)
    )
    cells = [
        pl.when(pl.col("n_cells") > index)
        .then(pl.col(f"cell_{index}").str.replace_all(f"{delimiter}{ROW_END}\n", "\n", literal=True))
        .alias(f"cell_{index}")
        for index in range(width)
    ]
    return counted.select("row_number", "n_cells", *cells)


def first_rows(path: Path, profile: Profile) -> list[list[str]]:
    """Read the first rows only, to find the headings.

    Raises:
        ReadError: as for `read_grid`.
    """
    # Split at line feeds only, as the reader of the whole file does, so that both count the same rows.
    lines = _decoded(path, profile).split("\n")[:SEARCHED_ROWS]
    csv.field_size_limit(max(csv.field_size_limit(), *(len(line) + 1 for line in lines)))
    return list(csv.reader((f"{line}\n" for line in lines), delimiter=profile.delimiter))


def _decoded(path: Path, profile: Profile) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path} cannot be opened: {error.strerror}.") from None
    try:
        text = content.decode(profile.codec).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise ReadError(
            f"{path} is not {profile.encoding} text, as its profile {profile.path.name} says. "
            f"Export it as {profile.encoding}, or correct file.encoding in the profile."
        ) from None
    if not text.strip():
        raise ReadError(
            f"{path} is empty. Export it again; if there is nothing to export, take the file out of the inbox."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")
