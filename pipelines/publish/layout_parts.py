"""What all layouts share: the sizes of one chart, lines of text, hidden marks and legends.

Answers how a text is broken and set, so that each layout says where things stand and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.publish.chartspec import (
    BENCHMARK_MARK,
    DARK_BAR,
    DASHED_LINE,
    INTERVAL_MARK,
    LIGHT_BAR,
    SCORE_MARK,
    Legend,
    chart_style,
)
from pipelines.publish.marks import DIAMOND, REGULAR, Box, Dot, Mark, Measure, Stroke, Text, balanced, wrapped

# From a middle line down to the baseline of a text that is centred on it, in the size of the text.
CENTRED = 0.34
SPACING = 1.25
_GLYPH = 26.0
# A field of the colour of a class: its mark is the role of that colour.
_CLASS = "heat_"


@dataclass(frozen=True)
class Pen:
    """The width and the text sizes of one chart, and how texts are measured."""

    width: float
    is_narrow: bool
    measure: Measure

    @property
    def text(self) -> float:
        """Give the size of text in points."""
        return float(chart_style()["font"]["text_narrow" if self.is_narrow else "text"])

    @property
    def small(self) -> float:
        """Give the size of small text in points."""
        return float(chart_style()["font"]["small_narrow" if self.is_narrow else "small"])

    def width_of(self, text: str, size: float, weight: int = REGULAR) -> float:
        """Measure a text in points."""
        return self.measure(text, size, weight)

    def broken(self, text: str, width: float, size: float, weight: int = REGULAR) -> list[str]:
        """Break a text into even lines of a width."""
        return balanced(text, width=width, size=size, weight=weight, measure=self.measure)

    def filled(self, text: str, width: float, size: float) -> list[str]:
        """Break a text into full lines of a width."""
        return wrapped(text, width=width, size=size, weight=REGULAR, measure=self.measure)


def interval(low: float, high: float, middle: float, *, is_cut: bool = False) -> list[Mark]:
    """Draw limits as a thin line with caps on a light edge, so that it shows on a bar too; a cut end has no cap."""
    ends = [low] if is_cut else [low, high]
    caps = [((x, middle - 3.5), (x, middle + 3.5)) for x in ends]
    lines = [((low, middle), (high, middle)), *caps]
    halo: list[Mark] = [Stroke(line, "background", width=3.4) for line in lines]
    return [*halo, *(Stroke(line, "ink", width=1.4) for line in lines)]


def benchmark(low: float, high: float, middle: float, reach: float) -> list[Mark]:
    """Draw a benchmark: a coloured tick with a dark middle, or for a range two of them and a line between."""
    marks: list[Mark] = []
    if high - low > 1:
        marks += [Box(low, middle - 2.2, high - low, 4.4, "benchmark"), Box(low, middle - 0.7, high - low, 1.4, "core")]
    for x in dict.fromkeys((low, high)):
        marks += [
            Box(x - 2.4, middle - reach, 4.8, 2 * reach, "benchmark"),
            Box(x - 0.7, middle - reach, 1.4, 2 * reach, "core"),
        ]
    return marks


def legend_marks(legend: Legend, pen: Pen, left: float, top: float) -> tuple[list[Mark], float]:
    """Set the lines of a legend, each after its mark.

    Returns:
        The marks, and the height they take.
    """
    marks: list[Mark] = []
    y = top
    for glyph, words in legend:
        indent = _GLYPH + 6 if glyph else 0.0
        lines = pen.filled(words, pen.width - left - indent, pen.small)
        marks += _glyph(glyph, left, y + pen.small * (SPACING - CENTRED) - 2.0)
        for number, line in enumerate(lines):
            baseline = y + pen.small * SPACING * (number + 1) - 2
            marks.append(Text(left + indent, baseline, line, pen.small, "soft", kind="axis"))
        y += len(lines) * pen.small * SPACING + 2
    return marks, y - top


def _glyph(glyph: str, left: float, middle: float) -> list[Mark]:
    centre, right = left + _GLYPH / 2, left + _GLYPH
    if glyph in {DARK_BAR, LIGHT_BAR}:
        return [Box(left, middle - 4.5, _GLYPH, 9, "bar" if glyph == DARK_BAR else "light")]
    if glyph.startswith(_CLASS):
        edge = Box(left, middle - 5.5, _GLYPH, 11, "axis")
        return [edge, Box(left + 0.8, middle - 4.7, _GLYPH - 1.6, 9.4, glyph)]
    if glyph == SCORE_MARK:
        return score_line(left, right, middle, at=centre)
    if glyph in {BENCHMARK_MARK, INTERVAL_MARK}:
        is_interval = glyph == INTERVAL_MARK
        return interval(left, right, middle) if is_interval else benchmark(centre, centre, middle, 6.5)
    if glyph == DASHED_LINE:
        return [Stroke(((left, middle), (right, middle)), "text", width=1.4, dashed=True)]
    return []


def score_line(left: float, right: float, middle: float, *, at: float | None) -> list[Mark]:
    """Draw the scale of an index as a line with ends, and a score as a diamond on it."""
    lines = (((left, middle), (right, middle)), *(((x, middle - 4), (x, middle + 4)) for x in (left, right)))
    marks: list[Mark] = [Stroke(line, "axis", width=1.2) for line in lines]
    return marks if at is None else [*marks, Dot(at, middle, "bar", shape=DIAMOND, size=9)]


def cleared(x: float, baseline: float, text: str, *, size: float, weight: int, pen: Pen) -> Box:
    """Clear what is behind a text that is centred on a spot."""
    width = pen.width_of(text, size, weight) + 8
    return Box(x - width / 2, baseline - 0.82 * size, width, 1.12 * size, "background")
