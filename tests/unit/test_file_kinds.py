"""A file is what its content shows, whatever its name says; what cannot be read is named, with what to do."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from sheet_files import (
    ROW,
    pack,
    read,
    xlsx_parts,
)

from pipelines.errors import ReadError
from pipelines.ingest.reading.kinds import kind_of
from pipelines.ingest.reading.opening import sniff
from pipelines.ingest.reading.rows import Layout

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
OTHER_KINDS = {
    "a PDF document": b"%PDF-1.7\n",
    "a web page": b"\xef\xbb\xbf \n<!DOCTYPE HTML><html>",
    "a table of a web page": b"<TABLE border=1>",
    "an XML file": b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>',
    "gzip": b"\x1f\x8b\x08\x00",
    "a picture": b"\x89PNG\r\n\x1a\n",
    "SQLite": b"SQLite format 3\x00",
    "an Access database": b"\x00\x01\x00\x00Standard Jet DB\x00",
    "a rich-text document": b"{\\rtf1",
    "is empty": b"",
    "zero bytes": bytes(100_000),
    "an old workbook": OLE + "Workbook".encode("utf-16-le"),
    "protected by a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    + bytes(600)
    + "EncryptedPackage".encode("utf-16-le"),
    "an old Office document": OLE,
    "damaged or only half there": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("said", OTHER_KINDS)
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "xls"])
def test_what_cannot_be_read_is_named(tmp_path: Path, said: str, suffix: str) -> None:
    path = tmp_path / f"x.{suffix}"
    path.write_bytes(OTHER_KINDS[said])
    with pytest.raises(ReadError, match=said):
        kind_of(path)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"word/document.xml": "<a/>"}, "an archive"),
        ({"xl/workbook.bin": "x"}, "a binary workbook"),
        ({"cases.csv": "a,b"}, "Unpack it first"),
    ],
)
def test_an_archive_that_is_no_workbook_is_named(tmp_path: Path, parts: dict[str, str], said: str) -> None:
    with pytest.raises(ReadError, match=said):
        kind_of(pack(tmp_path / "x.xlsx", parts))


@pytest.mark.parametrize(
    ("content", "layout"),
    [
        ("Ref;Age\nR-1;5\nR-2;6\n", Layout(delimiter=";")),
        ('{"Ref": "R-1"}\n{"Ref": "R-2"}\n', Layout(format="jsonl")),
    ],
)
def test_text_is_sniffed_whatever_its_name(tmp_path: Path, content: str, layout: Layout) -> None:
    path = tmp_path / "x.txt"
    path.write_text(content)
    found = sniff(path)
    assert (found.layout, found.sheets) == (layout, ())
    assert found.evidence


def test_utf16_pages_are_recognised(tmp_path: Path) -> None:
    path = tmp_path / "x.xls"
    path.write_bytes("<html><table>".encode("utf-16"))
    with pytest.raises(ReadError, match="a web page"):
        kind_of(path)


@pytest.mark.parametrize(("declared", "name"), [("csv", "x.csv"), ("jsonl", "x.jsonl"), ("parquet", "x.parquet")])
def test_a_workbook_under_another_name_is_told_with_both_kinds(tmp_path: Path, declared: str, name: str) -> None:
    path = pack(tmp_path / name, xlsx_parts(ROW))
    with pytest.raises(ReadError, match=rf'is an Excel workbook \(.xlsx\).*format = "{declared}"'):
        read(path, Layout(format=declared))


@pytest.mark.parametrize("declared", ["xlsx", "ods", "parquet"])
def test_text_under_another_name_is_told_with_both_kinds(tmp_path: Path, declared: str) -> None:
    path = tmp_path / f"x.{declared}"
    path.write_text("Ref,Age\nR-1,5\n")
    with pytest.raises(ReadError, match=f'is a text file.*format = "{declared}"'):
        read(path, Layout(format=declared))


def test_refused_files_are_closed(tmp_path: Path) -> None:
    path = pack(tmp_path / "x.xlsx", {"word/document.xml": "<a/>"})
    process = psutil.Process()
    before = process.num_fds()
    for _ in range(20):
        with pytest.raises(ReadError):
            kind_of(path)
    assert process.num_fds() <= before
