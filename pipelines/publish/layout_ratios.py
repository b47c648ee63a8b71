"""Ratios: a marker with its limits on a scale of doublings, the verdict in words beside it.

Answers in points. Wide charts have labels on the left and verdicts on the right; narrow ones both above each line. The
shaded band is where a difference does not matter; the line is where a group is seen as often as expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

from pipelines.publish.chartspec import CLEAR, FLAGGED, HIDDEN, WORDS, RatioRow, Ratios, chart_style
from pipelines.publish.layout_parts import CENTRED, SPACING, Pen, legend_marks
from pipelines.publish.marks import (
    DIAMOND,
    REGULAR,
    ROUND,
    SEMIBOLD,
    Box,
    Canvas,
    Dot,
    Mark,
    Piece,
    Stroke,
    Text,
    wording_of,
)

_PAD = 12.0
_STRIP = 20.0


@dataclass(frozen=True)
class _Frame:
    """The scale and the columns of one chart."""

    pen: Pen
    left: float
    right: float
    low: float
    high: float
    label_width: float
    verdict_width: float

    def x(self, ratio: float) -> float:
        """Place a ratio; what is beyond the scale stands at its end."""
        inside = min(max(ratio, self.low), self.high)
        return self.left + (self.right - self.left) * log2(inside / self.low) / log2(self.high / self.low)


def lay_out_ratios(plot: Ratios, pen: Pen) -> Canvas:
    """Lay out a chart of ratios; its height follows from the rows."""
    frame = _frame(plot, pen)
    legend, top = legend_marks(plot.legend, pen, 0.0, 2.0)
    first = top + 12 + pen.small * SPACING
    y, marks, spans = first + 4.0, [], []
    for row in plot.rows:
        placed, height, strip = _row(row, frame, y)
        marks += placed
        spans += [strip] if strip else []
        y += height
    behind = [*_sides(plot, frame, first - 4), *_background(plot, frame, first, y, spans=spans)]
    return Canvas(pen.width, y + pen.small * 1.9, (*legend, *behind, *marks, *_ticks(plot, frame, y)))


def _frame(plot: Ratios, pen: Pen) -> _Frame:
    style = chart_style()
    low, high = plot.scale[0] / 1.1, plot.scale[1] * 1.1
    if pen.is_narrow:
        return _Frame(pen, 4.0, pen.width - 4.0, low, high, pen.width - 2, pen.width - 2)
    limit = style["size"]["label_share"] * pen.width * 0.85
    widths = [
        pen.width_of(line, pen.text, _weight(row))
        for row in plot.rows
        for line in pen.broken(row.label, limit, pen.text, _weight(row))
    ]
    label, verdict = max(widths, default=0.0), style["size"]["verdict_share"] * pen.width
    return _Frame(pen, label + _PAD, pen.width - verdict - _PAD, low, high, label, verdict)


def _weight(row: RatioRow) -> int:
    return SEMIBOLD if row.is_head or row.kind in {FLAGGED, CLEAR} else REGULAR


def _row(row: RatioRow, frame: _Frame, y: float) -> tuple[list[Mark], float, tuple[float, float] | None]:
    """Place a row.

    Returns:
        Its marks, its height, and from where to where its line is drawn.
    """
    pen, spacing = frame.pen, frame.pen.text * SPACING
    labels = pen.broken(row.label, frame.label_width, pen.text, _weight(row))
    if row.is_head:
        marks = _lines(labels, row, frame, x=0.0, first=y + pen.text + 3, anchor="left")
        return marks, len(labels) * spacing + 6, None
    verdicts = _verdict_lines(row, frame)
    if pen.is_narrow:
        words = [*_lines(labels, row, frame, x=0.0, first=y + pen.text, anchor="left")]
        below = y + pen.text + len(labels) * spacing
        words += _verdict(verdicts, row, frame, x=0.0, first=below)
        top = y + (len(labels) + len(verdicts)) * spacing + 2
        marks = [*words, *_marker(row, frame, top + _STRIP / 2)]
        return marks, top - y + _STRIP + 9, (top, top + _STRIP)
    height = max(24.0, max(len(labels), len(verdicts)) * spacing + 7)
    middle = y + height / 2
    return [
        *_lines(labels, row, frame, x=frame.label_width, first=_first(middle, labels, pen), anchor="right"),
        *_marker(row, frame, middle),
        *_verdict(verdicts, row, frame, x=frame.right + _PAD, first=_first(middle, verdicts, pen)),
    ], height, (y, y + height)  # fmt: skip


def _first(middle: float, lines: list[str] | list[tuple[Piece, ...]], pen: Pen) -> float:
    return middle - (len(lines) - 1) * pen.text * SPACING / 2 + pen.text * CENTRED


def _lines(lines: list[str], row: RatioRow, frame: _Frame, *, x: float, first: float, anchor: str) -> list[Mark]:
    size, role = frame.pen.text, "soft" if row.kind == WORDS and row.is_head else "text"
    return [
        Text(x, first + index * size * SPACING, line, size, role, anchor=anchor, weight=_weight(row), kind="label")
        for index, line in enumerate(lines)
    ]


def _verdict_lines(row: RatioRow, frame: _Frame) -> list[tuple[Piece, ...]]:
    """Break the verdict into lines; its figure stands at the start of the first."""
    pen = frame.pen
    figure = wording_of(row.figure)
    lines = pen.filled(f"{figure} {row.verdict}".strip(), frame.verdict_width, pen.text)
    if not figure or not lines[0].startswith(figure):
        return [((line, ""),) for line in lines]
    rest = lines[0].removeprefix(figure)
    return [(*row.figure, (rest, "")) if rest else row.figure, *(((line, ""),) for line in lines[1:])]


def _verdict(lines: list[tuple[Piece, ...]], row: RatioRow, frame: _Frame, *, x: float, first: float) -> list[Mark]:
    size = frame.pen.text
    role = "text" if row.kind in {FLAGGED, CLEAR} else "soft"
    return [
        Text(
            x,
            first + index * size * SPACING,
            wording_of(pieces),
            size,
            role,
            weight=_weight(row),
            parts=pieces if any(ref for _, ref in pieces) else (),
        )
        for index, pieces in enumerate(lines)
    ]


def _marker(row: RatioRow, frame: _Frame, middle: float) -> list[Mark]:
    """Draw limits and marker; a hidden row has a hatch of the whole width, which tells nothing."""
    if row.kind == HIDDEN:
        return [Box(frame.left, middle - 7, frame.right - frame.left, 14, "ink", hatched=True)]
    if row.low is None or row.high is None:
        return []
    role = "bar" if row.kind in {FLAGGED, CLEAR} else "ink"
    low, high = frame.x(row.low), frame.x(row.high)
    ends = [x for x, end in ((low, row.low), (high, row.high)) if frame.low <= end <= frame.high]
    caps = [Stroke(((x, middle - 5), (x, middle + 5)), role, width=1.8) for x in ends]
    marks: list[Mark] = [Stroke(((low, middle), (high, middle)), role, width=2.2), *caps]
    if row.ratio is not None:
        shape = DIAMOND if row.kind == FLAGGED else ROUND
        marks.append(
            Dot(frame.x(row.ratio), middle, role, hollow=row.kind not in {FLAGGED, CLEAR}, shape=shape, size=9)
        )
    return marks


def _background(
    plot: Ratios, frame: _Frame, top: float, bottom: float, *, spans: list[tuple[float, float]]
) -> list[Mark]:
    """Draw band and line of equality: through the whole plot when wide, behind each line when narrow."""
    low, high = (frame.x(end) for end in plot.band)
    stretches = spans if frame.pen.is_narrow else [(top, bottom)]
    marks: list[Mark] = []
    for start, end in stretches:
        marks += [
            Box(low, start, high - low, end - start, "band"),
            Stroke(((frame.x(1), start), (frame.x(1), end)), "text", width=1.2),
        ]
    return [*marks, Stroke(((frame.left, bottom), (frame.right, bottom)), "axis")]


def _sides(plot: Ratios, frame: _Frame, baseline: float) -> list[Mark]:
    """Say above the plot what lies on either side of the line, where both fit."""
    pen, one = frame.pen, frame.x(1)
    low, high = plot.sides
    fits = one - 8 - pen.width_of(low, pen.small) >= 0 and one + 8 + pen.width_of(high, pen.small) <= pen.width
    if not fits:
        return []
    return [
        Text(one - 8, baseline, low, pen.small, "soft", anchor="right", kind="axis"),
        Text(one + 8, baseline, high, pen.small, "soft", kind="axis"),
    ]


def _ticks(plot: Ratios, frame: _Frame, bottom: float) -> list[Mark]:
    pen = frame.pen
    marks: list[Mark] = []
    for value, words in plot.ticks:
        half, x = pen.width_of(words, pen.small) / 2, frame.x(value)
        spot = min(max(x, half), pen.width - half)
        marks.append(Stroke(((x, bottom), (x, bottom + 4)), "axis"))
        marks.append(Text(spot, bottom + pen.small * 1.45, words, pen.small, "soft", anchor="center", kind="axis"))
    return marks
