"""Tables of several dimensions as a reader sees them: the last dimension downwards, what comes before it across.

Answers who came for what. Each column is a group of people and its shares are of that group, so that columns can be
compared; a table of groups shows their members beside everybody. Rows and columns without a figure are left out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.publish.amounts import amount, is_said
from pipelines.publish.brief import Brief
from pipelines.publish.document import Column, Row, RowGroup, Table
from pipelines.publish.groups import MEMBER
from pipelines.publish.ranking import first_of_column
from pipelines.publish.sentences import Label, Sentence, joined
from pipelines.publish.tableview import figure, table_cell, titled, under_table
from pipelines.publish.wording import main_unit, piece, say, table_wording, wording

MEMBERSHIP = "membership_code"
GROUPS_SAID = 3
# The codes of a column: all but the last.
Leading = tuple[str, ...]


def is_crossed(table: ProtectedTable) -> bool:
    """Tell whether a table crosses dimensions; members and others of a group do not."""
    return len(table.dimensions) > 1 and table.dimensions[-1] != MEMBERSHIP


def cross_view(brief: Brief, table_id: str, *, is_folded: bool = False) -> Table:
    """Set out a table of several dimensions.

    Args:
        brief: gives the labels.
        table_id: a table that `is_crossed`.
        is_folded: a chart shows the same.
    Returns:
        Its figures in code-list order, totals first.
    """
    table = brief.tables[table_id]
    cells, columns, rows = cells_of(table), columns_of(table), _rows(table)
    kept_columns = [each for each in columns if each[-1] == TOTAL or _has_figure(cells, [each], rows)]
    kept_rows = [code for code in rows if code == TOTAL or _has_figure(cells, columns, [code])]
    is_cut = len(kept_columns) < len(columns) or len(kept_rows) < len(rows)
    notes = under_table(brief, left_out="left_out_crossed" if is_cut else "")
    if "network_n" in table.frame.columns:
        notes = (*notes, say(brief, wording()["text"]["network_in_data"]))
    heads = (say(brief, noun_of(table)), *((Label(column_label(brief, table, each)),) for each in kept_columns))
    found = tuple(_row(brief, table, cells, code=code, columns=kept_columns) for code in kept_rows)
    return Table(
        table_id, titled(brief, table_id), tuple(map(Column, heads)), (RowGroup((), found),), notes, is_folded=is_folded
    )


def cross_sentences(brief: Brief, table: ProtectedTable) -> tuple[Sentence, ...]:
    """Say what was most common in the groups with the most people, as far as that is clear.

    A group is left out where rounding or a tie leaves the first row open, and where that row is not a group by itself.
    """
    cells, text = cells_of(table), wording()["crossed"]
    tops = [(each, top) for each in _groups_said(table, cells) if (top := _top(table, cells, each)) is not None]
    if not tops:
        return ()
    has_one = len(tops) > 1 and len({top.codes[-1] for _, top in tops}) == 1
    items = [
        piece(
            brief,
            text["item_of_one" if has_one else "item"],
            group=Label(column_label(brief, table, each)),
            top=row_label(brief, table, top.codes[-1]),
            **amount(table.rule, top),
        )
        for each, top in tops
    ]
    columns = {each for each, _ in tops}
    is_certain = not any(cell.is_hidden for codes, cell in cells.items() if codes[:-1] in columns)
    return (
        say(
            brief,
            text[("one" if has_one else "several") + ("" if is_certain else "_shown")],
            top=row_label(brief, table, tops[0][1].codes[-1]),
            noun=piece(brief, noun_of(table)),
            list=joined(items),
        ),
    )


def noun_of(table: ProtectedTable) -> str:
    """Name what the rows of a table are, in the words of `wording.toml`."""
    noun: str = table_wording(table.table_id).get("noun", table.dimensions[-1].replace("_", " "))
    return noun


def cells_of(table: ProtectedTable) -> dict[tuple[str, ...], Cell]:
    """Give the cells of a table by their codes, in its main unit."""
    return {cell.codes: cell for cell in table.cells(unit=main_unit(table.table_id))}


def columns_of(table: ProtectedTable) -> list[Leading]:
    """Give the columns of a table: every leading code, or of groups everybody once and then the members of each."""
    leading = list(dict.fromkeys(codes[:-1] for codes in cells_of(table)))
    if MEMBERSHIP not in table.dimensions:
        return leading
    everybody = [each for each in leading if each[-1] == TOTAL][:1]
    return [*everybody, *(each for each in leading if each[-1] == MEMBER)]


def _rows(table: ProtectedTable) -> list[str]:
    return list(dict.fromkeys(codes[-1] for codes in cells_of(table)))


def _has_figure(cells: Mapping[tuple[str, ...], Cell], columns: Collection[Leading], rows: Collection[str]) -> bool:
    return any((cell := cells.get((*each, code))) is not None and cell.n for each in columns for code in rows)


def _row(
    brief: Brief, table: ProtectedTable, cells: Mapping[tuple[str, ...], Cell], *, code: str, columns: list[Leading]
) -> Row:
    found = [cells.get((*each, code)) for each in columns]
    figures = tuple(table_cell(figure(table, cell, "n"), figure(table, cell, "share")) for cell in found)
    return Row((row_label(brief, table, code),), figures, is_strong=code == TOTAL)


def column_label(brief: Brief, table: ProtectedTable, leading: Leading) -> str:
    """Name a column: the group of people that its shares are of."""
    if leading[-1] == TOTAL:
        return brief.label(table.dimensions[0], TOTAL)
    return brief.label(table.dimensions[0], leading[0])


def row_label(brief: Brief, table: ProtectedTable, code: str) -> Label:
    """Name a row."""
    return Label(brief.label(table.dimensions[-1], code))


def _groups_said(table: ProtectedTable, cells: Mapping[tuple[str, ...], Cell]) -> list[Leading]:
    """Give the groups with the most people, in code-list order."""
    known = [each for each in columns_of(table) if each[-1] not in {TOTAL, NOT_KNOWN}]
    sized = [each for each in known if is_said(table.rule, cells.get((*each, TOTAL)))]
    first = sorted(sized, key=lambda each: -(cells[*each, TOTAL].n or 0))[:GROUPS_SAID]
    return [each for each in known if each in first]


def _top(table: ProtectedTable, cells: Mapping[tuple[str, ...], Cell], leading: Leading) -> Cell | None:
    """Give the largest row of a column when neither rounding nor a hidden row can make another one larger."""
    column = [cells.get((*leading, code)) for code in _rows(table) if code not in {TOTAL, NOT_KNOWN}]
    whole = (leading[0], TOTAL) if MEMBERSHIP in table.dimensions else (TOTAL,) * len(leading)
    everybody = {codes[-1]: cell for codes, cell in cells.items() if codes[:-1] == whole}
    shown = [cell for cell in column if cell is not None]
    first = first_of_column(shown, everybody, rule=table.rule, most=1)
    return next(
        (cell for cell in first if cell.codes[-1] not in table_wording(table.table_id).get("not_a_group", [])), None
    )
