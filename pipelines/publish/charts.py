"""Which chart shows which table.

Answers: what is drawn, in which order, and which rows are left to the table. Rows that are not drawn are never added
up into an "other" figure, because that sum would be a figure nobody protected.
"""

from __future__ import annotations

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.figures import fewer_than, shown
from pipelines.periods import Quarter
from pipelines.publish.amounts import is_said, most_told
from pipelines.publish.brief import Brief
from pipelines.publish.chartspec import HIDDEN, LIGHT, STRONG, Bar, ChartSpec, Point, chart_style
from pipelines.publish.crosstab import is_crossed
from pipelines.publish.groups import MEMBER, group_codes
from pipelines.publish.narrative import block_title
from pipelines.publish.ranking import body, find, known, ranked
from pipelines.publish.sentences import Label, Sentence, cell_ref, to_text
from pipelines.publish.wording import main_unit, own_wording, say, unit_word, wording

HIDDEN_TEXT = "[c] hidden"


def chart_for(brief: Brief, table_id: str) -> ChartSpec | None:
    """Choose the chart of a table.

    Returns:
        The chart, or None when the table has no figure to show.
    """
    table = brief.tables[table_id]
    bars = _bars(brief, table)
    points = _points(brief, table) if table_id == "by_period" else ()
    if not (any(bar.value for bar in bars) or any(point.value for point in points)):
        return None
    return ChartSpec(
        chart_id=table_id,
        title=to_text(block_title(brief, table_id)),
        subtitle=to_text(block_subtitle(brief, table_id)),
        source=to_text(_source_line(brief, table)),
        bars=bars,
        points=points,
        note=to_text(chart_note(brief, table_id)),
    )


def block_subtitle(brief: Brief, table_id: str) -> Sentence:
    """Say measure, unit and period of a chart or of a table without one."""
    crossed = is_crossed(brief.tables[table_id])
    name = "subtitle_period" if table_id == "by_period" else "subtitle_crossed" if crossed else "subtitle"
    return say(brief, own_wording(brief, "text", name), unit=unit_word(brief, main_unit(table_id)))


def _source_line(brief: Brief, table: ProtectedTable) -> Sentence:
    """Say where a picture's figures come from, and how they are protected, for when it is pasted elsewhere."""
    line = say(brief, own_wording(brief, "source", "line"))
    if table.rule.base:
        return (*line, " ", Label(table.rule.statement, "given"))
    return (*line, " ", *say(brief, wording()["source"]["hidden"]))


def chart_note(brief: Brief, table_id: str) -> Sentence:
    """Say what of a table the chart leaves out, or how its marks are read."""
    table = brief.tables[table_id]
    if table_id == "by_period":
        marked = any(cell.provisional or cell.is_hidden for cell in _quarters(table))
        if not marked:
            return ()
        return say(brief, wording()["change"]["hollow_rounded" if table.rule.base else "hollow"])
    is_cut = len(table.dimensions) == 1 and len(known(table, main_unit(table_id))) > chart_style()["limits"]["bars"]
    return say(brief, wording()["text"]["more_rows"]) if is_cut else ()


def _bars(brief: Brief, table: ProtectedTable) -> tuple[Bar, ...]:
    if table.table_id == "by_group_of_interest":
        return tuple(bar for group in group_codes(table) for bar in _group_bars(brief, table, group))
    if table.table_id == "by_period" or len(table.dimensions) != 1:
        return ()
    unit, style = main_unit(table.table_id), chart_style()
    rows = known(table, unit)
    if table.table_id not in style["order"]["keep"]:
        rows = ranked(rows)
    if len(rows) > style["limits"]["bars"]:
        rows = tuple(cell for cell in rows if cell.n != 0)[: style["limits"]["bars"]]
    unknown = tuple(cell for cell in body(table, unit) if cell.codes[0] == NOT_KNOWN and cell.n != 0)
    return tuple(_bar(table, cell, brief.label(table.dimensions[0], cell.codes[0])) for cell in (*rows, *unknown))


def _bar(table: ProtectedTable, cell: Cell, label: str, *, is_sub: bool = False) -> Bar:
    if cell.n is None:
        return Bar(label, HIDDEN, None, HIDDEN_TEXT, "", is_sub)
    kind = LIGHT if cell.codes[-1] == NOT_KNOWN else STRONG
    if cell.share is None or not is_said(table.rule, cell):
        return Bar(label, kind, cell.n, _count_text(table, cell), f"{cell_ref(cell)}.n", is_sub)
    text = f"{shown(cell.n, 'n')} ({shown(cell.share, 'share')})"
    return Bar(label, kind, cell.n, text, f"{cell_ref(cell)}.both", is_sub)


def _count_text(table: ProtectedTable, cell: Cell) -> str:
    return shown(cell.n, "n") if is_said(table.rule, cell) else fewer_than(most_told(table.rule))


def _group_bars(brief: Brief, table: ProtectedTable, group: str) -> list[Bar]:
    """Give two bars a group: those who belong to it, and those for whom it is not known."""
    member, unknown = find(table, "clients", group, MEMBER), find(table, "clients", group, NOT_KNOWN)
    bars = [_bar(table, member, brief.label("group_code", group))] if member else []
    return [*bars, _bar(table, unknown, wording()["groups"]["not_known_bar"], is_sub=True)] if unknown else bars


def _quarters(table: ProtectedTable) -> tuple[Cell, ...]:
    return tuple(cell for cell in table.cells(unit="cases") if cell.codes[0] not in {TOTAL, NOT_KNOWN})


def _points(brief: Brief, table: ProtectedTable) -> tuple[Point, ...]:
    shown_quarters = [cell for cell in _quarters(table) if Quarter.parse(cell.codes[0]) <= brief.edition.period.last]
    return tuple(
        Point(
            label=_axis_label(Quarter.parse(cell.codes[0])),
            value=cell.n,
            shown="[c]" if cell.n is None else _count_text(table, cell),
            ref="" if cell.n is None else f"{cell_ref(cell)}.n",
            provisional=cell.provisional,
        )
        for cell in sorted(shown_quarters, key=lambda cell: Quarter.parse(cell.codes[0]))
    )


def _axis_label(quarter: Quarter) -> tuple[str, str]:
    """Name a quarter in two lines: its first and last month, and the year."""
    return f"{quarter.first_day:%b}–{quarter.last_day:%b}", str(quarter.year)
