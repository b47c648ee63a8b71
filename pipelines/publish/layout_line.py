"""Lines over time: quarters on a zero baseline.

Answers where points, segments and figures stand. A hidden quarter is a gap with [c] above the axis; a provisional one
has a hollow marker, a dashed segment and the word. Figures that would meet another text are left out of the drawing;
the table has them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, log10

from pipelines.publish.chartspec import Point, chart_style
from pipelines.publish.marks import REGULAR, SEMIBOLD, Box, Canvas, Dot, Mark, Measure, Stroke, Text

_Spot = tuple[float, float]
_TOP = 38.0
_INSET = 26.0
_LIFT = 10.0
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True)
class _Plot:
    """What all parts of one line chart share, in points."""

    points: tuple[Point, ...]
    spots: tuple[_Spot, ...]
    left: float
    width: float
    bottom: float
    text: float
    small: float
    measure: Measure


def lay_out_line(points: tuple[Point, ...], *, width: float, is_narrow: bool, measure: Measure) -> Canvas:
    """Lay out a line chart.

    Args:
        points: in time order.
        width: points.
        is_narrow: larger text and fewer figures beside the line.
        measure: gives the width of a text.
    Returns:
        The canvas, with room for figures above the highest point.
    """
    style, suffix = chart_style(), "_narrow" if is_narrow else ""
    ticks = nice_ticks(max((point.value or 0 for point in points), default=0))
    text, small = style["font"][f"text{suffix}"], style["font"][f"small{suffix}"]
    # A provisional point has a word above its figure, and it may be the highest.
    top = max(_TOP, _LIFT + 1.2 * text + small) if any(point.provisional for point in points) else _TOP
    bottom = top + style["size"]["plot_height"]
    left = max(measure(f"{tick:,}", small, REGULAR) for tick in ticks) + 8
    rise = (bottom - top) / ticks[-1]
    spots = tuple(
        (x, bottom - (point.value or 0) * rise)
        for x, point in zip(_places(len(points), left, width), points, strict=True)
    )
    plot = _Plot(points, spots, left, width, bottom, text, small, measure)
    limit = style["limits"]["line_labels_narrow" if is_narrow else "line_labels_wide"]
    figures = _figures(plot, limit)
    behind = [_clearing(plot, text) for text in figures]
    marks = [*_grid(plot, ticks, rise), *behind, *_quarter_labels(plot), *_segments(plot), *_dots(plot), *figures]
    return Canvas(width, bottom + small * 3.2, tuple(marks))


def nice_ticks(highest: int) -> tuple[int, ...]:
    """Choose round axis values from zero to at least the highest figure.

    >>> nice_ticks(347), nice_ticks(3)
    ((0, 100, 200, 300, 400), (0, 1, 2, 3))
    """
    rough = max(highest, 1) / 4
    magnitude = 10 ** floor(log10(rough)) if rough >= 1 else 1
    step = next(int(factor * magnitude) for factor in _STEPS if factor * magnitude >= rough)
    return tuple(range(0, step * ceil(max(highest, 1) / step) + 1, step))


def _places(number: int, left: float, width: float) -> list[float]:
    if number == 1:
        return [(left + width) / 2]
    step = (width - left - 2 * _INSET) / (number - 1)
    return [left + _INSET + index * step for index in range(number)]


def _grid(plot: _Plot, ticks: tuple[int, ...], rise: float) -> list[Mark]:
    colours = chart_style()["colours"]
    marks: list[Mark] = []
    for tick in ticks:
        y = plot.bottom - tick * rise
        marks.append(Stroke(((plot.left, y), (plot.width, y)), colours["axis" if tick == 0 else "grid"]))
        lowered = y + plot.small * 0.34
        marks.append(
            Text(plot.left - 6, lowered, f"{tick:,}", plot.small, colours["soft"], anchor="right", kind="axis")
        )
    return marks


def _quarter_labels(plot: _Plot) -> list[Mark]:
    """Label as many quarters as fit, counted back from the last one."""
    size, soft = plot.small, chart_style()["colours"]["soft"]
    widest = max(plot.measure(line, size, REGULAR) for point in plot.points for line in point.label) + 6
    step = plot.spots[1][0] - plot.spots[0][0] if len(plot.spots) > 1 else widest
    marks: list[Mark] = []
    for index in range(len(plot.points) - 1, -1, -ceil(widest / step)):
        x = min(plot.spots[index][0], plot.width - (widest - 6) / 2)
        for line, text in enumerate(plot.points[index].label):
            y = plot.bottom + size * (1.45 + 1.25 * line)
            marks.append(Text(x, y, text, size, soft, anchor="center", kind="date"))
    return marks


def _segments(plot: _Plot) -> list[Mark]:
    colour = chart_style()["colours"]["bar"]
    return [
        Stroke((plot.spots[index], plot.spots[index + 1]), colour, width=2.2, dashed=second.provisional)
        for index, (first, second) in enumerate(pairwise(plot.points))
        if first.value is not None and second.value is not None
    ]


def _dots(plot: _Plot) -> list[Mark]:
    colour = chart_style()["colours"]["bar"]
    pairs = zip(plot.points, plot.spots, strict=True)
    return [Dot(*spot, colour, hollow=point.provisional) for point, spot in pairs if point.value is not None]


def _figures(plot: _Plot, limit: int) -> list[Text]:
    """Write figures, the latest first, and leave out any that would touch one already written."""
    marks: list[Text] = []
    taken: list[tuple[float, float, float]] = []
    for index in range(len(plot.points) - 1, -1, -1):
        is_last = index == len(plot.points) - 1
        if plot.points[index].value is not None and not is_last and len(plot.points) > limit:
            continue
        texts = _figure_texts(plot, index)
        half = max(plot.measure(text.text, text.size, text.weight) for text in texts) / 2 + 3
        centre = min(max(plot.spots[index][0], half), plot.width - half)
        if any(abs(centre - x) < half + other and abs(texts[0].y - y) < 34 for x, y, other in taken):
            continue
        taken.append((centre, texts[0].y, half))
        marks += [replace(text, x=centre) for text in texts]
    return marks


def _clearing(plot: _Plot, text: Text) -> Box:
    """Clear the grid behind a figure, so that no line runs through it."""
    width = plot.measure(text.text, text.size, text.weight) + 4
    colour = chart_style()["colours"]["background"]
    return Box(text.x - width / 2, text.y - 0.75 * text.size, width, text.size, colour)


def _figure_texts(plot: _Plot, index: int) -> list[Text]:
    """Give a point's figure on the side of the line where there is room."""
    point, (x, y), colours = plot.points[index], plot.spots[index], chart_style()["colours"]
    if point.value is None:
        return [Text(x, plot.bottom - 8, point.shown, plot.text, colours["soft"], anchor="center")]
    lines = [(point.shown, plot.text, colours["text"], SEMIBOLD, point.ref)]
    if point.provisional:
        lines.append(("provisional", plot.small, colours["soft"], REGULAR, ""))
    if _goes_below(plot, index):
        first, step = y + 7 + plot.text * 0.9, plot.text * 1.15
    else:
        first, step = y - _LIFT, -plot.text * 1.2
    return [
        Text(x, first + step * line, text, size, colour, anchor="center", weight=weight, ref=ref)
        for line, (text, size, colour, weight, ref) in enumerate(lines)
    ]


def _goes_below(plot: _Plot, index: int) -> bool:
    """Tell whether the line comes from above on both sides, and the axis leaves room below."""
    y = plot.spots[index][1]
    around = [k for k in (index - 1, index + 1) if 0 <= k < len(plot.points) and plot.points[k].value is not None]
    is_valley = bool(around) and all(plot.spots[k][1] < y for k in around)
    return is_valley and plot.bottom - y > 3.4 * plot.text
