"""The lint of a chart: is every text inside, apart from the others, large enough and legible where it stands?

Answers for the canvas that is drawn, with the widths its texts have in the packaged font, in light and in dark. A
defect stops the release, because a reader would see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from pipelines.errors import SettingsError, listed
from pipelines.publish.chart_colours import DARK_MODE, LIGHT_MODE, colour, contrast
from pipelines.publish.chartspec import chart_style
from pipelines.publish.geometry import crosses
from pipelines.publish.marks import LEADING, Box, Canvas, Dot, Mark, Measure, Stroke, Text

# Share of a box's height that is shaved off, so that close lines of one paragraph do not count as touching.
_SHAVED = 0.2
_SLACK = 0.75
# How far letters reach above and below their baseline, in their size.
_RISE, _FALL = 0.76, 0.22
# How far letters without tails reach: what a line must not run through.
_BODY = 0.66


@dataclass(frozen=True)
class TextBox:
    """A text as drawn: its size in points and its box in points from the upper left."""

    text: str
    size: float
    left: float
    top: float
    right: float
    bottom: float


def canvas_defects(canvas: Canvas, measure: Measure) -> list[str]:
    """Find everything that a reader could not read.

    Args:
        canvas: what stands where, back to front.
        measure: gives the width of a text as drawn.
    Returns:
        One phrase per defect; empty for a clean chart.
    """
    placed = [(order, mark, box) for order, mark in enumerate(canvas.marks) for box in _boxes(mark, measure)]
    defects = chart_defects([box for _, _, box in placed], width=canvas.width, height=canvas.height)
    for order, mark, box in placed:
        defects += _legibility_defects(canvas.marks, order, mark.colour, box)
    return defects


def chart_defects(boxes: Sequence[TextBox], *, width: float, height: float) -> list[str]:
    """Find cut, touching and tiny texts.

    Args:
        boxes: every text of the drawing.
        width: points.
        height: points.
    Returns:
        One phrase per defect; empty for a clean chart.
    """
    smallest = chart_style()["font"]["smallest"]
    defects = [f"text cut at the edge: “{box.text}”" for box in boxes if not _is_inside(box, width, height)]
    defects += [f"text smaller than {smallest} points: “{box.text}”" for box in boxes if box.size < smallest]
    pairs = combinations(boxes, 2)
    return defects + [f"texts on top of each other: “{a.text}” and “{b.text}”" for a, b in pairs if _touch(a, b)]


def require_clean(chart_id: str, defects: list[str]) -> None:
    """Stop on defects.

    Raises:
        SettingsError: a text does not fit; a shorter name in the settings helps.
    """
    if defects:
        heading = f"The chart {chart_id} cannot be drawn legibly. Shorten the names in caseload.toml."
        raise SettingsError(listed(defects, heading=heading))


def _boxes(mark: Mark, measure: Measure) -> Iterator[TextBox]:
    if isinstance(mark, Text):
        for number, line in enumerate(mark.lines):
            width = measure(line, mark.size, mark.weight)
            left = mark.x - {"left": 0.0, "center": 0.5, "right": 1.0}[mark.anchor] * width
            y = mark.y + number * LEADING * mark.size
            yield TextBox(line, mark.size, left, y - _RISE * mark.size, left + width, y + _FALL * mark.size)


def _legibility_defects(marks: Sequence[Mark], order: int, role: str, box: TextBox) -> Iterator[str]:
    """Tell of a text that a mark crosses or hides, and of one that is too faint on what is behind it."""
    behind, crossing = _around(marks, order, _body(box))
    if crossing:
        yield f"a mark runs through the text: “{box.text}”"
    least = chart_style()["lint"]["text_contrast"]
    for mode in (LIGHT_MODE, DARK_MODE):
        if any(contrast(colour(role, mode), colour(each, mode)) < least for each in behind):
            yield f"text too faint on what is behind it: “{box.text}”"
            return


def _body(box: TextBox) -> TextBox:
    """Give the part of a text that must be free: without the reach of tall letters and tails."""
    baseline = box.bottom - _FALL * box.size
    return TextBox(box.text, box.size, box.left, baseline - _BODY * box.size, box.right, baseline)


def _around(marks: Sequence[Mark], order: int, box: TextBox) -> tuple[set[str], bool]:
    """Give the colours behind a text, and whether a line or marker runs through it or a box lies over it."""
    if any(_meets(mark, box) for mark in marks[order + 1 :] if not isinstance(mark, Text)):
        return set(), True
    behind: set[str] = set()
    for mark in reversed(marks[:order]):
        if isinstance(mark, Text) or not _meets(mark, box):
            continue
        if not isinstance(mark, Box) or mark.hatched:
            return behind, True
        behind.add(mark.colour)
        if _covers(mark, box):
            return behind, False
    return behind | {"background"}, False


def _meets(mark: Mark, box: TextBox) -> bool:
    if isinstance(mark, Box):
        across = min(mark.x + mark.width, box.right) - max(mark.x, box.left)
        return across > _SLACK and min(mark.y + mark.height, box.bottom) - max(mark.y, box.top) > _SLACK
    if isinstance(mark, Dot):
        reach = mark.size / 2
        return box.left - reach < mark.x < box.right + reach and box.top - reach < mark.y < box.bottom + reach
    return isinstance(mark, Stroke) and any(
        crosses(start, end, (box.left, box.top, box.right, box.bottom)) for start, end in pairwise(mark.points)
    )


def _covers(mark: Box, box: TextBox) -> bool:
    across = mark.x <= box.left + _SLACK and mark.x + mark.width >= box.right - _SLACK
    return across and mark.y <= box.top + _SLACK and mark.y + mark.height >= box.bottom - _SLACK


def _is_inside(box: TextBox, width: float, height: float) -> bool:
    across = box.left >= -_SLACK and box.right <= width + _SLACK
    return across and box.top >= -_SLACK and box.bottom <= height + _SLACK


def _touch(first: TextBox, second: TextBox) -> bool:
    shave_first, shave_second = _SHAVED * (first.bottom - first.top), _SHAVED * (second.bottom - second.top)
    across = min(first.right, second.right) - max(first.left, second.left)
    up = min(first.bottom - shave_first, second.bottom - shave_second) - max(
        first.top + shave_first, second.top + shave_second
    )
    return across > 0 and up > 0
