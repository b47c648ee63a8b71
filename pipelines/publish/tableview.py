"""The figures of a table as rows and columns for reading.

Answers: which heads and cells does the table behind a chart have. Each unit is a pair of columns, count and share, in a
centre's own brief followed by the same of all centres. A hidden figure is shown as [c], one that cannot be had as a
dash.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.publish.amounts import is_said
from pipelines.publish.brief import Brief
from pipelines.publish.sentences import Label, Num, Sentence
from pipelines.publish.wording import say, table_wording, unit_word, wording

HIDDEN_MARK, EMPTY_MARK = "[c]", "–"
# A published figure, or the mark that stands in its place.
Figure = Num | str
# Every row of these tables is shown, zeros included.
_WHOLE = ("by_period", "by_group_of_interest")


@dataclass(frozen=True)
class Row:
    """One row: its head, then a figure or a mark per column."""

    head: Sentence
    figures: tuple[Figure, ...]
    is_total: bool
    provisional: bool


@dataclass(frozen=True)
class RowGroup:
    """Rows under one head; the head is empty in a one-way table."""

    head: Sentence
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class TableView:
    """A table for reading: caption, column heads, groups of rows and what is to be known about them."""

    caption: Sentence
    columns: tuple[Sentence, ...]
    groups: tuple[RowGroup, ...]
    has_provisional: bool
    notes: tuple[Sentence, ...]


def table_view(brief: Brief, table_id: str) -> TableView:
    """Set out a protected table.

    Args:
        brief: gives the labels.
        table_id: a table with one dimension, or with two, whose first becomes the groups of rows.
    Returns:
        Its figures, in row order; rows in which every shown figure is zero are left out, which the notes say.
    """
    table = brief.tables[table_id]
    units = tuple(table.frame["unit"].unique(maintain_order=True).to_list())
    by_codes: dict[tuple[str, ...], dict[str, Cell]] = {}
    for unit in units:
        for cell in table.cells(unit=unit):
            by_codes.setdefault(cell.codes, {})[unit] = cell
    kept = {codes: cells for codes, cells in by_codes.items() if table_id in _WHOLE or not _is_all_zero(codes, cells)}
    forms = _forms(table)
    heads = [_head(brief, unit, form) for unit in units for form in forms]
    return TableView(
        caption=titled(brief, table_id),
        columns=(say(brief, table_wording(table_id)["heading"]), *heads),
        groups=_groups(brief, table, kept, columns=[(unit, form) for unit in units for form in forms]),
        has_provisional=table_id == "by_period" and bool(table.frame["provisional"].any()),
        notes=under_table(brief, table, left_out="left_out" if len(kept) < len(by_codes) else ""),
    )


def titled(brief: Brief, table_id: str) -> Sentence:
    """Give the caption of a table; quarters name their own time."""
    caption = say(brief, table_wording(table_id)["title"])
    return caption if table_id == "by_period" else (*caption, ", ", Label(brief.edition.period.label, "date"))


def under_table(brief: Brief, table: ProtectedTable, *, left_out: str) -> tuple[Sentence, ...]:
    """Say below a table what it leaves out, and how its counts are rounded.

    Args:
        brief: gives the words.
        table: its rule is printed where it rounds.
        left_out: the wording for what is left out; empty when nothing is.
    """
    notes = [say(brief, wording()["text"][left_out])] if left_out else []
    if table.rule.base:
        notes.append((Label(table.rule.statement, "given"),))
    return tuple(notes)


def figure(table: ProtectedTable, cell: Cell | None, form: str) -> Figure:
    """Give one figure of a table, or the mark in its place: hidden, or not to be had.

    A rounded count that is too small to be named is shown, but no share of it: it would pretend to a size.
    """
    if cell is None:
        return EMPTY_MARK
    if form.startswith("network"):
        value = cell.network_n if form == "network_n" else cell.network_share
        return EMPTY_MARK if value is None else Num(cell, form)
    if cell.n is None:
        return HIDDEN_MARK
    if form == "n":
        return Num(cell)
    return Num(cell, form) if cell.share is not None and is_said(table.rule, cell) else EMPTY_MARK


def _forms(table: ProtectedTable) -> tuple[str, ...]:
    own = ("n",) if table.table_id == "by_period" else ("n", "percent")
    return (*own, *(f"network_{form}" for form in own)) if "network_n" in table.frame.columns else own


def _head(brief: Brief, unit: str, form: str) -> Sentence:
    name = {"n": "count_head", "percent": "share_head"}.get(form, f"{form}_head")
    return say(brief, wording()["text"][name], unit=unit_word(brief, unit))


def _is_all_zero(codes: tuple[str, ...], cells: dict[str, Cell]) -> bool:
    if codes[-1] in {TOTAL, NOT_KNOWN}:
        return False
    shown = [n for cell in cells.values() for n in (cell.n, cell.network_n) if n is not None]
    return bool(shown) and not any(shown)


def _groups(
    brief: Brief,
    table: ProtectedTable,
    rows: dict[tuple[str, ...], dict[str, Cell]],
    *,
    columns: list[tuple[str, str]],
) -> tuple[RowGroup, ...]:
    found: dict[str, list[Row]] = {}
    for codes, cells in rows.items():
        row = Row(
            head=(Label(brief.label(table.dimensions[-1], codes[-1])),),
            figures=tuple(figure(table, cells.get(unit), form) for unit, form in columns),
            is_total=codes[-1] == TOTAL,
            provisional=any(cell.provisional for cell in cells.values()),
        )
        found.setdefault(codes[0] if len(codes) > 1 else "", []).append(row)
    return tuple(RowGroup(_group_head(brief, table, group), tuple(own)) for group, own in found.items())


def _group_head(brief: Brief, table: ProtectedTable, group: str) -> Sentence:
    return (Label(brief.label(table.dimensions[0], group)),) if group else ()
