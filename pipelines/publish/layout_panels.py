"""Panels: for each source the same small bars on the same scale, with one target.

Answers in points. Wide charts have two panels side by side, narrow ones stand under each other. A figure stands right
of the whole scale, where neither bar nor target runs through it.
"""

from __future__ import annotations

from pipelines.publish.chartspec import DASHED_LINE, HIDDEN, STRONG, WORDS, Bar, Panel, Panels, chart_style
from pipelines.publish.layout_parts import CENTRED, SPACING, Pen, legend_marks
from pipelines.publish.marks import REGULAR, SEMIBOLD, Box, Canvas, Mark, Stroke, Text

_GUTTER = 26.0
_ROW = 20.0
_BAR = 12.0


def lay_out_panels(plot: Panels, pen: Pen) -> Canvas:
    """Lay out the panels; each row of them is as high as its highest."""
    across = 1 if pen.is_narrow or len(plot.panels) == 1 else 2
    width = (pen.width - (across - 1) * _GUTTER) / across
    label, figure = _label_width(plot, pen, width), _figure_width(plot, pen)
    legend, y = legend_marks(((DASHED_LINE, plot.legend),), pen, 0.0, 2.0)
    marks: list[Mark] = [*legend]
    y += 8.0
    for start in range(0, len(plot.panels), across):
        placed = [
            _panel(panel, pen, (place * (width + _GUTTER), y, width, label, figure), plot.target)
            for place, panel in enumerate(plot.panels[start : start + across])
        ]
        marks += [mark for panel, _ in placed for mark in panel]
        y += max(height for _, height in placed) + 14
    return Canvas(pen.width, y, tuple(marks))


def _label_width(plot: Panels, pen: Pen, width: float) -> float:
    limit = 0.5 * width
    labels = {bar.label for panel in plot.panels for bar in panel.bars}
    lines = [line for label in labels for line in pen.broken(label, limit, pen.small)]
    return max((pen.width_of(line, pen.small) for line in lines), default=0.0)


def _figure_width(plot: Panels, pen: Pen) -> float:
    """Give the width of the widest figure right of a bar: a share, or words for a small count."""
    shown = {bar.shown for panel in plot.panels for bar in panel.bars if bar.kind not in {HIDDEN, WORDS}}
    return max((pen.width_of(text, pen.small, SEMIBOLD) for text in shown), default=0.0)


def _panel(
    panel: Panel, pen: Pen, place: tuple[float, float, float, float, float], target: float
) -> tuple[list[Mark], float]:
    left, top, width, label, figure = place
    heads = pen.broken(panel.label, width, pen.text, SEMIBOLD)
    marks: list[Mark] = [
        Text(left, top + pen.text * (1 + index * SPACING), line, pen.text, "text", weight=SEMIBOLD, kind="label")
        for index, line in enumerate(heads)
    ]
    first = y = top + pen.text * (len(heads) * SPACING + 0.4)
    start = left + label + 7
    room = width - label - 7 - figure - 7
    goal = start + target * room
    for bar in panel.bars:
        lines = pen.broken(bar.label, label + 1, pen.small)
        height = max(_ROW, len(lines) * pen.small * SPACING + 4)
        marks += _bar(bar, pen, (start, y + height / 2, room), lines)
        if bar.kind not in {HIDDEN, WORDS}:
            marks.append(Stroke(((goal, y + 1), (goal, y + height - 1)), "text", width=1.4, dashed=True))
        y += height
    return marks, y - top if y > first else first - top


def _bar(bar: Bar, pen: Pen, place: tuple[float, float, float], lines: list[str]) -> list[Mark]:
    start, middle, room = place
    baseline = middle + pen.small * CENTRED
    first = baseline - (len(lines) - 1) * pen.small * SPACING / 2
    marks: list[Mark] = [
        Text(start - 7, first + index * pen.small * SPACING, line, pen.small, "text", anchor="right", kind="label")
        for index, line in enumerate(lines)
    ]
    is_below = bar.kind == STRONG
    weight, role = (SEMIBOLD, "text") if is_below else (REGULAR, "soft")
    words = Text(start + room + 7, baseline, bar.shown, pen.small, role, weight=weight, ref=bar.figure[0][1])
    if bar.kind == WORDS:
        return [*marks, Text(start, baseline, bar.shown, pen.small, "soft", kind="label")]
    if bar.kind == HIDDEN:
        stub = Box(start, middle - _BAR / 2, chart_style()["size"]["stub"], _BAR, "ink", hatched=True)
        x = start + stub.width + 7
        return [*marks, stub, Text(x, baseline, bar.shown, pen.small, "soft")]
    behind = Box(start, middle - _BAR / 2, room, _BAR, "band")
    length = (bar.value or 0.0) * room
    return [*marks, behind, Box(start, middle - _BAR / 2, length, _BAR, "below" if is_below else "light"), words]
