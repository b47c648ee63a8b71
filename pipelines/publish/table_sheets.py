"""A protected table as a sheet: every row of it, with the labels and the codes of its dimensions.

Answers "where do I find this figure, and how do I join it to the data". A row is one combination of codes; each unit
has its count and its share, in a centre's own brief followed by those of all centres. Figures and marks are those of
the brief.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.codelists import TOTAL
from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.publish.brief import Brief
from pipelines.publish.charts import block_subtitle
from pipelines.publish.crosstab import is_crossed
from pipelines.publish.sentences import Sentence
from pipelines.publish.sheets import (
    CODE,
    COUNT,
    LABEL,
    SHARE,
    Column,
    Link,
    Row,
    Sheet,
    Value,
    clean,
    marks_explained,
    said,
    shown,
    told_apart,
    words,
    yes_or_no,
)
from pipelines.publish.tableview import figure, titled
from pipelines.publish.wording import main_unit, own_wording, say, table_wording, unit_word, wording

# Quarters are no parts of a whole, so that their shares say nothing.
WITHOUT_SHARES = "quarter"
_HEADS = {"n": "count_head", "percent": "share_head"}


def table_sheet(brief: Brief, table_id: str, *, name: str, contents: str) -> Sheet:
    """Set out a protected table as a sheet.

    Grain: one row per combination of dimension codes.

    Args:
        brief: gives the labels.
        table_id: one of its tables.
        name: of the sheet.
        contents: name of the sheet that lists all.
    Returns:
        A label and a code for each dimension in the table's order, then for each unit in the table's order its count,
        its share, and in a centre's own brief the network's; last whether figures are provisional, where some are.
    """
    table = brief.tables[table_id]
    columns, rows = _columns(brief, table), tuple(_rows(brief, table))
    title = said(titled(brief, table_id))
    return Sheet(
        name=name,
        title=title,
        lines=(*_lines(brief, table, rows), Link(words(brief, "back"), contents)),
        table_name=table_id,
        about=words(brief, "about_table", title=titled(brief, table_id)),
        columns=columns,
        rows=rows,
    )


def sheet_heading(brief: Brief, table_id: str) -> str:
    """Give the short heading a sheet is named by."""
    heading = wording()["workbook"]["sheets"].get(table_id, table_wording(table_id)["heading"])
    return said(say(brief, heading))


def dimension_head(brief: Brief, dimension: str) -> Sentence:
    """Name a dimension; one that nobody wrote words for is named after its column."""
    named = wording()["workbook"]["dimensions"]
    return say(brief, named.get(dimension, dimension.removesuffix("_code").replace("_", " ")))


def _units(table: ProtectedTable) -> tuple[str, ...]:
    return tuple(table.frame["unit"].unique(maintain_order=True).to_list())


def _forms(table: ProtectedTable) -> tuple[str, ...]:
    own = ("n",) if WITHOUT_SHARES in table.dimensions else ("n", "percent")
    return (*own, *(f"network_{form}" for form in own)) if "network_n" in table.frame.columns else own


def _columns(brief: Brief, table: ProtectedTable) -> tuple[Column, ...]:
    found: list[tuple[str, str]] = []
    for dimension in table.dimensions:
        head = dimension_head(brief, dimension)
        found += [(said(head), LABEL), (words(brief, "code_head", dimension=head), CODE)]
    for unit in _units(table):
        found += [(_figure_head(brief, unit, form), COUNT if form.endswith("n") else SHARE) for form in _forms(table)]
    if _has_provisional(table):
        found.append((words(brief, "provisional_head"), CODE))
    heads = told_apart(head for head, _ in found)
    return tuple(Column(head, kind) for head, (_, kind) in zip(heads, found, strict=True))


def _figure_head(brief: Brief, unit: str, form: str) -> str:
    head = wording()["text"][_HEADS.get(form, f"{form}_head")]
    return said(say(brief, head, unit=unit_word(brief, unit)))


def _rows(brief: Brief, table: ProtectedTable) -> Iterator[Row]:
    units, forms, has_late = _units(table), _forms(table), _has_provisional(table)
    by_codes: dict[tuple[str, ...], dict[str, Cell]] = {}
    for unit in units:
        for cell in table.cells(unit=unit):
            by_codes.setdefault(cell.codes, {})[unit] = cell
    for codes, cells in by_codes.items():
        figures = [figure(table, cells.get(unit), form, brief.network_rule) for unit in units for form in forms]
        late = [yes_or_no(any(cell.provisional for cell in cells.values()))] if has_late else []
        values = (*_names(brief, table, codes), *(shown(brief, each) for each in figures), *late)
        yield Row(values, is_strong=codes[-1] == TOTAL)


def _names(brief: Brief, table: ProtectedTable, codes: tuple[str, ...]) -> Iterator[Value]:
    for dimension, code in zip(table.dimensions, codes, strict=True):
        yield clean(brief.label(dimension, code)) or clean(code)
        yield clean(code)


def _has_provisional(table: ProtectedTable) -> bool:
    return bool(table.frame["provisional"].any())


def _subtitle(brief: Brief, table: ProtectedTable) -> Sentence:
    """Say measure, unit and period; what stands side by side in the brief stands below each other here."""
    if not is_crossed(table):
        return block_subtitle(brief, table.table_id)
    return say(brief, own_wording(brief, "workbook", "crossed"), unit=unit_word(brief, main_unit(table.table_id)))


def _lines(brief: Brief, table: ProtectedTable, rows: tuple[Row, ...]) -> Iterator[str]:
    """Say what is counted, how it is protected, and what every mark on the sheet means."""
    own = table_wording(table.table_id)
    yield said(_subtitle(brief, table))
    yield from (said(say(brief, own[name])) for name in ("caution", "overlap") if name in own)
    yield clean(table.rule.statement)
    if "network_n" in table.frame.columns:
        yield said(say(brief, wording()["definitions"]["network"][1]))
    yield from marks_explained(brief, rows)
    if _has_provisional(table):
        yield words(brief, "provisional")
    yield words(brief, "one_table", notes=wording()["workbook"]["notes"])
