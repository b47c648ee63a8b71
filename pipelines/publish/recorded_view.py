"""The table of what is recorded: under each field the sources, across whether they recorded it.

Answers for how many clients of each source a field is known. A column that nobody stands in is left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import Cell
from pipelines.publish.brief import Brief
from pipelines.publish.crosstab import cells_of
from pipelines.publish.document import Column, Row, RowGroup, Table
from pipelines.publish.sentences import Label
from pipelines.publish.tableview import figure, table_cell, titled, under_table
from pipelines.publish.wording import say, wording

TABLE = "by_source_recorded"
_SOURCE, _CODE = "source_id", "recorded_code"


def recorded_view(brief: Brief, *, is_folded: bool = False) -> Table:
    """Set out the table.

    Args:
        brief: gives the labels, and has the table.
        is_folded: a chart shows the same.
    Returns:
        Its figures by field and source, in code-list order, all sources first. Each count has its share of the
        clients of the source.
    """
    table = brief.tables[TABLE]
    cells = cells_of(table)
    sources = [code for code in _codes(cells, 1) if _is_counted(cells, 1, code)]
    codes = [code for code in _codes(cells, 2) if code != TOTAL and _is_counted(cells, 2, code)]
    is_cut = len(codes) + 1 < len(_codes(cells, 2)) or len(sources) < len(_codes(cells, 1))
    first = say(brief, wording()["workbook"]["dimensions"][_SOURCE])
    heads = (first, *((Label(brief.label(_CODE, code)),) for code in codes))
    groups = tuple(
        RowGroup(
            (Label(brief.label(table.dimensions[0], field)),),
            tuple(_row(brief, cells, (field, source), codes) for source in sources),
        )
        for field in _codes(cells, 0)
    )
    notes = under_table(brief, left_out="left_out_crossed" if is_cut else "")
    return Table(TABLE, titled(brief, TABLE), tuple(map(Column, heads)), groups, notes, is_folded=is_folded)


def _codes(cells: Mapping[tuple[str, ...], Cell], place: int) -> list[str]:
    return list(dict.fromkeys(codes[place] for codes in cells))


def _is_counted(cells: Mapping[tuple[str, ...], Cell], place: int, code: str) -> bool:
    """Tell whether anybody is shown, or hidden, under a code."""
    return any(cell.n is None or cell.n > 0 for codes, cell in cells.items() if codes[place] == code)


def _row(brief: Brief, cells: Mapping[tuple[str, ...], Cell], leading: tuple[str, str], codes: list[str]) -> Row:
    table = brief.tables[TABLE]
    found = [cells.get((*leading, code)) for code in codes]
    figures = tuple(table_cell(figure(table, cell, "n"), figure(table, cell, "share")) for cell in found)
    return Row((Label(brief.label(_SOURCE, leading[1])),), figures, is_strong=leading[1] == TOTAL)
