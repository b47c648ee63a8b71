"""How wide the columns of a sheet are and how high its rows, so that all text can be seen.

Answers "does it fit". Spreadsheet programs do not agree on who measures wrapped text, so that the file says it. A
program that measures better may: the heights are marked as measured, not as chosen by a person.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from pipelines.publish.sheets import LABEL, TEXT, Link, Sheet, Value
from pipelines.resources import reference_file

# No row can be higher, in points.
HIGHEST = 409.0
# Sums of widths are not exact.
_TOLERANCE = 0.01


@cache
def sheet_style() -> dict[str, Any]:
    """Read how the workbook looks."""
    with reference_file("sheet_style.toml").open("rb") as file:
        return tomllib.load(file)


def words_of(value: Value) -> str:
    """Give a value as text."""
    return value.text if isinstance(value, Link) else str(value)


def widths(sheet: Sheet) -> tuple[float, ...]:
    """Give each column the width of its longest label or word, within what the style allows; longer texts are wrapped.

    Returns:
        Widths in letters of the workbook's font.
    """
    return tuple(_width(sheet, index) for index in range(len(sheet.columns)))


def heights(sheet: Sheet, wide: Sequence[float]) -> tuple[float, ...]:
    """Give each row, from the title down, the height its wrapped texts need.

    Args:
        sheet: title, lines and table.
        wide: the widths of its columns.
    Returns:
        Heights in points: title, lines, column heads, rows.
    """
    style = sheet_style()
    title = style["font"]["title"] / style["font"]["size"]
    line, bold = style["height"]["line"], style["width"]["bold"]
    found = [_n_lines(sheet.title, wide[0] / title / bold) * line * title]
    found += [_n_lines(words_of(text), wide[0]) * line for text in sheet.lines]
    found.append(_highest([column.head for column in sheet.columns], wide, bold) * line)
    found += [_highest(row.values, wide, bold if row.is_strong else 1) * line for row in sheet.rows]
    return tuple(min(height, HIGHEST) for height in found)


def fits_on_paper(wide: Sequence[float]) -> bool:
    """Tell whether a sheet with columns so wide can be read when it is printed on one page's width."""
    return bool(sum(wide) <= sheet_style()["width"]["page"])


def _width(sheet: Sheet, index: int) -> float:
    style, column = sheet_style()["width"], sheet.columns[index]
    texts = [words_of(row.values[index]) for row in sheet.rows]
    least = style["first"] if index == 0 else style["least"]
    longest_word = max((_letters(word) for text in (column.head, *texts) for word in text.split()), default=0)
    needed = min(longest_word * style["bold"] + style["room"], style["text"])
    if column.kind in {LABEL, TEXT}:
        needed = max(needed, min(max(map(_letters, texts), default=0) + style["room"], style[column.kind]))
    return float(max(least, needed))


def _highest(values: Sequence[Value], wide: Sequence[float], bold: float) -> int:
    return max(_n_lines(words_of(value), width / bold) for value, width in zip(values, wide, strict=True))


def _n_lines(text: str, width: float) -> int:
    """Count the lines a text takes, breaking between words, or inside one that is longer than a line."""
    room, lines, used = max(1.0, width - sheet_style()["width"]["room"]), 1, 0.0
    for word in text.split():
        size = _letters(word)
        used = used + _letters(" ") + size if used else size
        if used > room + _TOLERANCE:
            lines += (1 if used > size else 0) + int(size / room)
            used = size % room
    return lines


@lru_cache(maxsize=10_000)
def _letters(text: str) -> float:
    """Give the width of a text in letters of the workbook's font; capitals are wider than others."""
    style = sheet_style()["width"]
    return float(sum(style["capital"] if letter.isupper() or letter == "_" else style["letter"] for letter in text))
