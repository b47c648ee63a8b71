"""Archives made to exhaust or to mislead, or half written: a clear error, soon and in little memory."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from sheet_files import (
    ODS,
    ODS_MEDIA_TYPE,
    ROW,
    XLSX,
    pack,
    pack_large,
    read,
    read_in_little_memory,
    xlsx_parts,
)

from pipelines.errors import CaseloadError, ReadError

pytestmark = pytest.mark.usefixtures("soon")


def test_a_member_that_leads_out_of_the_archive_is_refused(tmp_path: Path) -> None:
    for name in ("../../evil.xml", "/etc/evil", "C:/evil", "a/../../b", "..\\evil"):
        path = pack(tmp_path / "x.xlsx", {**xlsx_parts(ROW), name: "x"})
        with pytest.raises(ReadError, match="leads out of the archive"):
            read(path)


def test_a_member_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.xlsx", xlsx_parts(ROW))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("XL/worksheets/sheet1.xml", "<worksheet/>")
    with pytest.raises(ReadError, match="occurs twice"):
        read(path)


def test_an_archive_of_very_many_members_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.xlsx", {**xlsx_parts(ROW), **{f"p{number}": "" for number in range(10_001)}})
    with pytest.raises(ReadError, match="more than 10000 parts"):
        read(path)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.xlsx", xlsx_parts(ROW))
    content = bytearray(path.read_bytes())
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        content[place + 8] |= 1
        place = content.find(b"PK\x01\x02", place + 4)
    path.write_bytes(content)
    with pytest.raises(ReadError, match="protected by a password"):
        read(path)


def test_a_protected_opendocument_file_is_told(tmp_path: Path) -> None:
    parts = {
        "mimetype": ODS_MEDIA_TYPE,
        "META-INF/manifest.xml": "<m><manifest:encryption-data/></m>",
        "content.xml": "\x01",
    }
    with pytest.raises(ReadError, match="protected by a password"):
        read(pack(tmp_path / "x.ods", parts), ODS)


def test_a_half_written_workbook_is_told_wherever_it_breaks_off(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for number in range(50):
        book.active.append([f"R-{number}", number])
    book.save(tmp_path / "whole.xlsx")
    whole = (tmp_path / "whole.xlsx").read_bytes()
    path = tmp_path / "x.xlsx"
    for length in range(0, len(whole), max(len(whole) // 60, 1)):
        path.write_bytes(whole[:length])
        with pytest.raises(ReadError):
            read(path)
        path.write_bytes(whole[:length] + bytes(len(whole) - length))
        with pytest.raises(ReadError):
            read(path)


def test_damage_anywhere_in_a_workbook_is_told_or_does_no_harm(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for number in range(20):
        book.active.append([f"R-{number}", number])
    book.save(tmp_path / "whole.xlsx")
    whole = (tmp_path / "whole.xlsx").read_bytes()
    expected = read(tmp_path / "whole.xlsx")
    path = tmp_path / "x.xlsx"
    for place in range(0, len(whole), max(len(whole) // 300, 1)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            found = read(path)
        except CaseloadError:
            continue
        assert found.equals(expected)


def zeros(n_bytes: int) -> Callable[[Callable[[bytes], object]], None]:
    def write(take: Callable[[bytes], object]) -> None:
        block = b" " * (1 << 20)
        take(b"<worksheet><sheetData>")
        for _ in range(n_bytes >> 20):
            take(block)
        take(b"</sheetData></worksheet>")

    return write


SHEET = "xl/worksheets/sheet1.xml"


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    path = pack_large(tmp_path / "x.xlsx", xlsx_parts(ROW), SHEET, zeros(200_000_000))
    assert path.stat().st_size < 1_000_000
    assert "times its size" in read_in_little_memory(path, XLSX, 100)


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = pack_large(tmp_path / "x.xlsx", xlsx_parts(ROW), SHEET, zeros(200_000_000))
    content = bytearray(path.read_bytes())
    place = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, place + 24, 1000)
    path.write_bytes(content)
    assert "cannot be unpacked" in read_in_little_memory(path, XLSX, 100)


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b" " * 50_000_000)
    content = buffer.getvalue()
    start = content.find(b"PK\x01\x02")
    end = content.find(b"PK\x05\x06")
    entry = content[start:end]
    many = b"".join(entry[:46] + bytes([65 + number // 26, 65 + number % 26])[:1] + entry[47:] for number in range(60))
    closing = bytearray(content[end:])
    struct.pack_into("<HHI", closing, 8, 60, 60, len(many))
    path = tmp_path / "x.xlsx"
    path.write_bytes(content[:start] + many + closing)
    with pytest.raises(ReadError):
        read(path)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
        '<!DOCTYPE a SYSTEM "file:///etc/hostname">',
        '<?xml version="1.0" encoding="hex"?>',
        '<?xml version="1.0" encoding="utf-7"?>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "_rels/.rels", "docProps/core.xml"])
def test_document_types_entities_and_odd_encodings_are_refused(tmp_path: Path, head: str, part: str) -> None:
    parts = {"docProps/core.xml": "<a/>", **xlsx_parts(ROW)}
    parts[part] = head + parts[part]
    with pytest.raises(ReadError, match="no plain XML"):
        read(pack(tmp_path / "x.xlsx", parts))


def test_endless_nesting_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.xlsx", xlsx_parts("<a>" * 1_000_000))
    assert "no plain XML" in read_in_little_memory(path, XLSX, 50)


def test_an_endless_tag_is_refused(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.xlsx", xlsx_parts(f'<row r="{"1" * 50_000_000}"/>'))
    assert "no plain XML" in read_in_little_memory(path, XLSX, 100)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", SHEET])
def test_a_part_that_is_missing_is_damage(tmp_path: Path, part: str) -> None:
    parts = xlsx_parts(ROW)
    del parts[part]
    with pytest.raises(ReadError):
        read(pack(tmp_path / "x.xlsx", parts))


def test_a_sheet_that_leads_nowhere_is_damage(tmp_path: Path) -> None:
    parts = xlsx_parts(ROW)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("</sheets>", '<sheet name="b" r:id="z"/></sheets>')
    with pytest.raises(ReadError, match="is damaged"):
        read(pack(tmp_path / "x.xlsx", parts))
