"""Sheets made to exhaust: a clear error, or the few rows there are, soon and in little memory."""

from __future__ import annotations

from pathlib import Path

import pytest
from sheet_files import (
    ODS,
    ROW,
    XLSX,
    ods_parts,
    pack,
    read,
    read_in_little_memory,
    xlsx_parts,
)

from pipelines.errors import ReadError
from pipelines.ingest.reading.spreadsheets import probe_workbook

pytestmark = pytest.mark.usefixtures("soon")


def test_a_stray_cell_at_the_far_corner_is_told_by_its_row(tmp_path: Path) -> None:
    far = ROW + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    said = read_in_little_memory(pack(tmp_path / "x.xlsx", xlsx_parts(far)), XLSX, 50)
    assert "reaches over 1,048,576 rows and 16,384 columns" in said
    assert "row 1048576 is the widest" in said


def test_a_stray_cell_far_below_costs_only_blank_rows(tmp_path: Path) -> None:
    far = ROW + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    assert read_in_little_memory(pack(tmp_path / "x.xlsx", xlsx_parts(far)), XLSX, 900) == "rows 1048576"


def test_formats_merges_and_columns_over_the_whole_sheet_cost_nothing(tmp_path: Path) -> None:
    styled = "".join(f'<row r="{number}"><c r="XFD{number}" s="1"/></row>' for number in range(2, 3000))
    path = pack(
        tmp_path / "x.xlsx",
        xlsx_parts(
            ROW + styled + '<row r="1048576"><c r="XFD1048576" s="1"/></row>',
            before='<dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384" hidden="1"/></cols>',
            after='<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        ),
    )
    assert read(path).shape == (1, 4)


def test_merges_that_lie_over_each_other_are_refused(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="ZZ{n}"><v>1</v></c></row>' for n in range(1, 2001))
    merges = '<mergeCell ref="A1:ZZ2000"/>' * 1000
    path = pack(tmp_path / "x.xlsx", xlsx_parts(rows, after=f"<mergeCells>{merges}</mergeCells>"))
    with pytest.raises(ReadError, match="lie over each other"):
        read(path)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"/><row r="1"/>',
        '<row r="1"/><row r="1"/>',
        '<row r="1048577"/>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>5</v></c></row>',
        '<c r="A1"><v>1</v></c>',
    ],
)
def test_cells_out_of_order_twice_or_outside_are_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(ReadError, match="is damaged"):
        read(pack(tmp_path / "x.xlsx", xlsx_parts(rows)))


def test_a_short_text_that_every_cell_shares_cannot_swell_a_sheet(tmp_path: Path) -> None:
    shared = f"<sst><si><t>{'x' * 30_000}</t></si></sst>"
    rows = "".join(f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(1, 100_001))
    path = pack(tmp_path / "x.xlsx", {**xlsx_parts(rows), "xl/sharedStrings.xml": shared})
    assert "more text than a workbook may" in read_in_little_memory(path, XLSX, 150)


def test_a_row_whose_cells_are_huge_together_waits(tmp_path: Path) -> None:
    shared = f"<sst><si><t>{'x' * 30_000}</t></si></sst>"
    cells = '<c t="s"><v>0</v></c>' * 16_000
    path = pack(tmp_path / "x.xlsx", {**xlsx_parts(f"{ROW}<row>{cells}</row>"), "xl/sharedStrings.xml": shared})
    assert read(path)["problem"].to_list() == [None, "cell_too_long"]


def test_a_cell_of_ten_megabytes_makes_its_row_wait(tmp_path: Path) -> None:
    long = f'<row r="2"><c r="A2" t="inlineStr"><is><t>{"x" * 10_000_000}</t></is></c></row>'
    assert read_in_little_memory(pack(tmp_path / "x.xlsx", xlsx_parts(ROW + long)), XLSX, 80) == "rows 2"


def table(rows: str) -> dict[str, str]:
    return ods_parts(f'<table:table table:name="a">{rows}</table:table>')


def test_a_row_repeated_a_million_times_is_counted_not_stored(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    assert "filled cells" in read_in_little_memory(pack(tmp_path / "x.ods", table(row)), ODS, 50)


@pytest.mark.parametrize(
    "attribute", ['table:number-columns-repeated="999999999"', 'table:number-columns-repeated="16385"']
)
def test_opendocument_cells_outside_the_sheet_are_refused(tmp_path: Path, attribute: str) -> None:
    row = f"<table:table-row><table:table-cell {attribute}><text:p>x</text:p></table:table-cell></table:table-row>"
    with pytest.raises(ReadError, match="lie outside it"):
        read(pack(tmp_path / "x.ods", table(row)), ODS)


def test_opendocument_spaces_written_as_a_number_are_bounded(tmp_path: Path) -> None:
    cell = "<table:table-cell><text:p>a" + '<text:s text:c="999999999"/>' * 1000 + "</text:p></table:table-cell>"
    path = pack(tmp_path / "x.ods", table(f"<table:table-row>{cell}</table:table-row>"))
    assert read(path, ODS)["problem"].to_list() == ["cell_too_long"]


def test_nulls_in_a_workbook_are_no_plain_xml(tmp_path: Path) -> None:
    parts = xlsx_parts('<row r="1"><c r="A1" t="str"><v>a\x00b</v></c></row>')
    with pytest.raises(ReadError, match="no plain XML"):
        read(pack(tmp_path / "x.xlsx", parts))


def test_a_message_never_quotes_the_file(tmp_path: Path) -> None:
    name_of_a_person = "Siobhan"
    damaged = xlsx_parts(f'<row r="1"><c r="A1" t="str"><v>{name_of_a_person}</v></row>')
    with pytest.raises(ReadError) as caught:
        probe_workbook(pack(tmp_path / "x.xlsx", damaged), "xlsx")
    assert name_of_a_person not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
