"""What stands in an OpenDocument spreadsheet comes out as its text, in the rows a person sees."""

from __future__ import annotations

from pathlib import Path

import odf.opendocument
import odf.table
import odf.text
import pytest
from sheet_files import (
    ODS,
    grid,
    ods_parts,
    pack,
)

from pipelines.errors import IdentifiersFound, ProfileError
from pipelines.ingest.reading.rows import Layout


def cell(text: str = "", **attributes: str) -> str:
    written = "".join(f' {name.replace("_", "-").replace("--", ":")}="{value}"' for name, value in attributes.items())
    return f"<table:table-cell{written}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"


def table(rows: str, name: str = "Cases", style: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>'


def typed(kind: str, shown: str, **stored: str) -> str:
    return cell(shown, office__value_type=kind, **stored)


ODS_CELLS = [
    ("a text keeps its zeros", typed("string", "0012"), "0012"),
    ("a number", typed("float", "12.00", office__value="12"), "12"),
    ("a percentage", typed("percentage", "25%", office__value="0.25"), "0.25"),
    ("money", typed("currency", "£5.00", office__value="5"), "5"),
    ("a date", typed("date", "02/01/20", office__date_value="2020-01-02"), "2020-01-02"),
    ("a moment", typed("date", "x", office__date_value="2020-01-02T09:30:00"), "2020-01-02 09:30:00"),
    ("a time", typed("time", "30:00", office__time_value="PT30H05M00S"), "30:05:00"),
    ("truth", typed("boolean", "WAHR", office__boolean_value="true"), "TRUE"),
    ("an error", typed("string", "#N/A", office__string_value=""), "#N/A"),
    ("a text without a type", cell("a"), "a"),
    ("spaces", typed("string", 'a<text:s text:c="3"/>b'), "a   b"),
    ("a line break", typed("string", "a<text:line-break/>b"), "a\nb"),
    ("parts in other type", typed("string", "a<text:span>b</text:span>"), "ab"),
]


@pytest.mark.parametrize(("stored", "text"), [case[1:] for case in ODS_CELLS], ids=[case[0] for case in ODS_CELLS])
def test_an_opendocument_cell_comes_out_as_its_text(tmp_path: Path, stored: str, text: str) -> None:
    path = pack(tmp_path / "x.ods", ods_parts(table(f"<table:table-row>{stored}</table:table-row>")))
    assert grid(path, ODS) == {1: [text]}


def test_a_real_opendocument_file_is_read(tmp_path: Path) -> None:
    document = odf.opendocument.OpenDocumentSpreadsheet()
    sheet = odf.table.Table(name="Sheet2")
    for cells in (["Ref", "Opened"], ["001", "2020-01-02"]):
        row = odf.table.TableRow()
        for text in cells:
            added = odf.table.TableCell(valuetype="string")
            added.addElement(odf.text.P(text=text))
            row.addElement(added)
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.save(str(tmp_path / "x.ods"))
    assert grid(tmp_path / "x.ods", ODS) == {1: ["Ref", "Opened"], 2: ["001", "2020-01-02"]}


def test_repeated_merged_and_hidden_opendocument_rows(tmp_path: Path) -> None:
    rows = (
        f"<table:table-row>{typed('string', 'R-1', table__number_rows_spanned='3')}{typed('string', 'a')}"
        "</table:table-row>"
        f'<table:table-row table:number-rows-repeated="2"><table:covered-table-cell/>{typed("string", "b")}'
        "</table:table-row>"
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>'
        f'<table:table-row table:visibility="filter">{typed("string", "c", table__number_columns_repeated="2")}'
        "</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    path = pack(tmp_path / "x.ods", ods_parts(table(rows)))
    with pytest.raises(ProfileError, match=r"hidden rows \(row 6\)"):
        grid(path, ODS)
    expected = {1: ["R-1", "a"], 2: ["R-1", "b"], 3: ["R-1", "b"], 4: ["", ""], 5: ["", ""], 6: ["c", "c"]}
    assert grid(path, Layout(format="ods", hidden_rows="keep")) == expected


def test_opendocument_comments_and_hidden_sheets_are_told_and_not_read(tmp_path: Path) -> None:
    comment = "<office:annotation><text:p>Ask Siobhan</text:p></office:annotation>"
    noted = f'<table:table-cell office:value-type="string">{comment}<text:p>a</text:p></table:table-cell>'
    style = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    parts = ods_parts(
        table(f"<table:table-row>{noted}</table:table-row>")
        + table(f"<table:table-row>{cell('x')}</table:table-row>", "Raw", "h"),
        style,
    )
    parts["meta.xml"] = '<m xmlns:dc="d"><dc:creator>Siobhan Tester</dc:creator></m>'
    path = pack(tmp_path / "x.ods", parts)
    with pytest.raises(IdentifiersFound) as caught:
        grid(path, ODS)
    assert all(f'"{part}"' in str(caught.value) for part in ("author", "comments", "other_sheets"))
    assert "Siobhan" not in str(caught.value)
    unread = Layout(format="ods", unread_parts=("author", "comments", "other_sheets"))
    assert grid(path, unread) == {1: ["a"]}
