"""Delimited files written and read back, for the tests of their reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import ReadError
from pipelines.ingest.reading.decoding import BLOCK_BYTES
from pipelines.ingest.reading.delimited import read_delimited
from pipelines.ingest.reading.rows import Layout

Row = tuple[list[str], str | None]


def read(path: Path, layout: Layout | None = None, block_bytes: int = BLOCK_BYTES) -> pl.DataFrame:
    with read_delimited(path, layout or Layout(), block_bytes=block_bytes) as rows:
        return pl.concat(rows.chunks, how="diagonal")


def rows_of(frame: pl.DataFrame) -> list[Row]:
    """Give the cells each row really has, and its problem, after checking that no row number is missing."""
    assert frame["row_number"].to_list() == list(range(1, frame.height + 1))
    found = []
    for row in frame.to_dicts():
        cells = [row[f"cell_{index}"] for index in range(frame.width - 3)]
        assert all(cell is not None for cell in cells[: row["n_cells"]])
        assert all(cell is None for cell in cells[row["n_cells"] :])
        found.append((cells[: row["n_cells"]], row["problem"]))
    return found


def cells_of(path: Path, layout: Layout | None = None, block_bytes: int = BLOCK_BYTES) -> list[list[str]]:
    found = rows_of(read(path, layout, block_bytes))
    assert [problem for _, problem in found if problem] == []
    return [cells for cells, _ in found]


def put(folder: Path, content: bytes | str) -> Path:
    path = folder / "export.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def assert_refused_or_the_same_in_pieces(path: Path, table_of: Callable[..., object]) -> None:
    """Check that a damaged file is refused, or read alike whether whole or a byte at a time."""
    try:
        whole = table_of(path)
    except ReadError:
        with pytest.raises(ReadError):
            table_of(path, 1)
        return
    assert table_of(path, 1) == whole
