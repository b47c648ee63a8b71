"""The canvas of a chart: the plot alone for a page, or with title, subtitle, note and source to stand alone."""

from __future__ import annotations

from pipelines.publish.chartspec import ChartSpec, chart_style
from pipelines.publish.layout_bars import lay_out_bars
from pipelines.publish.layout_line import lay_out_line
from pipelines.publish.marks import REGULAR, SEMIBOLD, Canvas, Mark, Measure, Text, moved, wrapped


def lay_out(spec: ChartSpec, *, is_narrow: bool, measure: Measure) -> Canvas:
    """Lay out the plot of a chart, wide or narrow."""
    width = chart_style()["size"]["narrow" if is_narrow else "wide"]
    if spec.points:
        return lay_out_line(spec.points, width=width, is_narrow=is_narrow, measure=measure)
    return lay_out_bars(spec.bars, width=width, is_narrow=is_narrow, measure=measure)


def stand_alone(spec: ChartSpec, *, measure: Measure) -> Canvas:
    """Lay out the wide chart with everything a picture needs when it is pasted elsewhere."""
    plot, style = lay_out(spec, is_narrow=False, measure=measure), chart_style()
    font, colours, margin = style["font"], style["colours"], style["size"]["margin"]
    block = _Lines(plot.width, margin, measure)
    title = block.lines(spec.title, margin + font["title"], size=font["title"], weight=SEMIBOLD, colour=colours["text"])
    y = margin + font["title"] + len(title) * font["title"] * 1.3
    subtitle = block.lines(spec.subtitle, y, size=font["text"], weight=REGULAR, colour=colours["soft"])
    top = y + len(subtitle) * style["size"]["line_height"]
    marks: list[Mark] = [*title, *subtitle, *(moved(mark, margin, top) for mark in plot.marks)]
    y = top + plot.height + font["small"] + 6
    for text in filter(None, (spec.note, spec.source)):
        foot = block.lines(text, y, size=font["small"], weight=REGULAR, colour=colours["soft"])
        marks += foot
        y += len(foot) * style["size"]["line_height"] + 2
    return Canvas(plot.width + 2 * margin, y + margin - font["small"], tuple(marks))


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
