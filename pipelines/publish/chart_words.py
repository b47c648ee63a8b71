"""What a chart shows in words, for those who cannot see it.

Answers with the kind of chart, its largest figures and what is flagged; everything else is in the table beneath. Every
figure is cited, and none is told that the text of a brief would not tell.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, Finding, ProtectedTable
from pipelines.publish.amounts import amount, count, is_said
from pipelines.publish.brief import Brief, quarter_label
from pipelines.publish.chart_bars import GROUPS, comparisons_of, is_clear
from pipelines.publish.chart_ratios import CHART as REPRESENTATION
from pipelines.publish.chart_ratios import label, told
from pipelines.publish.charts import plot_for
from pipelines.publish.chartspec import Bars, Heat, Line, Panels, Ratios, TileMap, chart_style
from pipelines.publish.crosstab import column_label
from pipelines.publish.groups import MEMBER
from pipelines.publish.languages import ENGLISH
from pipelines.publish.process import quarters
from pipelines.publish.ranking import known, ranked
from pipelines.publish.sentences import Label, Measured, Sentence, joined
from pipelines.publish.wording import main_unit, piece, rule_value, say, table_wording, wording

_KINDS = {Line: "line", Ratios: "ratios", Heat: "heat", Panels: "panels", TileMap: "tiles"}


def chart_description(brief: Brief, chart_id: str) -> Sentence:
    """Describe a chart: its kind, its largest figures, what is flagged, and where all figures are.

    Args:
        brief: tables, findings and words.
        chart_id: a chart that the brief has.
    """
    words = wording()["charts"]["described"]
    said = [say(brief, words[_kind(brief, chart_id)]), *_told(brief, chart_id), say(brief, words["table"])]
    return tuple(part for index, each in enumerate(said) for part in ((" ",) if index else ()) + each)


def _in_english(brief: Brief) -> Brief:
    """Give a brief whose charts all have words; the form of a chart is the same in every language."""
    return replace(brief, language=ENGLISH)


def _kind(brief: Brief, chart_id: str) -> str:
    plot = plot_for(_in_english(brief), chart_id)
    if isinstance(plot, Bars):
        return "compared" if plot.axis else "bars"
    return _KINDS[type(plot)] if plot is not None else "bars"


def _told(brief: Brief, chart_id: str) -> list[Sentence]:
    if chart_id == REPRESENTATION:
        return [_flagged(brief)]
    table = brief.tables[chart_id]
    plot = plot_for(_in_english(brief), chart_id)
    if isinstance(plot, Line):
        return _latest(brief)
    # Sources and centres are never set against each other.
    if isinstance(plot, Panels) or "caution" in table_wording(chart_id):
        return []
    return [*_largest(brief, table), *_clear(brief, list(comparisons_of(brief, table).values()))]


def _latest(brief: Brief) -> list[Sentence]:
    cells = [cell for cell in quarters(brief) if is_said(brief.rule, cell)]
    if not cells:
        return []
    quarter = Label(quarter_label(cells[-1].codes[0]), "date")
    return [say(brief, wording()["charts"]["described"]["latest"], n=count(brief.rule, cells[-1]), quarter=quarter)]


def _largest(brief: Brief, table: ProtectedTable) -> list[Sentence]:
    said = [cell for cell in _ordered(table) if is_said(table.rule, cell) and cell.n]
    items = [_item(brief, table, cell) for cell in said[: chart_style()["limits"]["described"]]]
    return [say(brief, wording()["charts"]["described"]["largest"], list=joined(items))] if items else []


def _ordered(table: ProtectedTable) -> list[Cell]:
    """Give the figures that a chart shows, the largest first; of a table of several dimensions by their shares."""
    if len(table.dimensions) == 1:
        return list(ranked(known(table, main_unit(table.table_id))))
    cells = table.cells(unit=main_unit(table.table_id))
    if table.table_id == GROUPS:
        return list(ranked(tuple(cell for cell in cells if cell.codes[-1] == MEMBER)))
    inner = [cell for cell in cells if not {TOTAL, NOT_KNOWN} & set(cell.codes) and cell.share is not None]
    kept = [cell for cell in inner if len(cell.codes) == 2 or cell.codes[1] == MEMBER]
    # The share of a group of a few people would lead and say little.
    least = max(((cell.n or 0) for cell in kept), default=0) * rule_value("among_the_largest")
    return sorted((cell for cell in kept if (cell.n or 0) >= least), key=lambda cell: -(cell.share or 0.0))


def _item(brief: Brief, table: ProtectedTable, cell: Cell) -> Sentence:
    name = brief.label(table.dimensions[-1], cell.codes[-1])
    if table.table_id == GROUPS:
        name = brief.label(table.dimensions[0], cell.codes[0])
    elif len(cell.codes) > 1:
        name = f"{name}, {column_label(brief, table, cell.codes[:-1])}"
    template = wording()["charts"]["described"]["item"]
    return piece(brief, template, label=Label(name), **amount(table.rule, cell))


def _clear(brief: Brief, found: list[Finding]) -> list[Sentence]:
    names: list[Sentence] = [(Label(label(brief, finding)),) for finding in found if is_clear(finding)]
    return [say(brief, wording()["charts"]["described"]["clear"], list=joined(names))] if names else []


def _flagged(brief: Brief) -> Sentence:
    words, flagged = wording()["charts"]["described"], [each for each in told(brief) if each.is_under_served]
    if not flagged:
        return say(brief, words["none_flagged"])
    items = [
        piece(brief, words["item_ratio"], label=Label(label(brief, each)), ratio=Measured(each, "ratio", "ratio"))
        if each.ratio is not None
        else (Label(label(brief, each)),)
        for each in flagged
    ]
    return say(brief, words["flagged"], list=joined(items))
