"""Tables described in data, saved as real files: workbooks of two formats, and Parquet.

A description has `sheets`, each with a `name`, `rows` and what is peculiar about it: `merged` cells, `hidden_columns`,
`hidden_rows`, a `state`, number `formats` and the `results` saved with formulas. About the file as a whole it may name
the `author`, the `epoch` and further `parts`. A blank cell is an empty text; a text that begins with "=" is a formula.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

import odf.opendocument
import odf.style
import odf.table
import odf.text
import openpyxl
import polars as pl
from odf.dc import Creator
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904

Description = Mapping[str, Any]


def saved(kind: str, described: Description) -> bytes:
    """Save a description as the bytes of an `xlsx`, `ods` or `parquet` file."""
    return {"xlsx": _as_xlsx, "ods": _as_ods, "parquet": _as_parquet}[kind](described)


def _as_parquet(described: Description) -> bytes:
    names, *rows = described["sheets"][0]["rows"]
    out = io.BytesIO()
    pl.DataFrame({name: [row[place] for row in rows] for place, name in enumerate(names)}).write_parquet(out)
    return out.getvalue()


def _as_xlsx(described: Description) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.properties.creator = described.get("author", "openpyxl")
    if described.get("epoch") == 1904:
        book.epoch = CALENDAR_MAC_1904
    for sheet in described["sheets"]:
        _fill(book.create_sheet(sheet.get("name", "Sheet2")), sheet)
    out = io.BytesIO()
    book.save(out)
    results = [sheet.get("results", {}) for sheet in described["sheets"]]
    return _with_parts(out.getvalue(), described.get("parts", {}), results)


def _fill(sheet: Any, described: Description) -> None:
    for row in described["rows"]:
        sheet.append([None if cell == "" else cell for cell in row])
    for cell, number_format in described.get("formats", {}).items():
        sheet[cell].number_format = number_format
    for column in described.get("hidden_columns", ()):
        sheet.column_dimensions[column].hidden = True
    for number in described.get("hidden_rows", ()):
        sheet.row_dimensions[number].hidden = True
    for merged in described.get("merged", ()):
        sheet.merge_cells(merged)
    sheet.sheet_state = described.get("state", "visible")


def _with_parts(content: bytes, parts: Mapping[str, str], results: list[Mapping[str, str]]) -> bytes:
    """Add parts to a workbook, and to each formula the result that a spreadsheet program saves beside it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            text = before.read(name)
            number = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
            for cell, result in results[int(number[1]) - 1].items() if number else ():
                text = _with_result(text.decode(), cell, result).encode()
            after.writestr(name, text)
        for name, text in parts.items():
            after.writestr(name, text)
    return out.getvalue()


def _with_result(text: str, cell: str, result: str) -> str:
    pattern = rf'<c r="{cell}"([^>]*)>(<f>.*?</f>)<v ?/?>(?:</v>)?</c>'
    written, times = re.subn(
        pattern, lambda found: f'<c r="{cell}"{found[1]} t="str">{found[2]}<v>{escape(result)}</v></c>', text
    )
    assert times == 1, f"{cell} holds no formula"
    return written


def _as_ods(described: Description) -> bytes:
    document = odf.opendocument.OpenDocumentSpreadsheet()
    if "author" in described:
        document.meta.addElement(Creator(text=described["author"]))
    for sheet in described["sheets"]:
        document.spreadsheet.addElement(_ods_table(sheet))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _ods_table(described: Description) -> Any:
    table = odf.table.Table(name=described.get("name", "Sheet2"))
    for place in range(max(map(len, described["rows"]))):
        is_hidden = get_column_letter(place + 1) in described.get("hidden_columns", ())
        table.addElement(odf.table.TableColumn(visibility="collapse" if is_hidden else "visible"))
    areas = [range_boundaries(merged) for merged in described.get("merged", ())]
    for number, cells in enumerate(described["rows"], start=1):
        is_hidden = number in described.get("hidden_rows", ())
        row = odf.table.TableRow(visibility="collapse" if is_hidden else "visible")
        for place, cell in enumerate(cells, start=1):
            row.addElement(_ods_cell(cell, _spans(areas, number, place), _result(described, number, place)))
        table.addElement(row)
    return table


def _result(described: Description, number: int, place: int) -> str:
    return str(described.get("results", {}).get(f"{get_column_letter(place)}{number}", ""))


def _spans(areas: list[tuple[int, int, int, int]], number: int, place: int) -> dict[str, int] | None:
    """Give how far a merged cell reaches; None for the cells that it covers."""
    for left, top, right, bottom in areas:
        if (number, place) == (top, left):
            return {"numberrowsspanned": bottom - top + 1, "numbercolumnsspanned": right - left + 1}
        if top <= number <= bottom and left <= place <= right:
            return None
    return {}


def _ods_cell(cell: Any, spans: dict[str, int] | None, result: str) -> Any:
    if spans is None:
        return odf.table.CoveredTableCell()
    if cell == "":
        return odf.table.TableCell(**spans)
    if isinstance(cell, date):
        return odf.table.TableCell(valuetype="date", datevalue=cell.isoformat(), **spans)
    if isinstance(cell, int | float):
        return odf.table.TableCell(valuetype="float", value=cell, **spans)
    formula = {"formula": f"of:{cell}"} if cell.startswith("=") else {}
    made = odf.table.TableCell(valuetype="string", **formula, **spans)
    made.addElement(odf.text.P(text=result if formula else cell))
    return made
