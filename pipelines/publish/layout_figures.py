"""The figures beside the points of a line: which are written, and where no line runs through them.

Answers for each point, the latest first. A figure that would meet the line or another figure is left out of the
drawing; the table has it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from pipelines.publish.chartspec import chart_style
from pipelines.publish.geometry import Field, crosses, overlap
from pipelines.publish.line_plot import LIFT, LinePlot
from pipelines.publish.marks import REGULAR, SEMIBOLD, Text

# Further places for the newest figure, further away from its point.
_FURTHER = (0.0, 9.0, 18.0, 30.0)


def point_figures(placed: LinePlot, names: list[Text]) -> list[Text]:
    """Write the figures that fit; a chart of many quarters has the newest and the marks of hidden ones alone.

    Args:
        placed: the line.
        names: texts that stand already and must stay free.
    """
    limit = chart_style()["limits"]["line_labels_narrow" if placed.pen.is_narrow else "line_labels_wide"]
    points, marks = placed.line.points, list[Text]()
    taken = [_name_field(placed, name) for name in names]
    for index in range(len(points) - 1, -1, -1):
        is_last = index == len(points) - 1
        if points[index].value is not None and not is_last and len(points) > limit:
            continue
        for texts in _choices(placed, index, is_last=is_last):
            fields = [_field(placed, text) for text in texts]
            if not any(_is_blocked(placed, field, taken) for field in fields):
                taken += fields
                marks += texts
                break
    return marks


def _is_blocked(placed: LinePlot, field: Field, taken: list[Field]) -> bool:
    points = placed.line.points
    segments = [
        segment
        for segment, (first, second) in zip(pairwise(placed.spots), pairwise(points), strict=True)
        if first.value is not None and second.value is not None
    ]
    dots = [
        (x - 6, y - 6, x + 6, y + 6)
        for (x, y), point in zip(placed.spots, points, strict=True)
        if point.value is not None
    ]
    is_outside = field[3] > placed.bottom - 1 or field[1] < 0
    return (
        is_outside
        or any(crosses(*segment, field) for segment in segments)
        or any(overlap(field, each) for each in (*taken, *dots))
    )


def _name_field(placed: LinePlot, name: Text) -> Field:
    end = name.x + placed.pen.width_of(name.text, name.size, name.weight)
    return name.x - 2, name.y - 0.72 * name.size, end, name.y + 0.1 * name.size


def _field(placed: LinePlot, text: Text) -> Field:
    half = placed.pen.width_of(text.text, text.size, text.weight) / 2 + 2
    return text.x - half, text.y - 0.72 * text.size, text.x + half, text.y + 0.1 * text.size


def _choices(placed: LinePlot, index: int, *, is_last: bool) -> list[list[Text]]:
    """Give the places a figure may have, the best first: in a valley of the line below the point, else above."""
    point, (x, _) = placed.line.points[index], placed.spots[index]
    if point.value is None:
        return [_centred(placed, [Text(x, placed.bottom - 8, point.shown, placed.pen.text, "soft", anchor="center")])]
    above, below = (
        [_stack(placed, index, far, is_below=flag) for far in _FURTHER[: 4 if is_last else 1]] for flag in (False, True)
    )
    is_valley = _is_valley(placed, index)
    first, second = (below, above) if is_valley else (above, below)
    return [_centred(placed, texts) for pair in zip(first, second, strict=True) for texts in pair]


def _stack(placed: LinePlot, index: int, far: float, *, is_below: bool) -> list[Text]:
    """Set a figure, and for a provisional one the word, on one side of its point."""
    point, (x, y), pen = placed.line.points[index], placed.spots[index], placed.pen
    lines = [(point.shown, pen.text, "text", SEMIBOLD, point.ref)]
    if point.provisional:
        lines.append((placed.line.provisional, pen.small, "soft", REGULAR, ""))
    first, step = (y + 7 + pen.text * 0.9 + far, pen.text * 1.15) if is_below else (y - LIFT - far, -pen.text * 1.2)
    return [
        Text(x, first + step * line, text, size, colour, anchor="center", weight=weight, ref=ref)
        for line, (text, size, colour, weight, ref) in enumerate(lines)
    ]


def _centred(placed: LinePlot, texts: list[Text]) -> list[Text]:
    """Move texts that would be cut at an edge inside."""
    half = max(placed.pen.width_of(text.text, text.size, text.weight) for text in texts) / 2 + 1
    return [replace(text, x=min(max(text.x, placed.left + half), placed.right - half)) for text in texts]


def _is_valley(placed: LinePlot, index: int) -> bool:
    y, points, spots = placed.spots[index][1], placed.line.points, placed.spots
    around = [k for k in (index - 1, index + 1) if 0 <= k < len(points) and points[k].value is not None]
    return bool(around) and all(spots[k][1] < y for k in around)
