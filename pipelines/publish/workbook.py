"""The workbook `tables.xlsx`: the tables of a brief for those who work with figures, readable by everyone.

Answers "what is in which cell, and how does it look". It follows the checklist of the Government Analysis Function: a
cover, contents and notes, then one sheet per table with one marked-up table, no merged or blank cells inside, no
filters and no frozen panes. Texts are written as texts, whatever they begin with, so that no name can become a formula.

Source: Government Analysis Function, "Making spreadsheets accessible: a brief checklist of the basics".
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipelines.errors import SettingsError
from pipelines.publish.area_sheet import area_sheet
from pipelines.publish.brief import Brief
from pipelines.publish.document import Document
from pipelines.publish.findings_sheet import findings_sheet
from pipelines.publish.front_sheets import contents_sheet, cover_sheet, front_names, notes_sheet
from pipelines.publish.policy_sheet import policy_sheet
from pipelines.publish.sheet_sizes import fits_on_paper, heights, sheet_style, widths, words_of
from pipelines.publish.sheets import FIGURES, Link, Sheet, Value, clean, said, sheet_names
from pipelines.publish.table_sheets import sheet_heading, table_sheet
from pipelines.publish.wording import wording

# A spreadsheet program takes a text that begins so for a formula once somebody edits its cell, unless told otherwise.
_FORMULA_STARTS = ("=", "+", "-", "@")
_PROPERTIES = "docProps/core.xml"
_END_OF_PROPERTIES = b"</cp:coreProperties>"
# In the parts of sheets a text has no plain quotation marks, so that these letters are always the attribute of a row.
_SHEETS, _CHOSEN = "xl/worksheets/sheet", b' customHeight="1"'
_A4, _CELL_LENGTH = 9, 32767
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook_bytes(brief: Brief, document: Document, *, language: str = "en-GB") -> bytes:
    """Write the workbook of a brief.

    Args:
        brief: its tables and findings.
        document: its title, edition line and definitions.
        language: of its words, as BCP 47 names it.
    Returns:
        An .xlsx file. The same brief gives the same bytes: its date is the day the edition was published.
    """
    file = BytesIO()
    book = xlsxwriter.Workbook(file, _OPTIONS | {"default_format_properties": _font()})
    book.set_properties(_properties(brief, document))
    formats = _Formats(book)
    for sheet in sheets_of(brief, document):
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return _finished(file.getvalue(), language)


def sheets_of(brief: Brief, document: Document) -> tuple[Sheet, ...]:
    """Give the sheets in their order: cover, contents, notes, findings, scores of policy, rates by area, tables."""
    cover, contents, notes = front_names()
    own = [wording()["workbook"][name] for name in ("findings", "policy", "area_rates")]
    headings = [*own, *(sheet_heading(brief, table_id) for table_id in brief.tables)]
    findings_name, policy_name, areas_name, *names = sheet_names(headings, taken=(cover, contents, notes))
    beside = (
        findings_sheet(brief, name=findings_name, contents=contents),
        policy_sheet(brief, name=policy_name, contents=contents),
        area_sheet(brief, name=areas_name, contents=contents),
    )
    tables = [
        table_sheet(brief, table_id, name=name, contents=contents)
        for table_id, name in zip(brief.tables, names, strict=True)
    ]
    figures = (*(sheet for sheet in beside if sheet is not None), *tables)
    first, explained = cover_sheet(brief, document, figures), notes_sheet(brief, document, figures)
    return (first, contents_sheet(brief, (first, explained, *figures)), explained, *figures)


def _font() -> dict[str, Any]:
    font = sheet_style()["font"]
    return {"font_name": font["name"], "font_size": font["size"]}


def _properties(brief: Brief, document: Document) -> dict[str, Any]:
    edition = brief.edition
    return {
        "title": said(document.name),
        "subject": said(document.edition_line),
        "author": clean(edition.network_name),
        "created": datetime.combine(edition.published_on, time(), UTC),
    }


class _Formats:
    """The formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def title(self) -> Format:
        return self._of(bold=True, font_size=sheet_style()["font"]["title"])

    def head(self, kind: str) -> Format:
        colours = sheet_style()["colours"]
        look = {"bold": True, "bg_color": colours["head"], "bottom": 1, "bottom_color": colours["rule"]}
        return self._of(**look, **_aligned(kind))

    def text(self, text: str) -> Format:
        return self._of(quote_prefix=text.startswith(_FORMULA_STARTS))

    def link(self) -> Format:
        return self._of(hyperlink=True)

    def cell(self, kind: str, value: Value, *, is_strong: bool) -> Format:
        if isinstance(value, Link):
            return self.link()
        look: dict[str, Any] = {**_aligned(kind), "bold": is_strong}
        if kind in FIGURES:
            look["num_format"] = sheet_style()["formats"][kind]
        return self._of(**look, quote_prefix=isinstance(value, str) and value.startswith(_FORMULA_STARTS))

    def _of(self, **look: Any) -> Format:
        told = {"align": "left", "valign": "top", "text_wrap": True} | {
            key: value for key, value in look.items() if value
        }
        key = tuple(sorted(told.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(_font() | told)
        return self._made[key]


def _aligned(kind: str) -> dict[str, Any]:
    """Set figures to the right, a little off the edge, so that they do not run into the words beside them."""
    return {"align": "right", "indent": 1} if kind in FIGURES else {"align": "left"}


def _write(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    """Write a sheet: title, lines, and directly below them the table."""
    page.set_paper(_A4)
    page.set_landscape()
    wide = widths(sheet)
    if fits_on_paper(wide):
        page.fit_to_pages(1, 0)
    for index, width in enumerate(wide):
        page.set_column(index, index, width, formats.text(""))
    for index, height in enumerate(heights(sheet, wide)):
        page.set_row(index, height)
    page.write_string(0, 0, sheet.title, formats.title())
    for row, line in enumerate(sheet.lines, start=1):
        _write_value(page, (row, 0), line, form=formats.link() if isinstance(line, Link) else formats.text(line))
    _write_table(page, sheet, formats, top=len(sheet.lines) + 1)


def _write_table(page: Worksheet, sheet: Sheet, formats: _Formats, *, top: int) -> None:
    heads = [{"header": column.head, "header_format": formats.head(column.kind)} for column in sheet.columns]
    look = {"autofilter": False, "banded_rows": False, "style": None, "first_column": False}
    told = {"name": sheet.table_name, "title": sheet.title, "description": sheet.about, "columns": heads}
    page.add_table(top, 0, top + len(sheet.rows), len(sheet.columns) - 1, look | told)
    for index, row in enumerate(sheet.rows, start=top + 1):
        for place, (column, value) in enumerate(zip(sheet.columns, row.values, strict=True)):
            form = formats.cell(column.kind, value, is_strong=row.is_strong)
            _write_value(page, (index, place), value, form=form)


def _write_value(page: Worksheet, place: tuple[int, int], value: Value, *, form: Format) -> None:
    """Write one cell as what it is; a text is never read as a formula, a number or an address."""
    if len(words_of(value)) > _CELL_LENGTH:
        raise SettingsError(f"A text is longer than the {_CELL_LENGTH} letters a cell of a workbook holds. Shorten it.")
    if isinstance(value, Link):
        target = value.sheet.replace("'", "''")
        page.write_url(*place, f"internal:'{target}'!A1", form, value.text)
    elif isinstance(value, str):
        page.write_string(*place, value, form)
    else:
        page.write_number(*place, value, form)


def _finished(data: bytes, language: str) -> bytes:
    """Say in a workbook what its writer cannot: its language, and that no person chose the heights of rows."""
    named = f"<dc:language>{escape(language)}</dc:language>".encode()
    changed = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(changed, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == _PROPERTIES:
                content = content.replace(_END_OF_PROPERTIES, named + _END_OF_PROPERTIES)
            elif part.filename.startswith(_SHEETS):
                content = content.replace(_CHOSEN, b"")
            new.writestr(part, content)
    return changed.getvalue()
