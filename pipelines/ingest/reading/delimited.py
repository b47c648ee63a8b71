"""Delimited text to rows of cells, a block at a time, with nothing lost on the way.

Answers "what stands in this file, row by row". A row that cannot be taken apart is handed on with its problem, never
left out, and never takes the rows below with it. What the cells mean is left to `extracts.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.errors import ReadError
from pipelines.ingest.reading.decoding import BLOCK_BYTES, TextStream
from pipelines.ingest.reading.files import open_checked
from pipelines.ingest.reading.limits import limits, megabytes
from pipelines.ingest.reading.quoting import plain_rows
from pipelines.ingest.reading.rowends import OWN_COLUMNS, Marks, Positions, RowEnds, find_even_rows, find_rows
from pipelines.ingest.reading.rows import SEARCHED_ROWS, Layout, Rows
from pipelines.ingest.reading.streaming import ahead, with_full_start

# Stand in for a delimiter or quotation mark outside ASCII; control characters that no export holds.
STAND_INS = ("\x1c", "\x1d")
# A row this many times longer than any that is read has no end; no more is held in memory to find it.
PATIENCE = 4
# Cells of one frame, with the columns beside them: what it takes in memory, however short the cells are.
MOST_CELLS = 4_000_000
LINE_END = b"\n"
# Text with more than one line for so many bytes is taken in parts of so many bytes.
DENSE, THIN_BYTES = 8, 1024 * 1024


@contextmanager
def read_delimited(path: Path, layout: Layout, *, block_bytes: int = BLOCK_BYTES) -> Iterator[Rows]:
    """Open a delimited text file.

    Args:
        path: the file; it is not altered.
        layout: gives encoding, delimiter and quotation mark.
        block_bytes: how much is read at once.
    Returns:
        Its rows; blank lines are rows of one empty cell. A row that cannot be read has the problem `broken_quoting`,
        `cell_too_long` or `too_many_cells`.
    Raises:
        ReadError: the file cannot be opened, is empty, is in another encoding, or holds a row without an end.
    """
    with open_checked(path) as handle:
        stream = TextStream(handle, layout.encoding, path, block_bytes=block_bytes)
        reader = _Reader(path, layout)
        chunks = with_full_start(reader.chunks(stream.blocks()))
        with closing(chunks):
            yield Rows(chunks, stream.digest, stream.ends_cleanly)


@dataclass(frozen=True, eq=False)
class _Piece:
    """Plain rows and what is known of them: their ends and cells, their problems by place, the first one's number."""

    text: bytes
    rows: RowEnds
    problems: Mapping[int, str]
    first_row: int


class _Reader:
    """Cuts the blocks of one file into rows."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._path = path
        self._foreign = _foreign_marks(layout)
        self._delimiter = _as_byte(layout.delimiter, STAND_INS[0])
        self._quote = _as_byte(layout.quote, STAND_INS[1]) if layout.quote else None
        self._next_row = 1

    def chunks(self, blocks: Iterator[bytes]) -> Iterator[pl.DataFrame]:
        """Give the rows of all blocks, chunk by chunk."""
        for piece, marks in ahead(self._pieces(blocks)):
            yield from self._taken_apart(piece, marks)

    def _taken_apart(self, piece: _Piece, marks: Marks) -> Iterator[pl.DataFrame]:
        n_rows = len(piece.rows.ends)
        if not piece.rows.is_sure:
            try:
                yield self._chunk(piece, 0, n_rows)
                return
            except pl.exceptions.PolarsError:
                piece = _Piece(piece.text, find_rows(piece.text, marks), piece.problems, piece.first_row)
        for start, end in _parts(piece.rows.n_cells, 0, n_rows):
            yield self._chunk(piece, start, end)

    def _pieces(self, blocks: Iterator[bytes]) -> Iterator[tuple[_Piece, Marks]]:
        rest = b""
        marks: Marks | None = None
        for block, is_last in _told_last(_thinned(self._with_stand_ins(block) for block in blocks)):
            rest += block
            if not is_last and not self._is_enough(rest, marks):
                continue
            marks = marks or self._marks(rest)
            text = rest + LINE_END if is_last and not rest.endswith(LINE_END) else rest
            piece, used = self._cut(text, marks, is_last=is_last)
            rest = text[used:]
            self._next_row += len(piece.rows.ends)
            if len(piece.rows.ends):
                yield piece, marks

    def _is_enough(self, text: bytes, marks: Marks | None) -> bool:
        """Tell whether a text holds a row's end or, if nothing is known yet, the rows that show what is usual."""
        if LINE_END not in text:
            self._refuse_endless(text)
            return False
        return marks is not None or len(text) >= BLOCK_BYTES or text.count(LINE_END) >= SEARCHED_ROWS

    def _cut(self, text: bytes, marks: Marks, *, is_last: bool) -> tuple[_Piece, int]:
        """Give the rows that end in a text, and how much of it they take."""
        even = find_even_rows(text, marks)
        if even and even.size <= MOST_CELLS and (even.used == len(text) or not is_last):
            return _Piece(text, even, {}, self._next_row), even.used
        # A quoted cell that has been open for so long will not be closed in earnest.
        is_hopeless = len(text) > _patience()
        rows = find_rows(text, marks)
        if rows.is_plain and (rows.used == len(text) or not (is_last or is_hopeless)):
            return _Piece(text, rows, {}, self._next_row), rows.used
        plain = plain_rows(text, marks, is_last=is_last or is_hopeless)
        return _Piece(plain.text, find_rows(plain.text, marks), plain.problems, self._next_row), plain.used

    def _refuse_endless(self, text: bytes) -> None:
        if len(text) > _patience():
            raise ReadError(
                f"{self._path} cannot be read: the line after row {self._next_row - 1} goes on for more than "
                f"{megabytes(_patience())} without an end, so it is no row of an export. Export it again."
            )

    def _chunk(self, piece: _Piece, start: int, end: int) -> pl.DataFrame:
        """Take some rows of a piece apart."""
        ends, n_cells = piece.rows.ends, piece.rows.n_cells[start:end]
        width = int(n_cells.max())
        text = piece.text[int(ends[start - 1]) if start else 0 : int(ends[end - 1])]
        headings = chr(self._delimiter).join(f"cell_{index}" for index in range(width))
        cells = pl.scan_csv(
            headings.encode() + LINE_END + text,
            separator=chr(self._delimiter),
            quote_char=chr(self._quote) if self._quote is not None else None,
            infer_schema=False,
            empty_string_is_null=False,
        ).collect()
        # Both have counted the rows in their own way; were they ever to differ, cells would stand in the wrong rows.
        if cells.shape != (len(n_cells), width):
            raise ReadError(f"{self._path} cannot be read: its rows cannot be told apart. Export it again.")
        return cells.with_columns(pl.Series("n_cells", n_cells, dtype=pl.Int64)).select(
            pl.int_range(piece.first_row + start, piece.first_row + end, dtype=pl.Int64).alias("row_number"),
            "n_cells",
            _problems(piece.problems, start, end),
            *self._reached(n_cells, width),
        )

    def _reached(self, n_cells: Positions, width: int) -> Iterator[pl.Expr]:
        """Give every cell, null where its row does not reach it."""
        sure = int(n_cells.min())
        for index in range(width):
            cell = pl.col(f"cell_{index}")
            for mark, stand_in in self._foreign.items():
                cell = cell.str.replace_all(stand_in, mark, literal=True)
            yield cell if index < sure else pl.when(pl.col("n_cells") > index).then(cell)

    def _with_stand_ins(self, text: bytes) -> bytes:
        for mark, stand_in in self._foreign.items():
            if stand_in.encode() in text:
                raise ReadError(f"{self._path} holds control characters: the file is damaged. Export it again.")
            text = text.replace(mark.encode(), stand_in.encode())
        return text

    def _marks(self, text: bytes) -> Marks:
        """Give the marks of the file, with the number of delimiters that most of its first lines hold."""
        lines = text.split(LINE_END, SEARCHED_ROWS)[:SEARCHED_ROWS]
        counted = Counter(line.count(self._delimiter) for line in lines if line)
        usual = counted.most_common(1)[0][0] if counted else 0
        limit = limits()
        return Marks(
            self._delimiter, self._quote, usual, limit.cell_characters, limit.row_characters, limit.sheet_columns
        )


def _foreign_marks(layout: Layout) -> dict[str, str]:
    """Give the marks outside ASCII, which the parser of cells cannot take, with what stands in for each."""
    pairs = zip((layout.delimiter, layout.quote), STAND_INS, strict=True)
    return {mark: stand_in for mark, stand_in in pairs if mark and not mark.isascii()}


def _as_byte(mark: str, stand_in: str) -> int:
    return ord(mark if mark.isascii() else stand_in)


def _patience() -> int:
    return PATIENCE * limits().row_characters


def _thinned(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut blocks of very many lines into smaller ones, so that what is noted for each line takes little memory."""
    for block in blocks:
        is_dense = np.count_nonzero(np.frombuffer(block, np.uint8) == ord(LINE_END)) * DENSE > len(block) > THIN_BYTES
        step = THIN_BYTES if is_dense else len(block)
        yield from (block[start : start + step] for start in range(0, len(block), step))


def _told_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Give every block, and whether it is the last."""
    held = next(blocks, None)
    for block in blocks:
        if held is not None:
            yield held, False
        held = block
    if held is not None:
        yield held, True


def _parts(n_cells: Positions, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Halve a run of rows until a frame as wide as its widest row stays small, so that one wide row costs little."""
    if end <= start:
        return
    size = (end - start) * (int(n_cells[start:end].max()) + OWN_COLUMNS)
    if size <= MOST_CELLS or end - start == 1:
        yield start, end
        return
    middle = (start + end) // 2
    yield from _parts(n_cells, start, middle)
    yield from _parts(n_cells, middle, end)


def _problems(problems: Mapping[int, str], start: int, end: int) -> pl.Expr:
    if not problems:
        return pl.lit(None, dtype=pl.String).alias("problem")
    return pl.lit(pl.Series([problems.get(row) for row in range(start, end)], dtype=pl.String)).alias("problem")
