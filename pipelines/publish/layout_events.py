"""Dated events on a line chart: a dashed line with a letter, and beneath the chart what happened.

Answers for any number of events and any length of words: the words stand in a key, where they cannot meet the line.
"""

from __future__ import annotations

from pipelines.publish.layout_parts import SPACING
from pipelines.publish.line_plot import LinePlot
from pipelines.publish.marks import SEMIBOLD, Mark, Stroke, Text


def event_lines(placed: LinePlot) -> list[Mark]:
    """Draw a line from the axis up to a letter for each event; letters that would meet stand beside each other."""
    size = placed.pen.small
    marks: list[Mark] = []
    taken = -1.0
    for event in placed.line.events:
        x = min(max(placed.spots[0][0] + event.place * placed.step, placed.left + 2), placed.right - 2)
        marks.append(Stroke(((x, size * 1.35), (x, placed.bottom)), "ink", width=1.1, dashed=True))
        half = placed.pen.width_of(event.letter, size, SEMIBOLD) / 2
        spot = max(min(x, placed.pen.width - half), taken + half + 2)
        taken = spot + half
        if taken <= placed.pen.width:
            marks.append(Text(spot, size, event.letter, size, "text", anchor="center", weight=SEMIBOLD, kind="label"))
    return marks


def event_key(placed: LinePlot, top: float) -> tuple[list[Mark], float]:
    """Say below the chart what each letter means; give the marks and the height they take."""
    pen = placed.pen
    marks: list[Mark] = []
    y = top
    for letter, words in ((event.letter, event.words) for event in placed.line.events):
        indent = pen.width_of("M", pen.small, SEMIBOLD) + 7
        for number, line in enumerate(pen.filled(words, pen.width - indent, pen.small)):
            y += pen.small * SPACING
            if not number:
                marks.append(Text(0.0, y, letter, pen.small, "text", weight=SEMIBOLD, kind="label"))
            marks.append(Text(indent, y, line, pen.small, "soft", kind="label"))
        y += 3
    return marks, y - top + (4 if marks else 0)
