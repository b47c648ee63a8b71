"""What a file is by its content, whatever its name says.

Answers "is this text, a workbook or Parquet, and if none of these, what is it and what should be exported instead".
Other kinds are told by their first bytes, listed in `reference/file_kinds.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.declarations import read_toml
from pipelines.errors import ReadError, SettingsError
from pipelines.ingest.reading.archives import Archive
from pipelines.ingest.reading.files import check_name, open_checked, snapshot
from pipelines.ingest.reading.limits import limits
from pipelines.resources import reference_file

TEXT, XLSX, ODS, PARQUET = "text", "xlsx", "ods", "parquet"
HEAD_BYTES = 1 << 16
ZIP, OLE, PARQUET_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
ODS_MEDIA_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
# The list of sheets is called workbook.xml by most programs, workbook2.xml by one that saves from the web.
WORKBOOK_PART = re.compile(r"^xl/workbook\d*\.xml$")
BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class OtherKind:
    """A kind of file that cannot be read: how it begins, what it is called and what to do."""

    begins: bytes
    at: int
    called: str
    remedy: str


@cache
def other_kinds() -> tuple[OtherKind, ...]:
    """Give the kinds that are known by their first bytes."""
    declared = read_toml(reference_file("file_kinds.toml"), SettingsError)["kind"]
    return tuple(
        OtherKind(_bytes(entry["begins"]), entry.get("at", 0), entry["is"], entry["remedy"]) for entry in declared
    )


def _bytes(begins: str) -> bytes:
    # In lower case either way, because what is compared with it is brought to lower case too.
    return (bytes.fromhex(begins[2:]) if begins.startswith("0x") else begins.encode()).lower()


def kind_of(path: Path) -> str:
    """Tell what a file is.

    Args:
        path: the file.
    Returns:
        `text`, `xlsx`, `ods` or `parquet`.
    Raises:
        ReadError: its name is unsafe, it is no regular file, cannot be opened, is empty, or is something that cannot be
        read; the message says what it is.
    """
    check_name(path)
    with open_checked(path) as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise ReadError(
            f"{path} is empty. Export it again; if there is nothing to export, take the file out of the inbox."
        )
    if head.startswith(PARQUET_MAGIC):
        return PARQUET
    if head.startswith(b"PK") and head[2:4] in (b"\x03\x04", b"\x05\x06", b"\x07\x08"):
        return _kind_of_archive(path)
    if head.startswith(OLE):
        raise _old_document(path)
    _refuse_other_kinds(path, head)
    return TEXT


def _refuse_other_kinds(path: Path, head: bytes) -> None:
    if head.startswith(bytes(8)) or not head.strip(b"\x00"):
        raise ReadError(
            f"{path} begins with zero bytes, as files do whose copy or download broke off. Fetch or export it again."
        )
    # Text begins after a mark and blanks; in UTF-16 every second byte is zero.
    text = head[:4096]
    for mark in BYTE_ORDER_MARKS:
        text = text.removeprefix(mark)
    text = text.replace(b"\x00", b"").lstrip().lower()
    for kind in other_kinds():
        place = head[kind.at : kind.at + len(kind.begins)].lower()
        if kind.begins == place or (not kind.at and text.startswith(kind.begins)):
            raise ReadError(f"{path} is {kind.called}, which holds no table that can be read safely. {kind.remedy}")


def _kind_of_archive(path: Path) -> str:
    archive = Archive(path, snapshot(path, limits().workbook_bytes))
    if any(WORKBOOK_PART.match(name) for name in archive.names):
        return XLSX
    if "mimetype" in archive and archive.read("mimetype").startswith(ODS_MEDIA_TYPE):
        return ODS
    if "xl/workbook.bin" in archive:
        raise ReadError(f"{path} is a binary workbook (.xlsb). Open it in a spreadsheet program and save it as .xlsx.")
    raise ReadError(f"{path} is an archive (zip) and no workbook. Unpack it first, and put the files into the inbox.")


def _old_document(path: Path) -> ReadError:
    content = snapshot(path, limits().workbook_bytes)
    if "EncryptedPackage".encode("utf-16-le") in content:
        return ReadError(f"{path} is protected by a password. Save it without one, or export as CSV.")
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book\x00")):
        return ReadError(f"{path} is an old workbook (.xls). Open it in a spreadsheet program and save it as .xlsx.")
    return ReadError(f"{path} is an old Office document and no table. Export the list itself as CSV or XLSX.")
