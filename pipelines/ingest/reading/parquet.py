"""A Parquet file to rows of text cells, a batch at a time.

Answers "what stands in this file, row by row". The names of the columns come first, as row 0. A structure becomes a
column for each of its parts; a list becomes one cell. How a value is written as text is left to `parquet_text.py`, what
the cells mean to `extracts.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import ReadError, listed
from pipelines.ingest.reading.chunks import CHUNK_CELLS, CHUNK_CHARACTERS, Line, chunked
from pipelines.ingest.reading.files import CheckedFile, open_checked, stream_digest
from pipelines.ingest.reading.limits import limits, megabytes
from pipelines.ingest.reading.parquet_text import as_texts, long_cells, unreadable, written_length
from pipelines.ingest.reading.rows import Layout, Rows
from pipelines.ingest.reading.streaming import with_full_start

BATCH_ROWS = 65_536
# Structures inside structures are taken apart as deep as this.
MOST_NESTING = 5
# What Arrow raises on broken files; its words quote names and bytes, so they are not passed on.
BROKEN = (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError, RuntimeError)


@contextmanager
def read_parquet(path: Path, layout: Layout) -> Iterator[Rows]:  # noqa: ARG001 - every reader is called alike
    """Read a Parquet file.

    Args:
        path: the file; it is not altered.
        layout: nothing of it is used, because the file says itself how it is laid out.
    Returns:
        The names of the columns as row 0, then the rows, counted from 1.
    Raises:
        ReadError: the file is damaged, larger than the limits, or has columns that are no text, number or date.
    """
    with open_checked(path) as file:
        parquet = _opened(path, file)
        digest = _digest(file)
        yield Rows(with_full_start(_chunks(path, parquet)), digest=lambda: digest, ends_cleanly=lambda: True)


def _digest(file: CheckedFile) -> str:
    file.seek(0)
    return stream_digest(file)


def _opened(path: Path, file: CheckedFile) -> pq.ParquetFile:
    if file.seek(0, 2) > limits().parquet_bytes:
        raise ReadError(f"{path} is larger than {megabytes(limits().parquet_bytes)}. Export it in several files.")
    with _damage_told(path):
        file.seek(0)
        schema = pq.read_schema(file)
        _check_types(path, schema)
        parquet = pq.ParquetFile(file, **_options(pq.ParquetFile(file).schema))
        _check_size(path, parquet.metadata)
    return parquet


@contextmanager
def _damage_told(path: Path) -> Iterator[None]:
    try:
        yield
    except BROKEN:
        raise ReadError(
            f"{path} is damaged or only half there: it cannot be read as Parquet, or has dates outside the years 1 to "
            "9999. Wait until a copy has finished, or export it again."
        ) from None


def _options(schema: pq.ParquetSchema) -> dict[str, Any]:
    return {"read_dictionary": _texts(schema), "pre_buffer": False, "page_checksum_verification": True}


def _texts(schema: pq.ParquetSchema) -> list[str]:
    """Name the columns of text; they stay in dictionaries until measured: a few bytes can stand for gigabytes."""
    columns = [schema.column(place) for place in range(len(schema))]
    return [
        column.path
        for column in columns
        if column.physical_type == "BYTE_ARRAY" and column.logical_type.type != "DECIMAL"
    ]


def _check_size(path: Path, metadata: pq.FileMetaData) -> None:
    # Nothing is asked of single column chunks: in a damaged file Arrow ends the whole program over them.
    bounds = limits()
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    n_rows = max(metadata.num_rows, sum(group.num_rows for group in groups))
    is_too_large = (
        metadata.num_columns > bounds.parquet_columns
        or n_rows > bounds.parquet_rows
        or n_rows * metadata.num_columns > bounds.parquet_cells
        or any(group.total_byte_size > bounds.parquet_group_bytes for group in groups)
    )
    if is_too_large:
        raise ReadError(
            f"{path} says it has {metadata.num_rows:,} rows of {metadata.num_columns:,} columns, or groups of rows of "
            f"more than {megabytes(bounds.parquet_group_bytes)}, more than can be read. Export fewer columns, or a "
            "shorter time."
        )


def _check_types(path: Path, schema: pa.Schema) -> None:
    if not schema.names:
        raise ReadError(f"{path} has no columns. Export it again.")
    found = [problem for field in schema if (problem := unreadable(field, MOST_NESTING))]
    if found:
        raise ReadError(listed(found, heading=f"{path} has columns that are no text, number or date:"))


def _chunks(path: Path, parquet: pq.ParquetFile) -> Iterator[pl.DataFrame]:
    """Give the names, then the rows."""
    number = 0
    for batch in _batches(path, parquet):
        with _damage_told(path):
            table = _flat(pa.Table.from_batches([batch]))
            pieces = list(_pieces(table))
        if not number:
            yield from chunked([Line(0, dict(enumerate(table.column_names)))], table.num_columns)
        for piece in pieces:
            with _damage_told(path):
                chunk = _chunk(piece, number + 1)
            number += chunk.height
            yield chunk
    if not number:
        raise ReadError(
            f"{path} is empty. Export it again; if there is nothing to export, take the file out of the inbox."
        )


def _batches(path: Path, parquet: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    left = limits().parquet_rows
    rows = max(1, min(BATCH_ROWS, CHUNK_CELLS // max(parquet.metadata.num_columns, 1)))
    batches = parquet.iter_batches(batch_size=rows, use_threads=False)
    while True:
        with _damage_told(path):
            batch = next(batches, None)
            if batch is None:
                return
            # Text that is no valid UTF-8 would be passed on unseen.
            batch.validate(full=True)
        left -= batch.num_rows
        if left < 0:
            raise ReadError(f"{path} has more rows than it says it has. Export it again.")
        if batch.num_rows:
            yield batch


def _flat(table: pa.Table) -> pa.Table:
    """Take structures apart into a column for each part, named `column.part`."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def _pieces(table: pa.Table) -> Iterator[pa.Table]:
    """Cut a batch so that no piece holds more text than a chunk may; texts that stand alone are never cut."""
    length = sum(written_length(column) for column in table.columns)
    if length <= CHUNK_CHARACTERS or table.num_rows <= 1:
        yield table
        return
    half = table.num_rows // 2
    yield from _pieces(table.slice(0, half))
    yield from _pieces(table.slice(half))


def _chunk(table: pa.Table, first: int) -> pl.DataFrame:
    """Write a piece as text; a row with a cell that is too long waits, and its cells are left out."""
    bounds = limits()
    is_long = long_cells(table, bounds.cell_characters)
    cells = {
        f"cell_{place}": pl.Series(f"cell_{place}", as_texts(column, is_long))
        for place, column in enumerate(table.columns)
    }
    problem = pl.when(pl.lit(pl.Series(is_long))).then(pl.lit("cell_too_long")).alias("problem")
    frame = pl.DataFrame(cells) if cells else pl.DataFrame({"cell_0": [""] * table.num_rows})
    return frame.select(
        pl.int_range(first, first + table.num_rows, dtype=pl.Int64).alias("row_number"),
        pl.lit(table.num_columns, dtype=pl.Int64).alias("n_cells"),
        problem,
        pl.all(),
    )
