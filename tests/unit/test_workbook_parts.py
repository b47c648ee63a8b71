"""Which sheet is read, and what is in a workbook beside it: nothing goes unsaid, and no name is told."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from sheet_files import (
    grid,
    made,
    pack,
    xlsx_parts,
)

from pipelines.errors import IdentifiersFound, ProfileError
from pipelines.ingest.reading.opening import sniff
from pipelines.ingest.reading.rows import Layout
from pipelines.ingest.reading.spreadsheets import probe_workbook


def sheets(**filled: tuple[bool, str]) -> Any:
    """Add sheets by name: whether it is filled, and its state."""

    def change(book: openpyxl.Workbook, sheet: Any) -> None:
        book.remove(sheet)
        for name, (is_filled, state) in filled.items():
            added = book.create_sheet(name)
            added.sheet_state = state
            if is_filled:
                added["A1"] = name

    return change


def test_the_only_sheet_that_holds_anything_is_read(tmp_path: Path) -> None:
    change = sheets(Cover=(False, "visible"), Sheet2=(True, "visible"), Notes=(False, "hidden"))
    assert grid(made(tmp_path / "x.xlsx", [], change=change)) == {1: ["Sheet2"]}


def test_several_filled_sheets_need_a_name(tmp_path: Path) -> None:
    path = made(tmp_path / "x.xlsx", [], change=sheets(Q1=(True, "visible"), Q2=(True, "visible")))
    with pytest.raises(ProfileError, match=r'several sheets.*"Q1", "Q2"'):
        grid(path)
    with pytest.raises(ProfileError, match=r'has no sheet "Q3".*"Q1", "Q2"'):
        grid(path, Layout(format="xlsx", sheet="Q3"))
    named = Layout(format="xlsx", sheet=" q2", unread_parts=("other_sheets",))
    assert grid(path, named) == {1: ["Q2"]}


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_that_holds_something_is_told(tmp_path: Path, state: str) -> None:
    path = made(tmp_path / "x.xlsx", [], change=sheets(Cases=(True, "visible"), Raw=(True, state)))
    with pytest.raises(IdentifiersFound, match='"other_sheets": other sheets'):
        grid(path)
    assert grid(path, Layout(format="xlsx", unread_parts=("other_sheets",))) == {1: ["Cases"]}
    assert probe_workbook(path, "xlsx").sheets[1].visibility == {"hidden": "hidden"}.get(state, "very hidden")


def test_all_parts_that_may_name_people_are_told_at_once_and_never_the_name(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook, sheet: Any) -> None:
        book.properties.creator = "Siobhan Tester"
        sheet["A1"].comment = Comment("Ask Siobhan", "Siobhan Tester")

    path = made(tmp_path / "x.xlsx", [["Ref"]], change=change)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/pivotCache/pivotCacheRecords1.xml", "<pivotCacheRecords/>")
    with pytest.raises(IdentifiersFound) as caught:
        grid(path)
    assert all(f'"{part}"' in str(caught.value) for part in ("author", "comments", "pivot_cache"))
    assert "Siobhan" not in str(caught.value)
    found = probe_workbook(path, "xlsx").parts
    assert grid(path, Layout(format="xlsx", unread_parts=found)) == {1: ["Ref"]}


@pytest.mark.parametrize("name", ["openpyxl", "Microsoft Office User", "", "Apache POI 5.2.3", "LibreOffice/7.4"])
def test_the_name_of_a_program_is_no_author(tmp_path: Path, name: str) -> None:
    def change(book: openpyxl.Workbook, _: Any) -> None:
        book.properties.creator = book.properties.lastModifiedBy = name

    assert probe_workbook(made(tmp_path / "x.xlsx", [["a"]], change=change), "xlsx").parts == ()


def test_links_macros_and_objects_are_reported_and_never_followed(tmp_path: Path) -> None:
    parts = xlsx_parts('<row r="1"><c r="A1" t="str"><v>a</v></c></row>')
    for name in ("xl/externalLinks/externalLink1.xml", "xl/vbaProject.bin", "xl/embeddings/x.bin", "customXml/i.xml"):
        parts[name] = "<a/>"
    path = pack(tmp_path / "x.xlsm", parts)
    assert probe_workbook(path, "xlsx").parts == ("external_links", "macros", "custom_xml", "embedded_objects")
    assert grid(path) == {1: ["a"]}


def test_inspection_gives_a_layout_that_reads_the_file(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook, sheet: Any) -> None:
        book.properties.creator = "Siobhan Tester"
        book.create_sheet("List")["A1"] = "x"
        sheet.row_dimensions[2].hidden = True

    found = sniff(made(tmp_path / "x.xlsx", [["Ref", "Age"], ["R-1", 3]], change=change))
    assert (found.layout.sheet, found.layout.hidden_rows) == ("Sheet", "keep")
    assert found.layout.unread_parts == ("author", "other_sheets")
    assert grid(tmp_path / "x.xlsx", found.layout)[2] == ["R-1", "3"]
    assert [sheet.name for sheet in found.sheets] == ["Sheet", "List"]
    assert any("1 rows are hidden" in sentence for sentence in found.evidence)
    assert "Siobhan" not in "".join(found.evidence)
