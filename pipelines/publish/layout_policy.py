"""Policy areas: a line with the score of each, and under it the bars of its advice types.

Answers in points. Wide charts have names left and words of the score right of its line; narrow ones everything under
each other. Bars begin where lines do, but never stand in one row with a line.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.publish.chartspec import HIDDEN, Bar, Figure, PolicyArea, PolicyAreas, chart_style
from pipelines.publish.layout_parts import CENTRED, SPACING, Pen, legend_marks, score_line
from pipelines.publish.marks import REGULAR, SEMIBOLD, Box, Canvas, Mark, Text, wording_of

_PAD, _APART, _ROW, _LINE = 12.0, 14.0, 21.0, 18.0
_VERDICT, _BAR = 0.31, 12.0


@dataclass(frozen=True)
class _Frame:
    """What all areas of one chart share: where lines and bars begin and lines end, and how long a client is."""

    pen: Pen
    left: float
    right: float
    labels: float
    scale: tuple[int, int]
    unit: float = 0.0

    def x(self, score: int) -> float:
        """Place a score on its line."""
        low, high = self.scale
        return self.left + (self.right - self.left) * (score - low) / (high - low)


def lay_out_policy(plot: PolicyAreas, pen: Pen) -> Canvas:
    """Lay out a chart of policy areas; its height follows from the rows."""
    frame = _frame(plot, pen)
    legend, top = legend_marks(plot.legend, pen, 0.0, 2.0)
    y = top + 6 + pen.small * SPACING
    marks: list[Mark] = [*legend, *_ends(frame, y)]
    y += 4
    for area in plot.areas:
        placed, height = _area(area, frame, y)
        marks += placed
        y += height + _APART
    return Canvas(pen.width, y - _APART + 6, tuple(marks))


def _frame(plot: PolicyAreas, pen: Pen) -> _Frame:
    bars = [bar for area in plot.areas for bar in area.bars]
    if pen.is_narrow:
        left, right, labels = 6.0, pen.width - 6, pen.width - 2
    else:
        labels = chart_style()["size"]["label_share"] * pen.width
        left, right = labels + _PAD, pen.width * (1 - _VERDICT) - _PAD
    gap = chart_style()["size"]["gap"]
    room = {bar: pen.width - left - gap - 2 - pen.width_of(bar.shown, pen.text) for bar in bars}
    unit = min((room[bar] / bar.value for bar in bars if bar.value), default=0.0)
    return _Frame(pen, left, right, labels, plot.scale, unit)


def _ends(frame: _Frame, baseline: float) -> list[Mark]:
    """Write the ends of the scale above the first line."""
    size = frame.pen.small
    return [
        Text(frame.x(value), baseline, str(value), size, "soft", anchor=anchor, kind="axis")
        for value, anchor in zip(
            frame.scale, ("left", "right") if frame.pen.is_narrow else ("center",) * 2, strict=True
        )
    ]


def _area(area: PolicyArea, frame: _Frame, top: float) -> tuple[list[Mark], float]:
    marks, y = _narrow_head(area, frame, top) if frame.pen.is_narrow else _wide_head(area, frame, top)
    if area.empty:
        x = 0.0 if frame.pen.is_narrow else frame.left
        lines = frame.pen.filled(area.empty, frame.pen.width - x - 2, frame.pen.text)
        return [*marks, *_lines(lines, frame, x=x, first=y + frame.pen.text)], y + _height(lines, frame) - top
    for bar in area.bars:
        row, height = _narrow_bar(bar, frame, y) if frame.pen.is_narrow else _wide_bar(bar, frame, y)
        marks += row
        y += height
    return marks, y - top


def _wide_head(area: PolicyArea, frame: _Frame, top: float) -> tuple[list[Mark], float]:
    pen, spacing = frame.pen, frame.pen.text * SPACING
    names = pen.broken(area.label, frame.labels, pen.text, SEMIBOLD)
    words = _figure_lines(area.figure, frame, pen.width - frame.right - _PAD - 2)
    height = max(_ROW, max(len(names), len(words)) * spacing + 5)
    middle = top + height / 2
    first = middle - (len(names) - 1) * spacing / 2 + pen.text * CENTRED
    begin = middle - (len(words) - 1) * spacing / 2 + pen.text * CENTRED
    marks: list[Mark] = [*_lines(names, frame, x=0.0, first=first, weight=SEMIBOLD), *_line(area, frame, middle)]
    return [*marks, *_figures(words, frame, x=frame.right + _PAD, first=begin)], top + height


def _narrow_head(area: PolicyArea, frame: _Frame, top: float) -> tuple[list[Mark], float]:
    pen, spacing = frame.pen, frame.pen.text * SPACING
    names = pen.broken(area.label, frame.labels, pen.text, SEMIBOLD)
    words = _figure_lines(area.figure, frame, pen.width - 2)
    first = top + pen.text
    below = first + len(names) * spacing
    y = below + (len(words) - 1) * spacing + 6
    marks: list[Mark] = [*_lines(names, frame, x=0.0, first=first, weight=SEMIBOLD), *_line(area, frame, y + _LINE / 2)]
    return [*marks, *_figures(words, frame, x=0.0, first=below)], y + (_LINE if area.score is not None else 0) + 3


def _line(area: PolicyArea, frame: _Frame, middle: float) -> list[Mark]:
    """Draw the line with its score; an area that has none has no line."""
    return [] if area.score is None else score_line(frame.left, frame.right, middle, at=frame.x(area.score))


def _wide_bar(bar: Bar, frame: _Frame, top: float) -> tuple[list[Mark], float]:
    pen, spacing = frame.pen, frame.pen.text * SPACING
    lines = pen.broken(bar.label, frame.labels - _PAD, pen.text)
    height = max(_ROW, len(lines) * spacing + 5)
    middle = top + height / 2
    first = middle - (len(lines) - 1) * spacing / 2 + pen.text * CENTRED
    return [*_lines(lines, frame, x=frame.labels, first=first, anchor="right"), *_bar(bar, frame, middle)], height


def _narrow_bar(bar: Bar, frame: _Frame, top: float) -> tuple[list[Mark], float]:
    lines = frame.pen.broken(bar.label, frame.labels, frame.pen.text)
    below = top + _height(lines, frame) + 2
    marks = [*_lines(lines, frame, x=0.0, first=top + frame.pen.text), *_bar(bar, frame, below + _BAR / 2)]
    return marks, below + _BAR + 8 - top


def _bar(bar: Bar, frame: _Frame, middle: float) -> list[Mark]:
    size, pen, is_hidden = chart_style()["size"], frame.pen, bar.kind == HIDDEN
    start = frame.left + (4 if is_hidden else 0)
    length = size["stub"] if is_hidden else (bar.value or 0.0) * frame.unit
    box = Box(start, middle - _BAR / 2, length, _BAR, "ink" if is_hidden else "light", hatched=is_hidden)
    ref = bar.figure[0][1]
    x, y = start + length + size["gap"], middle + pen.text * CENTRED
    return [box, Text(x, y, bar.shown, pen.text, "soft" if is_hidden else "text", ref=ref)]


def _height(lines: list[str], frame: _Frame) -> float:
    return len(lines) * frame.pen.text * SPACING


def _lines(
    lines: list[str], frame: _Frame, *, x: float, first: float, anchor: str = "left", weight: int = REGULAR
) -> list[Mark]:  # fmt: skip
    size = frame.pen.text
    role = "text" if weight == SEMIBOLD else "soft"
    return [
        Text(x, first + at * size * SPACING, line, size, role, anchor=anchor, weight=weight, kind="label")
        for at, line in enumerate(lines)
    ]


def _figure_lines(figure: Figure, frame: _Frame, width: float) -> list[Figure]:
    """Break a score with its words into lines; the score stands at the start of the first."""
    lines = frame.pen.filled(wording_of(figure), width, frame.pen.text)
    score = figure[0]
    if not score[1]:
        return [((line, ""),) for line in lines]
    return [(score, (lines[0].removeprefix(score[0]), "")), *(((line, ""),) for line in lines[1:])]


def _figures(lines: list[Figure], frame: _Frame, *, x: float, first: float) -> list[Mark]:
    size = frame.pen.text
    return [
        Text(
            x,
            first + at * size * SPACING,
            wording_of(pieces),
            size,
            "text",
            parts=pieces if any(ref for _, ref in pieces) else (),
        )
        for at, pieces in enumerate(lines)
    ]
