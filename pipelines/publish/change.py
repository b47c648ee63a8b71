"""Change over time: how the latest quarter compares with the quarter before and the same quarter a year before.

Answers with counts side by side; a difference is never calculated, because it would be a figure nobody published. A
rise or fall is named in a title only beyond what chance explains, and never for a provisional figure. Where counts are
rounded, nothing is called a rise or a fall that rounding and chance together could make.
"""

from __future__ import annotations

from math import sqrt

from pipelines.disclosure.protected import Cell
from pipelines.publish.amounts import count, slack
from pipelines.publish.brief import Brief, quarter_label
from pipelines.publish.process import stretches
from pipelines.publish.ranking import find
from pipelines.publish.sentences import Label, Part, Sentence
from pipelines.publish.wording import own_wording, piece, rule_value, say, table_wording, wording

UNIT = "cases"


def latest(brief: Brief) -> Cell | None:
    """Give the cell of the period's last quarter."""
    return _quarter(brief, 0)


def change_title(brief: Brief) -> Sentence:
    """Say whether cases left their usual range; without limits, whether they rose or fell; else describe the chart."""
    now, before = _quarter(brief, 0), _quarter(brief, -1)
    if now is None or before is None or now.n is None or before.n is None or now.provisional:
        return say(brief, table_wording("by_period")["title"])
    if (limits := stretches(brief)[-1].limits) is not None:
        margin = slack(brief.rule) / 2
        side = "above" if now.n - margin > limits.high else "below" if now.n + margin < limits.low else "within"
        return say(brief, wording()["change"][f"title_{side}"])
    is_similar = abs(now.n - before.n) <= _beyond_chance(brief, now.n, before.n)
    name = "title_similar" if is_similar else "title_rose" if now.n > before.n else "title_fell"
    return say(brief, wording()["change"][name])


def change_sentences(brief: Brief) -> tuple[Sentence, ...]:
    """Compare the latest quarter with the quarter before and with the year before, as far as these are shown."""
    now, words = latest(brief), wording()["change"]
    if now is None:
        return (say(brief, wording()["text"]["no_figures"]),)
    caution = say(brief, own_wording(brief, "change", "caution"))
    if now.n is None:
        return (say(brief, words["hidden"], quarter=_quarter_word(now)), caution)
    said = _comparison(brief, now)
    if now.provisional:
        said = (*said, " ", *say(brief, words["provisional"]))
    return (said, caution)


def _comparison(brief: Brief, now: Cell) -> Sentence:
    before, year, words = _shown(_quarter(brief, -1)), _shown(_quarter(brief, -4)), wording()["change"]
    slots: dict[str, Part | Sentence] = {"n": count(brief.rule, now), "quarter": _quarter_word(now)}
    first, name = (before, "both" if year else "before") if before else (year, "year" if year else "now")
    if first is not None:
        slots |= {"direction": _direction(brief, now, first), "before_n": count(brief.rule, first)}
    if before is not None and year is not None:
        slots |= {"year_direction": _direction(brief, now, year), "year_n": count(brief.rule, year)}
    return say(brief, words[name], **slots)


def _quarter(brief: Brief, offset: int) -> Cell | None:
    code = str(brief.edition.period.last.after(offset))
    return find(brief.tables["by_period"], UNIT, code)


def _shown(cell: Cell | None) -> Cell | None:
    return None if cell is None or cell.is_hidden else cell


def _direction(brief: Brief, now: Cell, then: Cell) -> Sentence:
    first, last = then.n or 0, now.n or 0
    if slack(brief.rule) and abs(last - first) <= _beyond_chance(brief, last, first):
        return piece(brief, wording()["change"]["beside"])
    return piece(brief, wording()["change"]["same" if last == first else "more" if last > first else "fewer"])


def _beyond_chance(brief: Brief, now: int, before: int) -> float:
    """Give the difference up to which chance and rounding explain two counts."""
    return rule_value("change_in_deviations") * sqrt(now + before) + slack(brief.rule)


def _quarter_word(cell: Cell) -> Label:
    return Label(quarter_label(cell.codes[0]), "date")
