"""Bars: where each label, bar and figure stands, wide and narrow.

Answers in points. Wide charts have their labels on the left; narrow ones above each bar, so that a long name has the
whole width of a phone. Counts have their figure at the bar's end. Shares beside a benchmark have an axis, the benchmark
and its limits across each bar, and their figures in a column of their own, where nothing can run through them.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.publish.chartspec import HIDDEN, LIGHT, STRONG, WORDS, Bar, Bars, chart_style
from pipelines.publish.layout_parts import CENTRED, SPACING, Pen, benchmark, interval, legend_marks
from pipelines.publish.marks import REGULAR, SEMIBOLD, Box, Canvas, Mark, Stroke, Text
from pipelines.publish.scales import share_ticks

_END = 8.0
# Beyond the furthest mark, as a factor.
_MARGIN = 1.02


@dataclass(frozen=True)
class _Frame:
    """What every row of one chart shares: where bars begin, how long a unit is, where figures and labels stand."""

    left: float
    scale: float
    label_width: float
    has_pairs: bool
    pen: Pen
    # Where the scale ends, in points and as a share; a chart of counts has none.
    end: float | None = None
    reach: float = 0.0


def lay_out_bars(plot: Bars, pen: Pen) -> Canvas:
    """Lay out a bar chart; its height follows from the rows."""
    frame = _frame(plot, pen)
    marks: list[Mark] = []
    legend, top = legend_marks(plot.legend, pen, 0.0, 2.0) if plot.legend else ([], 0.0)
    first = y = top + (10.0 if plot.legend else 4.0)
    for bar in plot.bars:
        row, height = _row(bar, frame, y)
        marks += row
        y += height
    behind, foot = _axis(plot, frame, first, y) if plot.axis else ([], 0.0)
    if pen.is_narrow and not plot.axis:
        return Canvas(pen.width, y, tuple(marks))
    edge = Stroke(((frame.left, first - 2), (frame.left, y)), "axis")
    return Canvas(pen.width, y + max(foot, 4.0), (*legend, *behind, *marks, edge))


def _frame(plot: Bars, pen: Pen) -> _Frame:
    size, bars = chart_style()["size"], plot.bars
    limit = pen.width - 2 if pen.is_narrow else size["label_share"] * pen.width
    broken = [pen.broken(bar.label, limit, pen.text, _label_weight(bar, plot)) for bar in bars]
    widths = [
        pen.width_of(line, pen.text, _label_weight(bar, plot))
        for bar, lines in zip(bars, broken, strict=True)
        for line in lines
    ]
    label_width = limit if pen.is_narrow else max(widths, default=0.0) + 1
    left = 1.0 if pen.is_narrow else label_width + size["gap"]
    has_pairs = any(bar.is_sub for bar in bars)
    if not plot.axis:
        room = {bar: pen.width - left - size["gap"] - 2 - _figure_width(bar, pen) for bar in bars}
        scale = min((room[bar] / bar.value for bar in bars if bar.value), default=0.0)
        return _Frame(left, scale, label_width, has_pairs, pen)
    column = max((_figure_width(bar, pen) for bar in bars), default=0.0)
    end = pen.width - 2 if pen.is_narrow else pen.width - column - _END
    reach = _reach(bars)
    return _Frame(left, (end - left - 4) / reach, label_width, has_pairs, pen, end, reach)


def _reach(bars: tuple[Bar, ...]) -> float:
    """Give the end of the scale: beyond every share and benchmark, but not beyond every limit."""
    shown = [bar.value for bar in bars if bar.value] + [bar.benchmark[1] for bar in bars if bar.benchmark]
    limits = [bar.high for bar in bars if bar.high]
    highest = max(shown, default=0.01)
    furthest = min(max(limits, default=0.0), highest * float(chart_style()["compared"]["beyond"]))
    return max(furthest, highest) * _MARGIN


def _label_weight(bar: Bar, plot: Bars) -> int:
    return SEMIBOLD if plot.axis and bar.kind == STRONG else REGULAR


def _weight(bar: Bar) -> int:
    return SEMIBOLD if bar.kind == STRONG else REGULAR


def _figure_width(bar: Bar, pen: Pen) -> float:
    return pen.width_of(bar.shown, pen.text, _weight(bar))


def _row(bar: Bar, frame: _Frame, y: float) -> tuple[list[Mark], float]:
    size, pen = chart_style()["size"], frame.pen
    lines = pen.broken(bar.label, frame.label_width - (_beside(bar, frame)), pen.text, _row_weight(bar, frame))
    thickness = size["thin_bar"] if bar.is_sub else size["bar"]
    spacing = pen.text * SPACING
    if pen.is_narrow:
        label_height = len(lines) * spacing + 3
        gap = 20 if bar.is_sub else 5 if frame.has_pairs else 11
        middle = y + label_height + thickness / 2
        marks = [*_label_lines(lines, bar, frame, first=y + pen.text), *_bar_marks(bar, frame, middle, y + pen.text)]
        return marks, label_height + (0 if bar.kind == WORDS else thickness) + gap
    height = max(size["row"], len(lines) * spacing + 7) + (4 if bar.is_sub else 0)
    middle = y + (height - (8 if bar.is_sub else 0)) / 2
    first = middle - (len(lines) - 1) * spacing / 2 + pen.text * CENTRED
    return [
        *_label_lines(lines, bar, frame, first=first),
        *_bar_marks(bar, frame, middle, middle + pen.text * CENTRED),
    ], height


def _beside(bar: Bar, frame: _Frame) -> float:
    """Leave room for a figure that stands in the line of a narrow label."""
    is_beside = frame.pen.is_narrow and frame.end is not None
    return _figure_width(bar, frame.pen) + _END if is_beside else 0.0


def _row_weight(bar: Bar, frame: _Frame) -> int:
    return SEMIBOLD if frame.end is not None and bar.kind == STRONG else REGULAR


def _label_lines(lines: list[str], bar: Bar, frame: _Frame, *, first: float) -> list[Mark]:
    is_quiet = bar.is_sub or bar.kind == WORDS or (bar.kind == LIGHT and frame.end is None)
    pen = frame.pen
    x, anchor = (frame.left, "left") if pen.is_narrow else (frame.label_width, "right")
    return [
        Text(
            x,
            first + index * pen.text * SPACING,
            line,
            pen.text,
            "soft" if is_quiet else "text",
            anchor=anchor,
            weight=_row_weight(bar, frame),
            kind="label",
        )
        for index, line in enumerate(lines)
    ]


def _bar_marks(bar: Bar, frame: _Frame, middle: float, baseline: float) -> list[Mark]:
    size, pen = chart_style()["size"], frame.pen
    thickness = size["thin_bar"] if bar.is_sub else size["bar"]
    length = size["stub"] if bar.kind == HIDDEN else (bar.value or 0.0) * frame.scale
    start = frame.left + (4 if bar.kind == HIDDEN else 0)
    role = {HIDDEN: "ink", LIGHT: "light"}.get(bar.kind, "bar")
    box = Box(start, middle - thickness / 2, length, thickness, role, hatched=bar.kind == HIDDEN)
    boxes: list[Mark] = [] if bar.kind == WORDS else [box, *_compared(bar, frame, middle)]
    in_line = pen.is_narrow and frame.end is not None
    if frame.end is not None:
        return [*boxes, _figure(bar, pen, pen.width - 1, baseline if in_line else middle + pen.text * CENTRED, "right")]
    return [*boxes, _figure(bar, pen, start + length + size["gap"], middle + pen.text * CENTRED, "left")]


def _figure(bar: Bar, pen: Pen, x: float, baseline: float, anchor: str) -> Text:  # noqa: PLR0917 - a place and its bar
    role = "text" if bar.kind in {STRONG} or (bar.benchmark and bar.kind == LIGHT) else "soft"
    is_one = len(bar.figure) == 1
    return Text(
        x,
        baseline,
        bar.shown,
        pen.text,
        role,
        anchor=anchor,
        weight=_weight(bar),
        ref=bar.figure[0][1] if is_one else "",
        parts=() if is_one else bar.figure,
    )


def _compared(bar: Bar, frame: _Frame, middle: float) -> list[Mark]:
    """Draw limits and benchmark across a bar; limits beyond the scale run off its end."""
    marks: list[Mark] = []
    if bar.low is not None and bar.high is not None and frame.end is not None:
        high = frame.left + bar.high * frame.scale
        marks += interval(frame.left + bar.low * frame.scale, min(high, frame.end), middle, is_cut=high > frame.end)
    if bar.benchmark is not None:
        low, high = (frame.left + each * frame.scale for each in bar.benchmark)
        marks += benchmark(low, high, middle, chart_style()["size"]["bar"] / 2 + 2.5)
    return marks


def _axis(plot: Bars, frame: _Frame, top: float, bottom: float) -> tuple[list[Mark], float]:
    """Draw the scale of shares behind the bars: lines, their values, and what is measured."""
    pen = frame.pen
    marks: list[Mark] = []
    for value, text in share_ticks(frame.reach):
        x = frame.left + value * frame.scale
        if not pen.is_narrow:
            marks.append(Stroke(((x, top - 2), (x, bottom)), "grid"))
        half = pen.width_of(text, pen.small) / 2
        spot = min(max(x, half), pen.width - half)
        marks.append(Text(spot, bottom + pen.small * 1.3, text, pen.small, "soft", anchor="center", kind="axis"))
    lines = pen.filled(plot.axis, pen.width - (0 if pen.is_narrow else frame.left), pen.small)
    first = bottom + pen.small * 2.7
    marks += [
        Text(frame.left, first + index * pen.small * SPACING, line, pen.small, "soft", kind="axis")
        for index, line in enumerate(lines)
    ]
    return marks, pen.small * (3.1 + SPACING * (len(lines) - 1))
