"""The figures of a table as rows and columns for reading.

Answers: which heads and cells does the table behind a chart have. Each unit is a pair of columns, count and share, in a
centre's own brief followed by the same of all centres. A hidden figure is shown as [c], one that cannot be had as a
dash.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.codelists import NOT_KNOWN, TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable, Rule
from pipelines.publish.alphabet import in_order
from pipelines.publish.amounts import is_said
from pipelines.publish.brief import Brief
from pipelines.publish.document import FIGURE, MARK, WORDS, Column, Row, RowGroup, Table
from pipelines.publish.document import Cell as TableCell
from pipelines.publish.messages import period_label
from pipelines.publish.sentences import Label, Num, Sentence
from pipelines.publish.wording import say, table_wording, unit_word, wording

HIDDEN_MARK, EMPTY_MARK = "[c]", "–"
# A published figure, or the mark that stands in its place.
Figure = Num | str
# Every row of these tables is shown, zeros included.
_WHOLE = ("by_period", "by_group_of_interest")


def table_view(brief: Brief, table_id: str, *, is_folded: bool = False) -> Table:
    """Set out a protected table.

    Args:
        brief: gives the labels.
        table_id: a table with one dimension, or with two, whose first becomes the groups of rows.
        is_folded: a chart shows the same.
    Returns:
        Its figures, in row order; rows in which every shown figure is zero are left out, which the notes say.
    """
    table = brief.tables[table_id]
    units = tuple(table.frame["unit"].unique(maintain_order=True).to_list())
    by_codes: dict[tuple[str, ...], dict[str, Cell]] = {}
    for unit in units:
        for cell in table.cells(unit=unit):
            by_codes.setdefault(cell.codes, {})[unit] = cell
    kept = {codes: by_codes[codes] for codes in in_order(brief, table.dimensions, list(by_codes))}
    if table_id not in _WHOLE:
        kept = {codes: cells for codes, cells in kept.items() if not _is_all_zero(codes, cells)}
    forms, has_states = _forms(table), table_id == "by_period" and bool(table.frame["provisional"].any())
    heads = [Column(_head(brief, unit, form)) for unit in units for form in forms]
    states = [Column(say(brief, wording()["text"]["state_head"]), is_words=True)] if has_states else []
    groups = _groups(brief, table, kept, columns=[(unit, form) for unit in units for form in forms])
    return Table(
        table_id=table_id,
        caption=titled(brief, table_id),
        columns=(Column(say(brief, table_wording(table_id)["heading"])), *heads, *states),
        groups=_with_states(brief, groups, kept) if has_states else groups,
        notes=under_table(brief, left_out="left_out" if len(kept) < len(by_codes) else ""),
        is_folded=is_folded,
    )


def titled(brief: Brief, table_id: str) -> Sentence:
    """Give the caption of a table; quarters name their own time."""
    caption = say(brief, table_wording(table_id)["title"])
    return caption if table_id == "by_period" else (*caption, ", ", Label(period_label(brief.edition.period), "date"))


def under_table(brief: Brief, *, left_out: str) -> tuple[Sentence, ...]:
    """Say below a table what it leaves out, by the wording for it; nothing when that is empty."""
    return (say(brief, wording()["text"][left_out]),) if left_out else ()


def figure(table: ProtectedTable, cell: Cell | None, form: str, network: Rule | None = None) -> Figure:
    """Give one figure of a table, or the mark in its place: hidden, or not to be had.

    A rounded count that is too small to be named is shown, but no share of it: it would pretend to a size. `network` is
    the rule of the network's figures in a centre's own brief.
    """
    if cell is None:
        return EMPTY_MARK
    if form.startswith("network"):
        return _network_figure(cell, form, network)
    if cell.n is None:
        return HIDDEN_MARK
    if form == "n":
        return Num(cell)
    return Num(cell, form) if cell.share is not None and is_said(table.rule, cell) else EMPTY_MARK


def _network_figure(cell: Cell, form: str, rule: Rule | None) -> Figure:
    if form == "network_n":
        return EMPTY_MARK if cell.network_n is None else Num(cell, form)
    is_small = rule is not None and (cell.network_n or 0) < rule.least_said
    return EMPTY_MARK if cell.network_share is None or is_small else Num(cell, form)


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
            cells=tuple(table_cell(figure(table, cells.get(unit), form, brief.network_rule)) for unit, form in columns),
            is_strong=codes[-1] == TOTAL,
        )
        found.setdefault(codes[0] if len(codes) > 1 else "", []).append(row)
    return tuple(RowGroup(_group_head(brief, table, group), tuple(own)) for group, own in found.items())


def table_cell(*figures: Figure) -> TableCell:
    """Make a cell of one figure, or of a count with its share; a mark in the place of the first stands alone."""
    if isinstance(figures[0], str):
        return TableCell(((figures[0],),), MARK)
    return TableCell(tuple((figure,) for figure in figures), FIGURE)


def _with_states(
    brief: Brief, groups: tuple[RowGroup, ...], rows: dict[tuple[str, ...], dict[str, Cell]]
) -> tuple[RowGroup, ...]:
    """Add to each row of a one-way table whether its figure is final."""
    words = wording()["text"]
    told = (
        say(brief, words["provisional" if any(cell.provisional for cell in cells.values()) else "final"])
        for cells in rows.values()
    )
    (group,) = groups
    pairs = zip(group.rows, told, strict=True)
    return (RowGroup(group.head, tuple(replace(row, cells=(*row.cells, TableCell((s,), WORDS))) for row, s in pairs)),)


def _group_head(brief: Brief, table: ProtectedTable, group: str) -> Sentence:
    return (Label(brief.label(table.dimensions[0], group)),) if group else ()
