"""Bars that stand in the cells of a table: is each as long as its figure says?

Answers "does the length tell what the number tells". Bars of shares run over the scale that the note below their table
names; bars of counts have one scale in each column, the longest of them all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.audit.markup import Element

_SHARE = re.compile(r"(\d+(?:\.\d+)?)%")
# Widths are written with two decimals, shares with four.
_NEAR = 0.06


def bar_problems(path: str, page: Element) -> Iterator[str]:
    """Name the tables of a page in which a bar is longer or shorter than its figure."""
    for part in page.all("section"):
        tables = [each for each in part.children if isinstance(each, Element) and each.tag == "table"]
        axes = [each.text for each in part.walk() if "axis" in each.classes and each.tag == "span"]
        if not all(_is_right(table, axes) for table in tables):
            yield f"{path} has bars that are not as long as their figures, under “{_heading(part)}”. Release it again."


def _is_right(table: Element, axes: list[str]) -> bool:
    """Tell whether the bars of a table fit its figures."""
    columns: dict[int, list[tuple[float, float, bool]]] = {}
    for row in table.all("tr"):
        cells = [each for each in row.children if isinstance(each, Element)]
        for place, cell in enumerate(cells):
            bars = [bar for bar in cell.all("rect") if "length" in bar.classes]
            if not bars:
                continue
            told = _figure(cell)
            if told is None or len(bars) != 1:
                return False
            columns.setdefault(place, []).append((_number(bars[0].named.get("width", "")), *told))
    return all(_has_one_scale(column, axes) for column in columns.values())


def _figure(cell: Element) -> tuple[float, bool] | None:
    """Give the figure a bar stands for: the share where there is one, else the count."""
    told = [(_number(each.named.get("value", "")), "%" in each.text) for each in cell.all("data")]
    shares = [each for each in told if each[1]]
    return (shares or told)[0] if len(shares) <= 1 and told else None


def _has_one_scale(column: list[tuple[float, float, bool]], axes: list[str]) -> bool:
    if all(is_share for _, _, is_share in column):
        scale = _SHARE.fullmatch(axes[0]) if axes else None
        return scale is not None and all(
            abs(width * float(scale[1]) / 1e4 - share) <= _NEAR / 100 for width, share, _ in column
        )
    width, most, _ = max(column, key=lambda each: each[1])
    return not any(is_share for *_, is_share in column) and all(
        abs(each * most - count * width) <= _NEAR * most for each, count, _ in column
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _heading(part: Element) -> str:
    return next((each.text for each in part.all("h2", "h3")), "")
