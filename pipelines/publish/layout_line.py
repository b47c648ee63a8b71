"""Lines over time: quarters on a zero baseline, with natural limits and dated events where there are any.

Answers where points, segments and limits stand. A hidden quarter is a gap with [c] above the axis; a provisional one
has a hollow marker, a dashed segment and the word.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil, log2

from pipelines.publish.chartspec import Limits, Line, chart_style
from pipelines.publish.layout_events import event_key, event_lines
from pipelines.publish.layout_figures import point_figures
from pipelines.publish.layout_parts import CENTRED, SPACING, Pen
from pipelines.publish.line_plot import LIFT, LinePlot
from pipelines.publish.marks import Box, Canvas, Dot, Mark, Stroke, Text
from pipelines.publish.scales import nice_ticks

_TOP = 38.0
_INSET = 26.0
# Quarters that stand nearer to each other have smaller markers.
_CLOSE = 22.0


def lay_out_line(plot: Line, pen: Pen) -> Canvas:
    """Lay out a line chart, with room for figures above the highest point."""
    placed, ticks = _placed(plot, pen)
    names = _limit_names(placed)
    figures = point_figures(placed, names)
    behind = [_clearing(placed, text) for text in figures if text.text]
    key, height = event_key(placed, placed.bottom + pen.small * 3.2)
    marks = [
        *_bands(placed),
        *_grid(placed, ticks),
        *_limit_lines(placed),
        *event_lines(placed),
        *behind,
        *_quarter_labels(placed),
        *_segments(placed),
        *_dots(placed),
        *figures,
        *names,
        *key,
    ]
    return Canvas(pen.width, placed.bottom + pen.small * 3.2 + height, tuple(marks))


def _placed(plot: Line, pen: Pen) -> tuple[LinePlot, tuple[int, ...]]:
    """Place the points, and choose the values of the axis."""
    highest = max([point.value or 0 for point in plot.points] + [limits.high for limits in plot.limits], default=0)
    ticks = nice_ticks(highest)
    # A provisional point has a word above its figure, and it may be the highest.
    needed = LIFT + 1.2 * pen.text + pen.small
    top = max(_TOP, needed) if any(point.provisional for point in plot.points) else _TOP
    top += pen.small * 1.6 if plot.events else 0.0
    bottom = top + chart_style()["size"]["plot_height"]
    left = max(pen.width_of(f"{tick:,}", pen.small) for tick in ticks) + 8
    right = pen.width - _names_width(plot, pen)
    rise = (bottom - top) / ticks[-1]
    places = _places(len(plot.points), left, right)
    spots = tuple((x, bottom - (point.value or 0) * rise) for x, point in zip(places, plot.points, strict=True))
    return LinePlot(plot, spots, left, right, bottom, rise, pen), ticks


def _names_width(plot: Line, pen: Pen) -> float:
    """Keep room right of the line for the names of its limits, where the newest quarters have some."""
    if not plot.limits or pen.is_narrow or plot.limits[-1].last < len(plot.points) - 4:
        return 0.0
    return max(pen.width_of(name, pen.small) for name in plot.names) + 8


def _places(number: int, left: float, width: float) -> list[float]:
    if number == 1:
        return [(left + width) / 2]
    step = (width - left - 2 * _INSET) / (number - 1)
    return [left + _INSET + index * step for index in range(number)]


def _grid(placed: LinePlot, ticks: tuple[int, ...]) -> list[Mark]:
    marks: list[Mark] = []
    for tick in ticks:
        y, size = placed.y(tick), placed.pen.small
        marks.append(Stroke(((placed.left, y), (placed.right, y)), "axis" if tick == 0 else "grid"))
        marks.append(Text(placed.left - 6, y + size * CENTRED, f"{tick:,}", size, "soft", anchor="right", kind="axis"))
    return marks


def _quarter_labels(placed: LinePlot) -> list[Mark]:
    """Label as many quarters as fit, counted back from the last one: each, every second, every fourth and so on."""
    pen, points, spots = placed.pen, placed.line.points, placed.spots
    size = pen.small
    widest = max(pen.width_of(line, size) for point in points for line in point.label) + 6
    step = spots[1][0] - spots[0][0] if len(spots) > 1 else widest
    marks: list[Mark] = []
    every = 2 ** ceil(log2(max(widest / step, 1)))
    for index in range(len(points) - 1, -1, -every):
        x = min(spots[index][0], pen.width - (widest - 6) / 2)
        for line, text in enumerate(points[index].label):
            y = placed.bottom + size * (1.45 + SPACING * line)
            marks.append(Text(x, y, text, size, "soft", anchor="center", kind="date"))
    return marks


def _segments(placed: LinePlot) -> list[Mark]:
    return [
        Stroke(segment, "bar", width=2.2, dashed=second.provisional)
        for segment, (first, second) in zip(pairwise(placed.spots), pairwise(placed.line.points), strict=True)
        if first.value is not None and second.value is not None
    ]


def _dots(placed: LinePlot) -> list[Mark]:
    size = chart_style()["size"]["small_dot" if placed.step < _CLOSE else "dot"]
    pairs = zip(placed.line.points, placed.spots, strict=True)
    return [Dot(*spot, "bar", hollow=point.provisional, size=size) for point, spot in pairs if point.value is not None]


def _clearing(placed: LinePlot, text: Text) -> Box:
    """Clear grid, limits and bands behind a figure, so that no line runs through it."""
    width = placed.pen.width_of(text.text, text.size, text.weight) + 4
    return Box(text.x - width / 2, text.y - 0.78 * text.size, width, text.size, "background")


def _span(placed: LinePlot, limits: Limits) -> tuple[float, float]:
    """Give from where to where limits hold: half a step beyond their first and last quarter."""
    half = (placed.spots[1][0] - placed.spots[0][0]) / 2
    return max(placed.spots[limits.first][0] - half, placed.left), min(
        placed.spots[limits.last][0] + half, placed.right
    )


def _bands(placed: LinePlot) -> list[Mark]:
    marks: list[Mark] = []
    for limits in placed.line.limits:
        start, end = _span(placed, limits)
        top, bottom = placed.y(limits.high), placed.y(max(limits.low, 0.0))
        marks.append(Box(start, top, end - start, bottom - top, "band"))
    return marks


def _limit_lines(placed: LinePlot) -> list[Mark]:
    """Draw mean and limits; a lower limit below zero is none."""
    marks: list[Mark] = []
    for limits in placed.line.limits:
        start, end = _span(placed, limits)
        levels = [(limits.mean, False), (limits.high, True), *([(limits.low, True)] if limits.low > 0 else [])]
        for value, is_limit in levels:
            line = ((start, placed.y(value)), (end, placed.y(value)))
            marks.append(Stroke(line, "axis" if is_limit else "ink", width=1.3, dashed=is_limit))
    return marks


def _limit_names(placed: LinePlot) -> list[Text]:
    """Name mean and limits at the end of their lines, apart enough to be read."""
    if placed.right == placed.pen.width:
        return []
    limits, names, size = placed.line.limits[-1], placed.line.names, placed.pen.small
    values = [(limits.high, names[0]), (limits.mean, names[1]), *([(limits.low, names[2])] if limits.low > 0 else [])]
    end, y = placed.right + 5, 0.0
    middle = placed.y(limits.mean)
    marks: list[Text] = []
    for place, (value, name) in enumerate(values):
        shift = (place - 1) * size * 1.15
        y = min(placed.y(value), middle + shift) if place == 0 else max(placed.y(value), middle + shift)
        marks.append(Text(end, y + size * CENTRED, name, size, "soft", kind="axis"))
    return marks
