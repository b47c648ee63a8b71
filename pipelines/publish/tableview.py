"""The figures of a table as rows and columns for reading.

Answers: which heads and cells does the table behind a chart have. Each unit is a pair of columns, count and share; a
hidden figure is None and is shown as [c].
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.publish.brief import Brief
from pipelines.publish.sentences import Label, Num, Sentence
from pipelines.publish.wording import say, table_wording, unit_word, wording


@dataclass(frozen=True)
class Row:
    """One row: its head, then a figure or None (hidden) per column."""

    head: Sentence
    figures: tuple[Num | None, ...]
    is_total: bool
    provisional: bool


@dataclass(frozen=True)
class RowGroup:
    """Rows under one head; the head is empty in a one-way table."""

    head: Sentence
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class TableView:
    """A table for reading: caption, column heads, groups of rows."""

    caption: Sentence
    columns: tuple[Sentence, ...]
    groups: tuple[RowGroup, ...]
    has_provisional: bool


def table_view(brief: Brief, table_id: str) -> TableView:
    """Set out a protected table.

    Args:
        brief: gives the labels.
        table_id: a table with one dimension, or with two, whose first becomes the groups of rows.
    Returns:
        All its figures, in row order.
    """
    table = brief.tables[table_id]
    units = tuple(table.frame["unit"].unique(maintain_order=True).to_list())
    with_share = table_id != "by_period"
    caption = say(brief, table_wording(table_id)["title"])
    if with_share:
        caption = (*caption, ", ", Label(brief.edition.period.label, "date"))
    heads = [say(brief, table_wording(table_id)["heading"])]
    for unit in units:
        name = say(brief, "{unit}", unit=unit_word(brief, unit))
        heads += (
            [name, say(brief, wording()["text"]["share_head"], unit=unit_word(brief, unit))] if with_share else [name]
        )
    marked = table_id == "by_period" and bool(table.frame["provisional"].any())
    return TableView(caption, tuple(heads), _groups(brief, table, units, with_share=with_share), marked)


def _groups(brief: Brief, table: ProtectedTable, units: tuple[str, ...], *, with_share: bool) -> tuple[RowGroup, ...]:
    found: dict[str, list[Row]] = {}
    by_codes: dict[tuple[str, ...], dict[str, Cell]] = {}
    for unit in units:
        for cell in table.cells(unit=unit):
            by_codes.setdefault(cell.codes, {})[unit] = cell
    for codes, cells in by_codes.items():
        group = codes[0] if len(codes) > 1 else ""
        row = _row(brief, table, codes, figures=_figures(cells, units, with_share=with_share))
        found.setdefault(group, []).append(row if not _is_provisional(cells) else _provisional(row))
    return tuple(RowGroup(_group_head(brief, table, group), tuple(rows)) for group, rows in found.items())


def _figures(cells: dict[str, Cell], units: tuple[str, ...], *, with_share: bool) -> tuple[Num | None, ...]:
    forms = ("n", "percent") if with_share else ("n",)
    return tuple(_figure(cells.get(unit), form) for unit in units for form in forms)


def _figure(cell: Cell | None, form: str) -> Num | None:
    if cell is None or cell.n is None or (form == "percent" and cell.share is None):
        return None
    return Num(cell, form)


def _row(brief: Brief, table: ProtectedTable, codes: tuple[str, ...], *, figures: tuple[Num | None, ...]) -> Row:
    head = (Label(brief.label(table.dimensions[-1], codes[-1])),)
    return Row(head, figures, is_total=codes[-1] == "_T", provisional=False)


def _is_provisional(cells: dict[str, Cell]) -> bool:
    return any(cell.provisional for cell in cells.values())


def _provisional(row: Row) -> Row:
    return Row(row.head, row.figures, row.is_total, provisional=True)


def _group_head(brief: Brief, table: ProtectedTable, group: str) -> Sentence:
    return (Label(brief.label(table.dimensions[0], group)),) if group else ()
