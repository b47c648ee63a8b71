"""Rows gathered into chunks, for readers that get them one at a time.

Answers "when is a chunk full". The columns of a chunk are those `rows.py` describes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from pipelines.ingest.reading.rows import SEARCHED_ROWS

# About 32 MB of text and of frame, whichever is reached first.
CHUNK_CHARACTERS = 16_000_000
CHUNK_CELLS = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row on its way into a chunk: its number, its filled cells by place, and a reason of `row_reasons.toml`."""

    number: int
    cells: dict[int, str]
    problem: str | None = None


def chunked(lines: Iterable[Line], width: int) -> Iterator[pl.DataFrame]:
    """Gather rows of one width into chunks.

    Args:
        lines: the rows, in order.
        width: the number of cells each of them has; those that are not filled are empty.
    Returns:
        Frames as `Rows.chunks` describes them. The first holds at least the rows in which headings are looked for,
        unless they are larger than a whole chunk.
    """
    gathered: list[Line] = []
    length = 0
    for line in lines:
        gathered.append(line)
        length += sum(map(len, line.cells.values()))
        is_wide = len(gathered) * width >= CHUNK_CELLS and len(gathered) >= SEARCHED_ROWS
        if is_wide or length >= CHUNK_CHARACTERS:
            yield _frame(gathered, width)
            gathered, length = [], 0
    if gathered:
        yield _frame(gathered, width)


def _frame(lines: list[Line], width: int) -> pl.DataFrame:
    rows = [line.cells for line in lines]
    cells = [
        pl.Series(f"cell_{place}", [row.get(place, "") for row in rows], dtype=pl.String) for place in range(width)
    ]
    return pl.DataFrame(
        [
            pl.Series("row_number", [line.number for line in lines], dtype=pl.Int64),
            pl.Series("n_cells", [width] * len(lines), dtype=pl.Int64),
            pl.Series("problem", [line.problem for line in lines], dtype=pl.String),
            *cells,
        ]
    )
