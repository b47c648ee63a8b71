"""The line of quarters: points, natural limits where there are enough, and dated events.

Answers how cases changed without an opinion of why: limits come from the first quarters, a step from a person alone.
"""

from __future__ import annotations

from string import ascii_uppercase

from pipelines.periods import Quarter
from pipelines.publish.brief import Brief, DatedEvent, day_label
from pipelines.publish.chart_cells import chart_words, count_words, hidden_mark, sentence_words
from pipelines.publish.chartspec import EventMark, Limits, Line, Point
from pipelines.publish.process import TABLE, quarters, stretches
from pipelines.publish.sentences import Label, Sentence, cell_ref, one_after_another
from pipelines.publish.wording import say, wording


def trend_plot(brief: Brief) -> Line | None:
    """Choose what the line shows; None where no quarter has a figure."""
    points = _points(brief)
    if not any(point.value for point in points):
        return None
    upper, mean, lower = (chart_words(brief, "limits", name) for name in ("upper", "mean", "lower"))
    return Line(points, _limits(brief), (upper, mean, lower), _events(brief), chart_words(brief, "provisional"))


def trend_note(brief: Brief) -> Sentence:
    """Say how the marks of the line are read, as far as it has them."""
    cells, words = quarters(brief), wording()
    said: list[Sentence] = []
    if any(cell.provisional or cell.is_hidden for cell in cells):
        rounded = brief.tables[TABLE].rule.base
        said.append(say(brief, words["change"]["hollow_rounded" if rounded else "hollow"]))
    if _limits(brief):
        said.append(say(brief, words["charts"]["limits"]["note"]))
    return one_after_another(said)


def _points(brief: Brief) -> tuple[Point, ...]:
    table = brief.tables[TABLE]
    return tuple(
        Point(
            label=brief.language.quarter_lines(Quarter.parse(cell.codes[0])),
            value=cell.n,
            shown=hidden_mark() if cell.n is None else count_words(brief, table, cell),
            ref="" if cell.n is None else f"{cell_ref(cell)}.n",
            provisional=cell.provisional,
        )
        for cell in quarters(brief)
    )


def _limits(brief: Brief) -> tuple[Limits, ...]:
    found: list[Limits] = []
    first = 0
    for stretch in stretches(brief):
        last = first + len(stretch.cells) - 1
        if stretch.limits is not None:
            found.append(Limits(first, last, stretch.limits.mean, stretch.limits.low, stretch.limits.high))
        first = last + 1
    return tuple(found)


def _events(brief: Brief) -> tuple[EventMark, ...]:
    """Place events among the quarters; one that no quarter of the chart holds is left to the text."""
    places = {cell.codes[0]: place for place, cell in enumerate(quarters(brief))}
    told = [event for event in sorted(brief.events, key=lambda event: event.on) if str(Quarter.of(event.on)) in places]
    return tuple(
        EventMark(_place(event, places[str(Quarter.of(event.on))]), letter, _words(brief, event))
        for event, letter in zip(told, ascii_uppercase, strict=False)
    )


def _place(event: DatedEvent, quarter_place: int) -> float:
    """Give where in its quarter an event lies; a quarter's point stands in its middle."""
    quarter = Quarter.of(event.on)
    days = (quarter.last_day - quarter.first_day).days + 1
    return quarter_place - 0.5 + (event.on - quarter.first_day).days / days


def _words(brief: Brief, event: DatedEvent) -> str:
    slots = {"day": Label(day_label(event.on), "date"), "label": Label(event.label, "given")}
    return sentence_words(brief, say(brief, wording()["charts"]["limits"]["event"], **slots))
