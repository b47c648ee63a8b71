"""Which charts a brief has, and which shows what.

Answers: what is drawn, in which order, and what is left to the table. Rows that are not drawn are never added up into
an "other" figure, because that sum would be a figure nobody protected.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from pipelines.disclosure.protected import ProtectedTable
from pipelines.publish.brief import Brief
from pipelines.publish.chart_areas import tiles_plot
from pipelines.publish.chart_bars import bars_plot, comparisons_of, is_cut
from pipelines.publish.chart_cells import NotTranslatedError
from pipelines.publish.chart_heat import heat_plot
from pipelines.publish.chart_policy import policy_note, policy_plot, policy_subtitle, policy_title
from pipelines.publish.chart_rates import CHART as RATES
from pipelines.publish.chart_rates import rates_note, rates_plot, rates_subtitle, rates_title
from pipelines.publish.chart_ratios import CHART as REPRESENTATION
from pipelines.publish.chart_ratios import ratios_note, ratios_plot, ratios_title
from pipelines.publish.chart_recorded import TABLE as RECORDED
from pipelines.publish.chart_recorded import panels_note, panels_plot
from pipelines.publish.chart_trend import trend_note, trend_plot
from pipelines.publish.chartspec import ChartSpec, Plot, chart_style
from pipelines.publish.crosstab import is_crossed
from pipelines.publish.languages import ENGLISH
from pipelines.publish.narrative import block_title
from pipelines.publish.policy import POLICY
from pipelines.publish.process import TABLE as PERIODS
from pipelines.publish.sentences import Label, Sentence, to_text
from pipelines.publish.wording import main_unit, own_wording, say, table_wording, unit_word, wording


class _Beside(NamedTuple):
    """What makes a chart that shows something else than one table: its plot and its words."""

    plot: Callable[[Brief], Plot | None]
    title: Callable[[Brief], Sentence]
    subtitle: Callable[[Brief], Sentence]
    note: Callable[[Brief], Sentence]


def charts_of(brief: Brief) -> tuple[ChartSpec, ...]:
    """Give every chart of a brief: one for each table that can be drawn, rates by area, the ratios, then policy."""
    left_to_table = set(chart_style()["order"]["not_drawn"])
    drawn = (name for name in (*brief.tables, RATES, REPRESENTATION, POLICY) if name not in left_to_table)
    found = [chart_for(brief, name) for name in drawn]
    return tuple(spec for spec in found if spec is not None)


def chart_for(brief: Brief, chart_id: str) -> ChartSpec | None:
    """Choose a chart.

    Args:
        brief: tables, findings and words.
        chart_id: a table, `area_rates` for the map of rates, `representation` for the ratios of all groups, or
            `policy` for scores of policy.
    Returns:
        The chart, or None when there is no figure to show. Where a word of it is not translated, all of it is in
        English.
    """
    try:
        return _chart(brief, chart_id)
    except NotTranslatedError:
        return _chart(replace(brief, language=ENGLISH), chart_id)


def _chart(brief: Brief, chart_id: str) -> ChartSpec | None:
    plot = plot_for(brief, chart_id)
    if plot is None:
        return None
    return ChartSpec(
        chart_id=chart_id,
        title=to_text(chart_title(brief, chart_id), brief.language),
        subtitle=to_text(block_subtitle(brief, chart_id), brief.language),
        source=to_text(_source_line(brief), brief.language),
        plot=plot,
        note=to_text(chart_note(brief, chart_id), brief.language),
        language=brief.language.tag,
    )


def plot_for(brief: Brief, chart_id: str) -> Plot | None:
    """Choose the form of a chart and fill it; None when there is no figure to show."""
    if chart_id in _BESIDE:
        return _BESIDE[chart_id].plot(brief)
    table = brief.tables[chart_id]
    if chart_id == PERIODS:
        return trend_plot(brief)
    if chart_id == RECORDED:
        return panels_plot(brief, table)
    if is_crossed(table):
        return heat_plot(brief, table)
    return tiles_plot(brief, table) or bars_plot(brief, table)


def chart_title(brief: Brief, chart_id: str) -> Sentence:
    """Give a chart's title: a finding when a rule fires, else a description."""
    return _BESIDE[chart_id].title(brief) if chart_id in _BESIDE else block_title(brief, chart_id)


def block_subtitle(brief: Brief, table_id: str) -> Sentence:
    """Say measure, unit and period of a chart or of a table without one."""
    if table_id in _BESIDE:
        return _BESIDE[table_id].subtitle(brief)
    table = brief.tables[table_id]
    if comparisons_of(brief, table):
        return say(brief, own_wording(brief, "charts", "subtitle_compared"))
    if table_id == RECORDED:
        return say(brief, wording()["charts"]["subtitle_recorded"])
    if subtitle := table_wording(table_id).get("subtitle"):
        return say(brief, subtitle)
    name = "subtitle_period" if table_id == PERIODS else "subtitle_crossed" if is_crossed(table) else "subtitle"
    return say(brief, own_wording(brief, "text", name), unit=unit_word(brief, main_unit(table_id)))


def chart_note(brief: Brief, table_id: str) -> Sentence:
    """Say what of a table the chart leaves out, or how its marks are read."""
    if table_id in _BESIDE:
        return _BESIDE[table_id].note(brief)
    table = brief.tables[table_id]
    if table_id == PERIODS:
        return trend_note(brief)
    if table_id == RECORDED:
        return panels_note(brief)
    if is_crossed(table):
        return _heat_note(brief, table)
    return say(brief, wording()["text"]["more_rows"]) if is_cut(table) else ()


def _ratios_subtitle(brief: Brief) -> Sentence:
    return say(brief, wording()["comparisons"]["subtitle"])


# The charts that show more than one table.
_BESIDE = {
    RATES: _Beside(rates_plot, rates_title, rates_subtitle, rates_note),
    REPRESENTATION: _Beside(ratios_plot, ratios_title, _ratios_subtitle, ratios_note),
    POLICY: _Beside(policy_plot, policy_title, policy_subtitle, policy_note),
}


def _heat_note(brief: Brief, table: ProtectedTable) -> Sentence:
    is_drawn = heat_plot(replace(brief, language=ENGLISH), table) is not None
    return say(brief, wording()["charts"]["heat_note"]) if is_drawn else ()


def _source_line(brief: Brief) -> Sentence:
    """Say where a picture's figures come from, and how they are protected, for when it is pasted elsewhere."""
    line = say(brief, own_wording(brief, "source", "line"))
    if brief.rule.base:
        return (*line, " ", Label(brief.rule.statement, "given"))
    return (*line, " ", *say(brief, wording()["source"]["hidden"]))
