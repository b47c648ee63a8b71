"""What stands in a spreadsheet comes out as its text, in the rows a person sees."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from openpyxl.styles import PatternFill
from sheet_files import (
    XLSX,
    grid,
    made,
    pack,
    problems,
    xlsx_parts,
)

from pipelines.errors import ProfileError, ReadError
from pipelines.ingest.reading import probing
from pipelines.ingest.reading.opening import open_rows
from pipelines.ingest.reading.rows import Layout
from pipelines.ingest.reading.spreadsheets import probe_workbook


def one_cell(path: Path, value: Any, number_format: str = "General") -> str:
    book = openpyxl.Workbook()
    book.active["A1"] = value
    book.active["A1"].number_format = number_format
    book.save(path)
    return grid(path)[1][0]


VALUES = [
    ("text that looks like a number keeps its zeros", "0012", "General", "0012"),
    ("a whole number", 12, "General", "12"),
    ("a whole number stored with a point", 12.0, "0.00", "12"),
    ("a fraction", 0.1, "General", "0.1"),
    ("a negative number", -3, "General", "-3"),
    ("a percentage is its number", 0.25, "0%", "0.25"),
    ("an unformatted day number stays a number", 43831, "General", "43831"),
    ("a format with letters in quotation marks is no date", 43831, '0 "days"', "43831"),
    ("a format with letters beside digits is no date", 43831, "#,##0 USD", "43831"),
    ("seconds with parts are a time", 0.5, "hh:mm:ss.000", "12:00:00"),
    ("a format with a colour is no date", 43831, "[Red]0;[Blue]0", "43831"),
    ("a date", date(2020, 1, 2), "dd/mm/yyyy", "2020-01-02"),
    ("a date in a language", 43832, "[$-809]d mmmm yyyy;@", "2020-01-02"),
    ("a month", 43831, "mmm-yy", "2020-01-01"),
    ("a moment", datetime(2020, 1, 2, 9, 30), "yyyy-mm-dd h:mm:ss", "2020-01-02 09:30:00"),
    ("a moment just before midnight through rounding", 43830.999999999, "dd/mm/yyyy", "2020-01-01"),
    ("a time of day", time(9, 30), "h:mm", "09:30:00"),
    ("an elapsed time", timedelta(hours=30, minutes=5), "[h]:mm", "30:05:00"),
    ("the first day there is", 1, "dd/mm/yyyy", "1900-01-01"),
    ("a day that never was", 60, "dd/mm/yyyy", "60"),
    ("the day after it", 61, "dd/mm/yyyy", "1900-03-01"),
    ("no day at all", 0, "dd/mm/yyyy", "0"),
    ("a negative day", -1, "dd/mm/yyyy", "-1"),
    ("a day after the last one", 3_000_000, "dd/mm/yyyy", "3000000"),
    ("truth", True, "General", "TRUE"),
    ("blanks around a text", "  x ", "General", "  x "),
    ("a line break in a cell", "a\nb", "General", "a\nb"),
    ("accents", "Łukasz Siân ’", "General", "Łukasz Siân ’"),
    ("a large number", 1e20, "General", "100000000000000000000"),
    ("a formula written as text", "'=1+1", "General", "'=1+1"),
]


@pytest.mark.parametrize(("value", "number_format", "text"), [case[1:] for case in VALUES], ids=[c[0] for c in VALUES])
def test_a_value_comes_out_as_its_text(tmp_path: Path, value: Any, number_format: str, text: str) -> None:
    assert one_cell(tmp_path / "x.xlsx", value, number_format) == text


def test_days_are_counted_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook, _: Any) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    path = made(tmp_path / "x.xlsx", [[date(2020, 1, 1), date(1904, 1, 1)]], change=change)
    assert grid(path)[1] == ["2020-01-01", "1904-01-01"]
    assert probe_workbook(path, "xlsx").epoch == 1904


RAW_CELLS = [
    ("an error", '<c r="A1" t="e"><v>#N/A</v></c>', "#N/A"),
    ("an inline text in several parts", '<c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t> b</t></r></is></c>', "a b"),
    ("a pronunciation beside the text", '<c r="A1" t="inlineStr"><is><t>a</t><rPh><t>z</t></rPh></is></c>', "a"),
    ("an escaped control character", '<c r="A1" t="inlineStr"><is><t>a_x000A_b</t></is></c>', "a\nb"),
    ("half a character stays escaped", '<c r="A1" t="inlineStr"><is><t>_xD800_</t></is></c>', "_xD800_"),
    ("a formula gives its saved result", '<c r="A1" t="str"><f>HYPERLINK("http://a")</f><v>a</v></c>', "a"),
    ("a date stored as text", '<c r="A1" t="d"><v>2020-01-02T00:00:00</v></c>', "2020-01-02"),
    ("a number with an exponent", '<c r="A1"><v>1.5E-3</v></c>', "0.0015"),
    ("no truth", '<c r="A1" t="b"><v>0</v></c>', "FALSE"),
    ("a cell without a reference", '<c t="str"><v>a</v></c>', "a"),
    ("a style that does not exist", '<c r="A1" s="99"><v>7</v></c>', "7"),
]


@pytest.mark.parametrize(("cell", "text"), [case[1:] for case in RAW_CELLS], ids=[case[0] for case in RAW_CELLS])
def test_a_stored_cell_comes_out_as_its_text(tmp_path: Path, cell: str, text: str) -> None:
    path = pack(tmp_path / "x.xlsx", xlsx_parts(f'<row r="1">{cell}</row>'))
    assert grid(path)[1][0] == text


def test_prefixed_elements_and_other_part_names_are_read(tmp_path: Path) -> None:
    parts = xlsx_parts("")
    parts["xl/worksheets/sheet1.xml"] = (
        '<x:worksheet xmlns:x="urn:x"><x:sheetData><x:row><x:c t="str"><x:v>a</x:v></x:c></x:row></x:sheetData>'
        "</x:worksheet>"
    )
    parts["xl/workbook2.xml"] = parts.pop("xl/workbook.xml")
    parts["xl/_rels/workbook2.xml.rels"] = parts.pop("xl/_rels/workbook.xml.rels")
    parts["_rels/.rels"] = parts["_rels/.rels"].replace("xl/workbook.xml", "/xl/workbook2.xml")
    assert grid(pack(tmp_path / "x.xlsx", parts)) == {1: ["a"]}


def test_rows_keep_the_numbers_the_sheet_shows(tmp_path: Path) -> None:
    def change(_: Any, sheet: Any) -> None:
        sheet["B3"], sheet["C3"], sheet["B5"] = "Ref", "Sex", "R-1"
        sheet["J90"].fill = PatternFill("solid", fgColor="FF0000")

    path = made(tmp_path / "x.xlsx", [], change=change)
    assert grid(path) == {1: [""] * 3, 2: [""] * 3, 3: ["", "Ref", "Sex"], 4: [""] * 3, 5: ["", "R-1", ""]}


def test_every_row_reaches_as_far_as_the_sheet(tmp_path: Path) -> None:
    path = made(tmp_path / "x.xlsx", [["Ref", "Sex", "Age"], ["R-1"], [None, None, 3]])
    with open_rows(path, XLSX) as rows:
        frame = next(rows.chunks)
    assert frame["n_cells"].to_list() == [3, 3, 3]
    assert frame.schema["row_number"] == frame.schema["n_cells"] == pl.Int64


def test_merged_cells_hold_their_text_everywhere(tmp_path: Path) -> None:
    def change(_: Any, sheet: Any) -> None:
        for cells in ("A1:A2", "B1:C1", "A3:A5", "B3:B1000"):
            sheet.merge_cells(cells)

    rows = [["Ref", "Client", None], [None, "Age", "Sex"], ["R-1", "x", "F"], [None, None, "M"], [None, None, "F"]]
    path = made(tmp_path / "x.xlsx", rows, change=change)
    assert grid(path) == {
        1: ["Ref", "Client", "Client"],
        2: ["Ref", "Age", "Sex"],
        3: ["R-1", "x", "F"],
        4: ["R-1", "x", "M"],
        5: ["R-1", "x", "F"],
    }


def test_a_title_over_the_whole_width_stands_in_its_first_cell(tmp_path: Path) -> None:
    path = made(
        tmp_path / "x.xlsx",
        [["Cases"], [], ["Ref", "Age"]],
        change=lambda _, sheet: sheet.merge_cells("A1:B2"),
    )
    assert grid(path) == {1: ["Cases", ""], 2: ["", ""], 3: ["Ref", "Age"]}


def hiding(*numbers: int) -> Any:
    def change(_: Any, sheet: Any) -> None:
        for number in numbers:
            sheet.row_dimensions[number].hidden = True
        sheet.column_dimensions["B"].hidden = True

    return change


def test_hidden_rows_stop_a_file_until_the_profile_says_what_they_are(tmp_path: Path) -> None:
    path = made(tmp_path / "x.xlsx", [["Ref", "Age"], ["R-1", 5], ["R-2", 6]], change=hiding(3, 9))
    with pytest.raises(ProfileError, match=r'sheet "Sheet", has hidden rows \(row 3\).*hidden_rows = "keep"'):
        grid(path)
    assert problems(path, Layout(format="xlsx", hidden_rows="keep")) == {1: None, 2: None, 3: None}
    assert problems(path, Layout(format="xlsx", hidden_rows="ignore")) == {1: None, 2: None, 3: "hidden_row"}
    assert probe_workbook(path, "xlsx").sheets[0].hidden_columns == (1,)


def test_formulas_saved_without_results_stop_a_file(tmp_path: Path) -> None:
    path = made(tmp_path / "x.xlsx", [["Ref", "Age"], ["R-1", "=1+1"], ["R-2", "=1+2"]])
    with pytest.raises(ReadError, match=r"saved without their results \(rows 2, 3\)"):
        grid(path)


def test_a_formula_whose_result_is_an_empty_text_is_computed(tmp_path: Path) -> None:
    cells = '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><f>""</f><v></v></c></row>'
    path = pack(tmp_path / "x.xlsx", xlsx_parts(cells))
    assert grid(path) == {1: ["a"]}
    assert probe_workbook(path, "xlsx").sheets[0].n_formulas == 1


def test_a_cell_that_is_too_long_makes_its_row_wait(tmp_path: Path) -> None:
    long = "x" * 40_000
    rows = (
        f'<row r="1"><c r="A1" t="str"><v>a</v></c></row><row r="2"><c t="inlineStr"><is><t>{long}</t></is></c></row>'
    )
    path = pack(tmp_path / "x.xlsx", xlsx_parts(rows))
    assert problems(path) == {1: None, 2: "cell_too_long"}
    assert grid(path)[2] == [""]


@pytest.mark.parametrize("remembered", [probing.KEPT_CHARACTERS, 10_000])
def test_a_large_sheet_comes_in_chunks_with_every_row_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remembered: int
) -> None:
    monkeypatch.setattr(probing, "KEPT_CHARACTERS", remembered)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Cases")
    for number in range(1, 1001):
        sheet.append([f"R-{number}", "x" * 20_000, number])
    book.save(tmp_path / "x.xlsx")
    with open_rows(tmp_path / "x.xlsx", XLSX) as rows:
        chunks = list(rows.chunks)
        assert len(rows.digest()) == 64
    assert len(chunks) > 1
    frame = pl.concat(chunks)
    assert frame["row_number"].to_list() == list(range(1, 1001))
    assert frame["cell_0"].to_list() == [f"R-{number}" for number in range(1, 1001)]
