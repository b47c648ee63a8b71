"""The quality panel: for how many clients each source recorded each field, beside a target.

Answers where recording has to get better. Sources stand in the order of their list and are never ranked.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.publish.amounts import is_said
from pipelines.publish.brief import Brief
from pipelines.publish.chart_cells import chart_words, count_figure, hidden_words, sentence_words, share_figure
from pipelines.publish.chartspec import HIDDEN, LIGHT, STRONG, WORDS, Bar, Panel, Panels, chart_style
from pipelines.publish.languages import ENGLISH
from pipelines.publish.sentences import Label, Sentence
from pipelines.publish.wording import say, wording

TABLE = "by_source_recorded"
_FIELD, _SOURCE, _CODE = "field_code", "source_id", "recorded_code"


def panels_plot(brief: Brief, table: ProtectedTable) -> Panels | None:
    """Choose the panels; None where no share is shown."""
    panels = _panels(brief, table)
    if not any(bar.value for panel in panels for bar in panel.bars):
        return None
    target = chart_style()["recorded"]["target"]
    words = say(
        brief, wording()["charts"]["legend_target"], target=Label(brief.language.figure(target, "share"), "axis")
    )
    return Panels(_kept(panels), target, sentence_words(brief, words))


def panels_note(brief: Brief) -> Sentence:
    """Say which sources the chart has where it has no room for all."""
    panels = _panels(replace(brief, language=ENGLISH), brief.tables[TABLE])
    return say(brief, wording()["charts"]["panels_note"]) if len(_kept(panels)) < len(panels) else ()


def _panels(brief: Brief, table: ProtectedTable) -> tuple[Panel, ...]:
    at = {name: table.dimensions.index(name) for name in (_FIELD, _SOURCE, _CODE)}
    recorded = chart_style()["recorded"]["code"]
    cells = {
        (cell.codes[at[_SOURCE]], cell.codes[at[_FIELD]]): cell
        for cell in table.cells(unit="clients")
        if cell.codes[at[_CODE]] == recorded
    }
    left_out = {TOTAL, NOT_KNOWN}
    sources = [source for source in dict.fromkeys(source for source, _ in cells) if source not in left_out]
    fields = [field for field in dict.fromkeys(field for _, field in cells) if field not in left_out]
    return tuple(
        Panel(
            brief.label(_SOURCE, source),
            tuple(
                _bar(brief, table, cells[source, field], (source, field))
                for field in fields
                if (source, field) in cells
            ),
        )
        for source in sources
    )


def _bar(brief: Brief, table: ProtectedTable, cell: Cell, place: tuple[str, str]) -> Bar:
    source, field = place
    label = field_label(brief, field)
    if brief.label(_SOURCE, source) in (brief.not_collected or {}).get(field, ()):
        return Bar(label, WORDS, None, ((chart_words(brief, "not_collected"), ""),))
    if cell.n is None:
        return Bar(label, HIDDEN, None, ((hidden_words(brief), ""),))
    if cell.share is None or not is_said(table.rule, cell):
        return Bar(label, LIGHT, 0.0, count_figure(brief, table, cell))
    is_below = cell.share < chart_style()["recorded"]["target"]
    return Bar(label, STRONG if is_below else LIGHT, cell.share, share_figure(brief, table, cell))


def field_label(brief: Brief, field: str) -> str:
    """Name a field as the section on quality does."""
    names = wording()["quality"]["fields"]
    return sentence_words(brief, say(brief, names.get(field, field.replace("_", " "))))


def _kept(panels: tuple[Panel, ...]) -> tuple[Panel, ...]:
    """Keep as many sources as stay legible, those with a figure below the target first, in the order of their list."""
    below = [any(bar.kind == STRONG for bar in panel.bars) for panel in panels]
    order = sorted(range(len(panels)), key=lambda place: (not below[place], place))
    first = order[: chart_style()["limits"]["panels"]]
    return tuple(panel for place, panel in enumerate(panels) if place in first)
