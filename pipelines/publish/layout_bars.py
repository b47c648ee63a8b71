"""Bars: where each label, bar and figure stands, wide and narrow.

Answers in points. Wide charts have their labels on the left; narrow ones above each bar, so that a long name has the
whole width of a phone. The scale leaves room for every figure at its bar's end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipelines.publish.chartspec import HIDDEN, LIGHT, Bar, chart_style
from pipelines.publish.marks import REGULAR, SEMIBOLD, Box, Canvas, Mark, Measure, Stroke, Text, balanced


@dataclass(frozen=True)
class _Frame:
    """What every row of one chart shares: where bars begin, how long a unit is, how labels break."""

    left: float
    scale: float
    label_width: float
    is_narrow: bool
    text_size: float
    has_pairs: bool
    measure: Measure


def lay_out_bars(bars: tuple[Bar, ...], *, width: float, is_narrow: bool, measure: Measure) -> Canvas:
    """Lay out a bar chart.

    Args:
        bars: from top to bottom.
        width: points.
        is_narrow: labels above the bars instead of beside them.
        measure: gives the width of a text.
    Returns:
        The canvas; its height follows from the rows.
    """
    frame = _frame(bars, width, is_narrow, measure=measure)
    marks: list[Mark] = []
    y = 4.0
    for bar in bars:
        row, height = _row(bar, frame, y)
        marks += row
        y += height
    if is_narrow:
        return Canvas(width, y, tuple(marks))
    axis = Stroke(((frame.left, 2.0), (frame.left, y)), chart_style()["colours"]["axis"])
    return Canvas(width, y + 4, (*marks, axis))


def _frame(bars: tuple[Bar, ...], width: float, is_narrow: bool, *, measure: Measure) -> _Frame:
    size = chart_style()["size"]
    text_size = chart_style()["font"]["text_narrow" if is_narrow else "text"]
    limit = width - 2 if is_narrow else size["label_share"] * width
    broken = [balanced(bar.label, width=limit, size=text_size, weight=REGULAR, measure=measure) for bar in bars]
    widest = max((measure(line, text_size, REGULAR) for lines in broken for line in lines), default=0.0)
    label_width = limit if is_narrow else widest + 1
    left = 1.0 if is_narrow else label_width + size["gap"]
    room = {bar: width - left - size["gap"] - 2 - measure(bar.shown, text_size, _weight(bar)) for bar in bars}
    scale = min((room[bar] / bar.value for bar in bars if bar.value), default=0.0)
    has_pairs = any(bar.is_sub for bar in bars)
    return _Frame(left, scale, label_width, is_narrow, text_size, has_pairs, measure)


def _weight(bar: Bar) -> int:
    return REGULAR if bar.kind in {HIDDEN, LIGHT} else SEMIBOLD


def _row(bar: Bar, frame: _Frame, y: float) -> tuple[list[Mark], float]:
    style = chart_style()
    size, text_size = style["size"], frame.text_size
    lines = balanced(bar.label, width=frame.label_width, size=text_size, weight=REGULAR, measure=frame.measure)
    thickness = size["thin_bar"] if bar.is_sub else size["bar"]
    if frame.is_narrow:
        label_height = len(lines) * _line_height(frame) + 3
        labels = _label_lines(lines, bar, frame, first=y + text_size)
        gap = 20 if bar.is_sub else 5 if frame.has_pairs else 11
        return [*labels, *_bar_marks(bar, frame, y + label_height + thickness / 2)], label_height + thickness + gap
    height = max(size["row"], len(lines) * _line_height(frame) + 7) + (4 if bar.is_sub else 0)
    middle = y + (height - (8 if bar.is_sub else 0)) / 2
    first = middle - (len(lines) - 1) * _line_height(frame) / 2 + text_size * 0.34
    return [
        *_label_lines(lines, bar, frame, first=first),
        *_bar_marks(bar, frame, middle),
    ], height


def _line_height(frame: _Frame) -> float:
    return frame.text_size * 1.25


def _label_lines(lines: list[str], bar: Bar, frame: _Frame, *, first: float) -> list[Mark]:
    style = chart_style()
    colour = style["colours"]["soft" if bar.is_sub or bar.kind == LIGHT else "text"]
    x, anchor = (frame.left, "left") if frame.is_narrow else (frame.label_width, "right")
    return [
        Text(x, first + index * _line_height(frame), line, frame.text_size, colour, anchor=anchor, kind="label")
        for index, line in enumerate(lines)
    ]


def _bar_marks(bar: Bar, frame: _Frame, middle: float) -> list[Mark]:
    style = chart_style()
    size, colours, text_size = style["size"], style["colours"], frame.text_size
    thickness = size["thin_bar"] if bar.is_sub else size["bar"]
    length = size["stub"] if bar.value is None else bar.value * frame.scale
    start = frame.left + (4 if bar.value is None else 0)
    box = Box(start, middle - thickness / 2, length, thickness, _colour(bar, colours), hatched=bar.kind == HIDDEN)
    figure = Text(
        start + length + size["gap"],
        middle + text_size * 0.34,
        bar.shown,
        text_size,
        colours["text" if _weight(bar) == SEMIBOLD else "soft"],
        weight=_weight(bar),
        ref=bar.ref,
    )
    return [box, figure]


def _colour(bar: Bar, colours: dict[str, Any]) -> str:
    return str(colours["ink" if bar.kind == HIDDEN else "light" if bar.kind == LIGHT else "bar"])
