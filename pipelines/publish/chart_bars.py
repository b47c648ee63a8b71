"""Ranked bars: which rows are drawn, in which order, and beside which benchmark.

Answers for a table of one dimension and for the groups of interest. Where findings compare rows with a population, bars
are shares of those for whom this is known, as the findings say; a chart never mixes them with counts.
"""

from __future__ import annotations

from pipelines.codelists import NOT_KNOWN
from pipelines.disclosure.protected import Cell, Finding, ProtectedTable
from pipelines.publish.amounts import is_said
from pipelines.publish.brief import Brief
from pipelines.publish.chart_cells import (
    both_figure,
    chart_words,
    count_figure,
    count_words,
    hidden_words,
    label_words,
    sentence_words,
)
from pipelines.publish.chartspec import (
    BENCHMARK_MARK,
    DARK_BAR,
    HIDDEN,
    INTERVAL_MARK,
    LIGHT,
    STRONG,
    WORDS,
    Bar,
    Bars,
    Figure,
    Legend,
    chart_style,
)
from pipelines.publish.groups import MEMBER, group_codes
from pipelines.publish.ranking import body, find, known, ranked
from pipelines.publish.sentences import Label, cell_ref, finding_ref
from pipelines.publish.wording import main_unit, say, wording

GROUPS = "by_group_of_interest"
_CLEAR = frozenset({"clearly_lower", "clearly_higher"})


def bars_plot(brief: Brief, table: ProtectedTable) -> Bars | None:
    """Choose the bars of a table; None where it has no figure to draw."""
    if table.table_id == GROUPS:
        plot = Bars(tuple(bar for group in group_codes(table) for bar in _group_bars(brief, table, group)))
    elif compared := comparisons_of(brief, table):
        plot = _compared(brief, table, compared)
    else:
        plot = Bars(tuple(_counted(brief, table, cell, _label(brief, table, cell)) for cell in _drawn(table)))
    return plot if any(bar.value for bar in plot.bars) else None


def comparisons_of(brief: Brief, table: ProtectedTable) -> dict[str, Finding]:
    """Give the findings that set a row of a table beside a population, by code."""
    if len(table.dimensions) != 1 or main_unit(table.table_id) != "clients":
        return {}
    return {
        finding.group: finding
        for finding in brief.findings
        if finding.dimension == table.dimensions[0]
        and finding.observed is not None
        and finding.benchmark_low is not None
    }


def is_cut(table: ProtectedTable) -> bool:
    """Tell whether a table has more rows than its chart."""
    return len(table.dimensions) == 1 and len(known(table, main_unit(table.table_id))) > chart_style()["limits"]["bars"]


def is_clear(finding: Finding) -> bool:
    """Tell whether a finding says that a group clearly differs from its population."""
    return finding.state in _CLEAR


def population_words(brief: Brief, dimension: str) -> str:
    """Name the population that a dimension is compared with; several are not named."""
    used = {finding.benchmark_id for finding in brief.findings if finding.dimension == dimension}
    titles = [each["title"] for each in brief.benchmarks if each.get("benchmark_id") in used]
    return titles[0] if len(titles) == 1 else wording()["charts"]["several_populations"]


def _drawn(table: ProtectedTable) -> list[Cell]:
    """Give the rows that are drawn: the largest, in their order, then those not known."""
    unit, style = main_unit(table.table_id), chart_style()
    rows, limit = known(table, unit), style["limits"]["bars"]
    if table.table_id not in style["order"]["keep"]:
        rows = ranked(rows)
    if len(rows) > limit:
        rows = tuple(cell for cell in rows if cell.n != 0)[:limit]
    return [*rows, *(cell for cell in body(table, unit) if cell.codes[0] == NOT_KNOWN and cell.n != 0)]


def _label(brief: Brief, table: ProtectedTable, cell: Cell) -> str:
    return label_words(brief, brief.label(table.dimensions[0], cell.codes[0]))


def _counted(brief: Brief, table: ProtectedTable, cell: Cell, label: str, *, is_sub: bool = False) -> Bar:
    if cell.n is None:
        return Bar(label, HIDDEN, None, ((hidden_words(brief), ""),), is_sub)
    kind = LIGHT if cell.codes[-1] == NOT_KNOWN else STRONG
    return Bar(label, kind, cell.n, both_figure(brief, table, cell), is_sub)


def _group_bars(brief: Brief, table: ProtectedTable, group: str) -> list[Bar]:
    """Give two bars a group: those who belong to it, and those for whom it is not known."""
    member, unknown = find(table, "clients", group, MEMBER), find(table, "clients", group, NOT_KNOWN)
    bars = [_counted(brief, table, member, label_words(brief, brief.label("group_code", group)))] if member else []
    return (
        [*bars, _counted(brief, table, unknown, label_words(brief, wording()["groups"]["not_known_bar"]), is_sub=True)]
        if unknown
        else bars
    )


def _compared(brief: Brief, table: ProtectedTable, compared: dict[str, Finding]) -> Bars:
    base = max((finding.base or 0 for finding in compared.values()), default=0)
    bars = tuple(
        _beside(brief, table, cell, compared.get(cell.codes[0]), label=_label(brief, table, cell), base=base)
        for cell in _drawn(table)
    )
    return Bars(
        bars,
        axis=chart_words(brief, "axis_compared"),
        legend=_legend(brief, bars, population_words(brief, table.dimensions[0])),
    )


def _beside(brief: Brief, table: ProtectedTable, cell: Cell, finding: Finding | None, *, label: str, base: int) -> Bar:
    """Draw a row as a share of those known, beside its benchmark; those not known have words, as they have no share."""
    if cell.n is None:
        return Bar(label, HIDDEN, None, ((hidden_words(brief), ""),))
    if cell.codes[-1] == NOT_KNOWN:
        return Bar(label, WORDS, None, count_figure(brief, table, cell))
    if finding is None or finding.benchmark_low is None or finding.benchmark_high is None:
        return Bar(label, LIGHT, cell.n / base if base else None, count_figure(brief, table, cell))
    return Bar(
        label,
        STRONG if is_clear(finding) else LIGHT,
        finding.observed,
        _share_of_known(brief, table, cell, finding),
        low=finding.low,
        high=finding.high,
        benchmark=(finding.benchmark_low, finding.benchmark_high),
    )


def _share_of_known(brief: Brief, table: ProtectedTable, cell: Cell, finding: Finding) -> Figure:
    if not is_said(table.rule, cell):
        return count_figure(brief, table, cell)
    share = (brief.language.figure(finding.observed, "percent"), finding_ref(finding, "observed"))
    return ((count_words(brief, table, cell), f"{cell_ref(cell)}.n"), (" (", ""), share, (")", ""))


def _legend(brief: Brief, bars: tuple[Bar, ...], population: str) -> Legend:
    template = wording()["charts"]["legend_benchmark"]
    benchmark = sentence_words(brief, say(brief, template, population=Label(population)))
    strong = [(DARK_BAR, chart_words(brief, "legend_strong"))] if any(bar.kind == STRONG for bar in bars) else []
    return ((BENCHMARK_MARK, benchmark), (INTERVAL_MARK, chart_words(brief, "legend_interval")), *strong)
