"""Heat maps of tables of several dimensions: the same rows, columns and shares as the table, the largest of each.

Answers who came for what at one glance. The column of everybody stays, so that groups can be set beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.publish.amounts import is_said
from pipelines.publish.brief import Brief
from pipelines.publish.chart_cells import chart_words, count_figure, hidden_mark, label_words, share_figure
from pipelines.publish.chartspec import Heat, HeatCell, HeatRow, chart_style
from pipelines.publish.crosstab import Leading, cells_of, column_label, columns_of

_Cells = Mapping[tuple[str, ...], Cell]


def heat_plot(brief: Brief, table: ProtectedTable) -> Heat | None:
    """Choose rows and columns of a table; None where no share is shown."""
    cells = cells_of(table)
    columns = _columns(table, cells)
    rows = _rows(table, cells, columns)
    found = [cells.get((*each, code)) for each in columns for code in rows]
    strongest = max((cell.share or 0.0 for cell in found if _has_share(table, cell) and cell is not None), default=0.0)
    if not strongest:
        return None
    sizes = [-_size(cells.get((*each, TOTAL))) for each in columns]
    ranks = {
        each: rank
        for rank, each in enumerate(sorted(range(len(columns)), key=lambda at: (not _is_all(columns[at]), sizes[at])))
    }
    return Heat(
        columns=tuple(label_words(brief, column_label(brief, table, each)) for each in columns),
        ranks=tuple(ranks[at] for at in range(len(columns))),
        rows=tuple(
            HeatRow(
                label_words(brief, brief.label(table.dimensions[-1], code)),
                tuple(_cell(brief, table, cells.get((*each, code)), strongest=strongest) for each in columns),
            )
            for code in rows
        ),
        legend=chart_words(brief, "legend_heat"),
    )


def _columns(table: ProtectedTable, cells: _Cells) -> list[Leading]:
    """Give everybody and every group with a figure, those not known left to the table."""
    known = [each for each in columns_of(table) if each[-1] != NOT_KNOWN and each[0] != NOT_KNOWN]
    return [
        each for each in known if any(_has_share(table, cell) for codes, cell in cells.items() if codes[:-1] == each)
    ]


def _rows(table: ProtectedTable, cells: _Cells, columns: list[Leading]) -> list[str]:
    """Give the most common rows that have a share, in their order."""
    codes = [code for code in dict.fromkeys(codes[-1] for codes in cells) if code not in {TOTAL, NOT_KNOWN}]
    sizes = {code: sum(_size(cells.get((*each, code))) for each in columns) for code in codes}
    shown = [code for code in codes if any(_has_share(table, cells.get((*each, code))) for each in columns)]
    first = sorted(shown, key=lambda code: -sizes[code])[: chart_style()["limits"]["heat_rows"]]
    return [code for code in shown if code in first]


def _cell(brief: Brief, table: ProtectedTable, cell: Cell | None, *, strongest: float) -> HeatCell:
    if cell is None:
        return HeatCell(None)
    if cell.n is None:
        return HeatCell(None, count=((hidden_mark(), ""),), is_hidden=True)
    share = share_figure(brief, table, cell)
    strength = (cell.share or 0.0) / strongest if share else 0.0
    return HeatCell(strength, share, count_figure(brief, table, cell))


def _has_share(table: ProtectedTable, cell: Cell | None) -> bool:
    return (
        cell is not None and is_said(table.rule, cell) and bool(cell.share) and cell.codes[-1] not in {TOTAL, NOT_KNOWN}
    )


def _size(cell: Cell | None) -> int:
    return cell.n or 0 if cell is not None else 0


def _is_all(leading: Leading) -> bool:
    return leading[-1] == TOTAL
