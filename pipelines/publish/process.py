"""Natural limits of a series of quarters, and the signals that go beyond them.

Answers "is this more than quarters vary by themselves". The baseline is the first quarters and stays; it begins anew at
a dated event alone that a person marked as a step. Provisional and hidden quarters never count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell
from pipelines.periods import Quarter
from pipelines.publish.amounts import count, is_said, slack
from pipelines.publish.brief import Brief, quarter_label
from pipelines.publish.sentences import Label, Sentence, joined
from pipelines.publish.wording import piece, rule_value, say, wording
from pipelines.statistics.change import LEAST_POINTS, Xmr, xmr

TABLE, UNIT = "by_period", "cases"


@dataclass(frozen=True)
class Stretch:
    """The quarters from a step, or from the beginning, to the next one; `limits` is None where they bear none."""

    cells: tuple[Cell, ...]
    limits: Xmr | None
    has_step: bool


def quarters(brief: Brief) -> tuple[Cell, ...]:
    """Give the quarters of a brief in order of time, up to the last of its period."""
    last = brief.edition.period.last
    cells = [cell for cell in brief.tables[TABLE].cells(unit=UNIT) if cell.codes[0] not in {TOTAL, NOT_KNOWN}]
    told = [cell for cell in cells if Quarter.parse(cell.codes[0]) <= last]
    return tuple(sorted(told, key=lambda cell: Quarter.parse(cell.codes[0])))


def stretches(brief: Brief) -> tuple[Stretch, ...]:
    """Part the quarters at steps and give each part its limits.

    The limits are the mean of the first twelve final quarters, plus and minus 2.66 times their mean moving range. Fewer
    quarters, or a mean below ten, bear none.

    Source: NHS England, Making Data Count; Wheeler, Understanding Variation, 2000.
    """
    cells = quarters(brief)
    steps = sorted({first_whole_quarter(event.on) for event in brief.events if event.is_step})
    starts = [index for index, cell in enumerate(cells) if index and Quarter.parse(cell.codes[0]) in steps]
    edges = [0, *starts, len(cells)]
    parts = [cells[first:last] for first, last in pairwise(edges)]
    return tuple(Stretch(part, _limits(brief, part), bool(index)) for index, part in enumerate(parts) if part)


def first_whole_quarter(on: date) -> Quarter:
    """Give the first quarter that lies after a day as a whole."""
    quarter = Quarter.of(on)
    return quarter if on == quarter.first_day else quarter.after()


def process_sentences(brief: Brief) -> tuple[Sentence, ...]:
    """Tell of the newest stretch which quarters lie outside the limits, and of a run on one side of the average.

    A quarter that rounding alone may have put outside is not told. A run is eight final quarters in a row, the newest
    ones, all above or all below the average.

    Returns:
        Nothing without limits; one sentence that says so where there is no signal.
    Source: Nelson 1984, Journal of Quality Technology 16:237, for the run; limits as for `stretches`.
    """
    if TABLE not in brief.tables or not (parts := stretches(brief)) or parts[-1].limits is None:
        return ()
    newest, words = parts[-1], wording()["process"]
    first = Label(quarter_label(newest.cells[0].codes[0]), "date")
    begun = [say(brief, words["step"], quarter=first)] if newest.has_step else []
    signals = [*_outside(brief, newest.cells, parts[-1].limits), *_run(brief, newest.cells, parts[-1].limits)]
    return (*begun, *(signals or [say(brief, words["within"])]))


def _limits(brief: Brief, cells: tuple[Cell, ...]) -> Xmr | None:
    """Give the limits of a stretch; none where rounding alone reaches as far as they do."""
    found = xmr([float(cell.n or 0) for cell in _final(cells)[:LEAST_POINTS]])
    return None if found is None or found.high - found.low <= slack(brief.rule) else found


def _final(cells: tuple[Cell, ...]) -> list[Cell]:
    return [cell for cell in cells if cell.n is not None and not cell.provisional]


def _moved(brief: Brief) -> float:
    """Give how far rounding can part a quarter from the average: it moves the quarter and the average."""
    return slack(brief.rule)


def _outside(brief: Brief, cells: tuple[Cell, ...], limits: Xmr) -> list[Sentence]:
    margin, words = _moved(brief), wording()["process"]
    final = [cell for cell in _final(cells) if is_said(brief.rule, cell)]
    sides = {
        "above": [cell for cell in final if (cell.n or 0) - margin > limits.high],
        "below": [cell for cell in final if (cell.n or 0) + margin < limits.low],
    }
    return [
        say(brief, words[side], list=joined([_quarter(brief, cell) for cell in found]))
        for side, found in sides.items()
        if found
    ]


def _run(brief: Brief, cells: tuple[Cell, ...], limits: Xmr) -> list[Sentence]:
    """Tell of the newest quarters when enough of them in a row lie on one side of the average."""
    margin, final = _moved(brief), _final(cells)
    above = [(cell.n or 0) - margin > limits.mean for cell in final]
    below = [(cell.n or 0) + margin < limits.mean for cell in final]
    for side, is_beyond in (("run_above", above), ("run_below", below)):
        length = next((k for k, beyond in enumerate(reversed(is_beyond)) if not beyond), len(final))
        if length >= rule_value("run_of_quarters"):
            ends = {"first": final[-length], "last": final[-1]}
            slots = {name: Label(quarter_label(cell.codes[0]), "date") for name, cell in ends.items()}
            return [say(brief, wording()["process"][side], **slots)]
    return []


def _quarter(brief: Brief, cell: Cell) -> Sentence:
    label = Label(quarter_label(cell.codes[0]), "date")
    return piece(brief, wording()["process"]["quarter"], quarter=label, n=count(brief.rule, cell))
