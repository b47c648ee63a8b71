"""The canvas of a chart: the plot alone for a page, or with title, subtitle, note and source to stand alone."""

from __future__ import annotations

from collections import Counter

from pipelines.publish.chartspec import Bars, ChartSpec, Heat, Line, Panels, PolicyAreas, Ratios, chart_style
from pipelines.publish.layout_bars import lay_out_bars
from pipelines.publish.layout_heat import lay_out_heat
from pipelines.publish.layout_line import lay_out_line
from pipelines.publish.layout_panels import lay_out_panels
from pipelines.publish.layout_parts import Pen
from pipelines.publish.layout_policy import lay_out_policy
from pipelines.publish.layout_ratios import lay_out_ratios
from pipelines.publish.layout_tiles import lay_out_tiles
from pipelines.publish.marks import REGULAR, SEMIBOLD, Canvas, Mark, Measure, Text, moved, wrapped

# The mark of a hidden figure keeps to the word before it: at the start of a line it would look like a hidden figure.
_BREAKING, _JOINED = " [c]", "\u00a0[c]"


def lay_out(spec: ChartSpec, *, is_narrow: bool, measure: Measure) -> Canvas:
    """Lay out the plot of a chart, wide or narrow."""
    pen = Pen(chart_style()["size"]["narrow" if is_narrow else "wide"], is_narrow, measure)
    plot = spec.plot
    if isinstance(plot, Bars):
        return lay_out_bars(plot, pen)
    if isinstance(plot, Line):
        return lay_out_line(plot, pen)
    if isinstance(plot, Ratios):
        return lay_out_ratios(plot, pen)
    if isinstance(plot, Heat):
        return lay_out_heat(plot, pen)
    if isinstance(plot, PolicyAreas):
        return lay_out_policy(plot, pen)
    return lay_out_panels(plot, pen) if isinstance(plot, Panels) else lay_out_tiles(plot, pen)


def stand_alone(spec: ChartSpec, plot: Canvas, *, measure: Measure) -> Canvas:
    """Set round the wide plot of a chart everything that a picture needs when it is pasted elsewhere."""
    style = chart_style()
    font, margin = style["font"], style["size"]["margin"]
    block = _Lines(plot.width, margin, measure)
    title = block.lines(spec.title, margin + font["title"], size=font["title"], weight=SEMIBOLD, colour="text")
    y = margin + font["title"] + len(title) * font["title"] * 1.3
    subtitle = block.lines(spec.subtitle, y, size=font["text"], weight=REGULAR, colour="soft")
    top = y + len(subtitle) * style["size"]["line_height"]
    marks: list[Mark] = [*title, *subtitle, *(moved(mark, margin, top) for mark in plot.marks)]
    y = top + plot.height + font["small"] + 6
    for text in filter(None, (spec.note, spec.source)):
        said = text.replace(_BREAKING, _JOINED)
        foot = block.lines(said, y, size=font["small"], weight=REGULAR, colour="soft")
        marks += foot
        y += len(foot) * style["size"]["line_height"] + 2
    return Canvas(plot.width + 2 * margin, y + margin - font["small"], tuple(marks))


def told_by(whole: Canvas, part: Canvas) -> Canvas:
    """Leave out of a narrow plot each figure and value of an axis that the wide one has no room for.

    What a page shows is then never more than the picture that people paste elsewhere.
    """
    words = Counter(word for mark in whole.marks if isinstance(mark, Text) for word in mark.text.split())
    kept: list[Mark] = []
    for mark in part.marks:
        said = Counter(mark.text.split()) if isinstance(mark, Text) else Counter()
        if said <= words or (isinstance(mark, Text) and mark.kind == "label"):
            kept.append(mark)
            words -= said
    return Canvas(part.width, part.height, tuple(kept))


class _Lines:
    """Sets wrapped lines of text from one left edge."""

    def __init__(self, width: float, left: float, measure: Measure) -> None:
        self._width, self._left, self._measure = width, left, measure

    def lines(self, text: str, first: float, *, size: float, weight: int, colour: str) -> list[Text]:
        """Break a text and set its lines from the given first baseline."""
        broken = wrapped(text, width=self._width, size=size, weight=weight, measure=self._measure)
        return [
            Text(self._left, first + index * size * 1.3, line, size, colour, weight=weight, kind="label")
            for index, line in enumerate(broken)
        ]
