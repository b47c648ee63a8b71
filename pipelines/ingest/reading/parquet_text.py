"""Columns of Arrow as text cells.

Answers "how is this value written" for every type a table of cases can have: whole numbers without `.0`, dates as
`YYYY-MM-DD`, truth as TRUE and FALSE, nothing as an empty text, the elements of a list joined as several cells are.
Times of day that carry a time zone are given in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines.ingest.fields import CELL_SEPARATOR
from pipelines.ingest.reading.cell_text import duration_text, number_text

# Characters that a number, date or time inside a list takes at most.
LONGEST_NUMBER = 40


def unreadable(field: pa.Field, nesting: int) -> str:
    """Say why a column cannot be written as text; empty if it can.

    Args:
        field: the column.
        nesting: how many structures inside structures are taken apart.
    """
    kind = field.type
    if pa.types.is_struct(kind):
        if nesting == 0 or not kind.num_fields:
            return f'column "{field.name}" holds structures inside structures. Export it as plain columns.'
        parts = [problem for part in kind if (problem := unreadable(part, nesting - 1))]
        return f'column "{field.name}": {parts[0]}' if parts else ""
    if _is_list(kind):
        kind = kind.value_type
    if not _is_plain(kind):
        return f'column "{field.name}" holds {_called(kind)}. Leave it out, or export it as text.'
    return ""


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_plain(kind.value_type)
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    is_time = pa.types.is_date(kind) or pa.types.is_timestamp(kind) or pa.types.is_time(kind)
    other = pa.types.is_boolean(kind) or pa.types.is_null(kind) or pa.types.is_duration(kind)
    return bool(_is_text(kind) or is_number or is_time or other)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _called(kind: pa.DataType) -> str:
    is_binary = pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind)
    if is_binary:
        return "bytes"
    nested = pa.types.is_nested(kind)
    return "maps, or lists of lists or structures" if nested else "values of a kind that is not known"


def lengths(column: pa.ChunkedArray) -> NDArray[np.int64] | None:
    """Give the number of characters of every cell of text or of a list, before it is written out; None for others."""
    if not _is_list(column.type) and not _is_text(_stored(column.type)):
        return None
    return np.concatenate([_lengths(chunk) for chunk in column.chunks] or [np.zeros(0, np.int64)])


def _stored(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _lengths(chunk: pa.Array) -> NDArray[np.int64]:
    kind = chunk.type
    if _is_list(kind):
        ends = np.cumsum(_numbers(pc.list_value_length(chunk)))
        inside = np.concatenate([[0], np.cumsum(_lengths(chunk.flatten()) + 1)])
        return np.asarray(inside[ends] - inside[np.concatenate([[0], ends[:-1]])], np.int64)
    if pa.types.is_dictionary(kind):
        return _numbers(pc.take(_numbers_of(chunk.dictionary), chunk.indices))
    return _numbers(_numbers_of(chunk))


def _numbers_of(chunk: pa.Array) -> pa.Array:
    is_text = _is_text(chunk.type)
    return pc.utf8_length(chunk) if is_text else pa.array(np.full(len(chunk), LONGEST_NUMBER), pa.int32())


def _numbers(found: pa.Array) -> NDArray[np.int64]:
    return np.asarray(pc.fill_null(found, 0).to_numpy(zero_copy_only=False), np.int64)


def written_length(column: pa.ChunkedArray) -> int:
    """Give the number of characters a column has once it is written out; nothing is counted for numbers and dates."""
    found = lengths(column)
    return int(found.sum()) if found is not None else 0


def long_cells(table: pa.Table, most: int) -> list[bool]:
    """Tell for every row whether one of its cells has more than `most` characters."""
    is_long = np.zeros(table.num_rows, bool)
    for column in table.columns:
        found = lengths(column)
        if found is not None:
            is_long |= found > most
    return [bool(row) for row in is_long]


def as_texts(column: pa.ChunkedArray, left_out: Sequence[bool]) -> pl.Series:
    """Write a column as text.

    Args:
        column: of a type that `unreadable` has nothing against.
        left_out: true for rows whose cells are not written.
    """
    if any(left_out):
        column = pc.if_else(pa.array(left_out), pa.scalar(None, column.type), column)
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if _is_text(kind):
        texts = pl.Series(pl.from_arrow(column.cast(pa.large_string())))
    elif pa.types.is_integer(kind):
        texts = pl.Series(pl.from_arrow(column)).cast(pl.String)
    else:
        texts = pl.Series([written(value) for value in _values(column)], dtype=pl.String)
    return texts.fill_null("")


def _values(column: pa.ChunkedArray) -> list[Any]:
    """Give the values of a column as Python has them; times finer than a microsecond lose what is finer."""
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    elif pa.types.is_duration(kind):
        column = column.cast(pa.duration("s"), safe=False)
    elif pa.types.is_time64(kind):
        column = column.cast(pa.time64("us"), safe=False)
    elif pa.types.is_floating(kind):
        # As text first, so that 0.1 in half the precision stays 0.1.
        return list(column.cast(pa.string()).to_pylist())
    return list(column.to_pylist())


def written(value: Any) -> str:
    r"""Write one value as text.

    >>> from datetime import date
    >>> written(date(2020, 1, 2)), written(True), written(None), written(["a", None])
    ('2020-01-02', 'TRUE', '', 'a\x1f')
    """
    if value is None:
        return ""
    if isinstance(value, list):
        return CELL_SEPARATOR.join(written(item) for item in value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        stamp = value.replace(tzinfo=None, microsecond=0)
        return stamp.date().isoformat() if stamp.time() == stamp.min.time() else stamp.isoformat(" ")
    return _other(value)


def _other(value: Any) -> str:
    if hasattr(value, "total_seconds"):
        return duration_text(int(value.total_seconds()))
    if hasattr(value, "isoformat"):
        return str(value.isoformat())[:10] if hasattr(value, "year") else str(value.replace(microsecond=0).isoformat())
    if isinstance(value, Decimal):
        # Not through a float, which would round long ones.
        whole, point, part = format(value, "f").partition(".")
        return f"{whole}{point}{part}" if part.strip("0") else whole
    text = str(value)
    return "" if text == "nan" else number_text(text)
