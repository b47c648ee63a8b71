"""Where the headings of a file stand, and how it is to be read from there.

Answers "which row or rows are the headings, or are there none" from the first rows of a file. The names of columns are
made as the reader makes them (`ingest/headings.py`), so that a proposed profile finds them again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.ingest.heading_names import heading_names
from pipelines.ingest.reading.rows import NAMED_FORMATS, SEARCHED_ROWS
from pipelines.inspecting.book import book, score_drop, score_field
from pipelines.inspecting.known_layouts import find_layout

# A heading is no sentence and no number.
_LONGEST_HEADING = 160
_NUMBER = re.compile(r"^[\d\s./:,+£$€%-]+$")
_KNOWN = 0.7
# Fewer rows than this show no difference between headings and a first record.
_FEW_ROWS = 3


@dataclass(frozen=True)
class Top:
    """The top of a file.

    `depth` is the number of rows the headings take; 0 when the file has none, and then `names` are made up by position.
    `last_row` is the row number of the last heading row, 0 when there is none or the format carries names apart.
    `last_heading` are the cells of that row, for finding it again further down. `titles` counts rows above.
    `layout` says which known layout without headings the names are of.
    """

    names: tuple[str, ...]
    depth: int
    last_row: int
    last_heading: tuple[str, ...]
    titles: int
    layout: str = ""


def find_top(first_chunk: pl.DataFrame, file_format: str) -> Top:
    """Find the headings of a file.

    The row that holds most words of headings is taken; failing that, the first full row of text above rows that are
    not. A row above it counts too where the lower one alone leaves columns without a name or with the same name.

    Args:
        first_chunk: the first rows; see `ingest/rows.py`.
        file_format: one of `ingest.rows.FORMATS`.
    """
    rows, numbers = _rows(first_chunk)
    if file_format in NAMED_FORMATS and rows:
        return Top(heading_names(rows[:1]), 1, 0, (), 0)
    width = _width(rows)
    best = _heading_row(rows, width)
    if best is None:
        known = find_layout(rows, width)
        names = known.names if known else tuple(f"column {number}" for number in range(1, width + 1))
        return Top(names, 0, 0, (), 0, known.title if known else "")
    if _goes_on_below(rows, best, width):
        best, depth = best + 1, 2
    else:
        depth = 2 if _needs_upper(rows, best, width) else 1
    names = heading_names(rows[best + 1 - depth : best + 1])
    return Top(names, depth, numbers[best], tuple(rows[best]), best + 1 - depth)


def _rows(chunk: pl.DataFrame) -> tuple[list[list[str]], list[int]]:
    cells = [name for name in chunk.columns if name.startswith("cell_")]
    head = chunk.head(SEARCHED_ROWS)
    return [[(cell or "").strip() for cell in row] for row in head.select(cells).iter_rows()], head[
        "row_number"
    ].to_list()


def _extent(row: Sequence[str]) -> int:
    return max((index + 1 for index, cell in enumerate(row) if cell), default=0)


def _width(rows: list[list[str]]) -> int:
    """Give the number of columns: the widest extent that several rows share, or the widest of all."""
    extents = Counter(extent for row in rows if (extent := _extent(row)))
    shared = [extent for extent, n in extents.items() if n >= max(2, len(rows) // 10)]
    return max(shared or extents, default=0)


def _heading_row(rows: list[list[str]], width: int) -> int | None:
    scores = [_known(row) if _may_be_heading(row, width) else 0 for row in rows[: SEARCHED_ROWS // 2]]
    best = max(range(len(scores)), key=lambda index: scores[index], default=None)
    if best is not None and scores[best] >= min(2, max(1, width - 1)):
        return best
    return next((index for index, row in enumerate(rows[:10]) if _stands_out(rows, index, width)), None)


def _known(row: Sequence[str]) -> int:
    """Count the different cells that are words of headings; a merged heading may stand in several cells."""
    return sum(_is_known(cell) for cell in set(row) - {""})


def _is_known(cell: str) -> bool:
    if len(cell) > _LONGEST_HEADING or _NUMBER.match(cell):
        return False
    return max(score_field(cell, field) for field in book().fields) >= _KNOWN or score_drop(cell)[0] >= _KNOWN


def _may_be_heading(row: Sequence[str], width: int) -> bool:
    filled = [cell for cell in row if cell]
    numbers = sum(bool(_NUMBER.match(cell)) for cell in filled)
    return len(filled) * 2 >= width and numbers * 5 <= len(filled)


def _stands_out(rows: list[list[str]], index: int, width: int) -> bool:
    """Tell whether a row of different texts stands above rows of which some are numbers or repeat themselves."""
    row, below = rows[index], [other for other in rows[index + 1 :] if any(other)]
    filled = [cell for cell in row if cell]
    if (
        len(filled) < max(2, width - 1)
        or len(set(filled)) < len(filled)
        or any(map(_NUMBER.match, filled))
        or not below
    ):
        return False
    columns = [[other[i] for other in below if i < len(other) and other[i]] for i in range(width)]
    if any(row[i] in column for i, column in enumerate(columns) if i < len(row) and row[i]):
        return False
    return any(column and sum(bool(_NUMBER.match(cell)) for cell in column) * 2 > len(column) for column in columns)


def _needs_upper(rows: list[list[str]], index: int, width: int) -> bool:
    """Tell whether the row above the headings is a part of them.

    It is where the lower row alone leaves columns without a name or with the same name, or where both together name
    more fields: "ID" below "Client" is the client's.
    """
    lower = rows[index][:width]
    above = rows[index - 1] if index else []
    if sum(map(bool, above)) < 2 or any(map(_NUMBER.match, filter(None, above))):
        return False
    alone, together = (heading_names(rows[first : index + 1]) for first in (index, index - 1))
    return not _is_whole(lower) or len(_fields_named(together)) > len(_fields_named(alone))


def _goes_on_below(rows: list[list[str]], index: int, width: int) -> bool:
    """Tell whether the row below the headings is a part of them, as where a question has a column for each answer.

    It names every column the headings leave without a name, holds no number, and is blank where the rows below it are
    filled.
    """
    upper, rest = rows[index][:width], rows[index + 1 :]
    if all(upper) or len(rest) < _FEW_ROWS:
        return False
    lower, below = rest[0][:width], rest[1:]
    names_all = all(lower[i] for i in range(width) if not upper[i])
    is_text = not any(map(_NUMBER.match, filter(None, lower)))
    blank = [i for i in range(width) if upper[i] and not lower[i]]
    return names_all and is_text and any(all(row[i] for row in below if any(row)) for i in blank)


def _is_whole(row: Sequence[str]) -> bool:
    return all(row) and len({cell.casefold() for cell in row}) == len(row)


def _fields_named(names: Sequence[str]) -> set[str]:
    """Give the fields that headings name, each heading its best one."""
    best = (max((score_field(name, field), field) for field in book().fields) for name in names)
    return {field for score, field in best if score >= _KNOWN}
