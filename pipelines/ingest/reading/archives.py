"""A zip archive read without trusting it: nothing is written to disk, and nothing grows beyond its limits.

Answers "which parts has this archive" and "what are the bytes of a part". Every size is checked twice: as the archive
declares it, and as it unpacks. What the parts mean is left to `xlsx*.py` and `ods*.py`.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipelines.errors import ReadError
from pipelines.ingest.reading.limits import limits, megabytes

MEMBER_HEADER = b"PK\x01\x02"
BLOCK = 1 << 16
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1
# What the zip module raises on broken archives; its words quote member names and bytes, so they are not passed on.
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
    OverflowError,
)  # fmt: skip


class Archive:
    """An archive whose members were found harmless before any is unpacked."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path = path
        self._zip = _opened(path, content)
        self._members = _checked_members(path, self._zip.infolist(), len(content))

    @property
    def names(self) -> tuple[str, ...]:
        """Give the names of the parts, in lower case with `/` between folders."""
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    def blocks(self, name: str) -> Iterator[bytes]:
        """Unpack one part piece by piece.

        Args:
            name: its name; upper and lower case are the same.
        Raises:
            ReadError: there is no such part, it is damaged, or it unpacks to more than it says.
        """
        member = self._members.get(name.lower())
        if member is None:
            raise ReadError(f"{self._path} is damaged: a part that it refers to is missing. Export or save it again.")
        left = limits().unpacked_bytes
        try:
            with self._zip.open(member) as stream:
                while block := stream.read(BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise _bomb(self._path)
                    yield block
        except BROKEN:
            raise damaged(self._path) from None

    def read(self, name: str, most: int = BLOCK) -> bytes:
        """Unpack the beginning of a part, at most about `most` bytes."""
        found = b""
        for block in self.blocks(name):
            found += block
            if len(found) >= most:
                break
        return found


def damaged(path: Path) -> ReadError:
    """Give the error for an archive or a part of it that cannot be read to its end."""
    return ReadError(
        f"{path} is damaged or only half there: it cannot be unpacked to its end. Wait until a copy or download has "
        "finished, or export it again."
    )


def _bomb(path: Path) -> ReadError:
    bounds = limits()
    return ReadError(
        f"{path} unpacks to more than {megabytes(bounds.unpacked_bytes)}, or to more than {bounds.unpacking_ratio} "
        "times its size, as files do that are made to exhaust a computer. If it is a real export, clear formats that "
        "reach far beyond the data and save it again, or export as CSV."
    )


def _opened(path: Path, content: bytes) -> zipfile.ZipFile:
    # Counted in the bytes first: the zip module makes an object for each member before anyone can object.
    if content.count(MEMBER_HEADER) > limits().archive_members:
        raise ReadError(f"{path} has more than {limits().archive_members} parts, so it is no workbook. Export as CSV.")
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except BROKEN:
        raise damaged(path) from None


def _checked_members(path: Path, found: list[zipfile.ZipInfo], n_bytes: int) -> Mapping[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    for member in found:
        name = member.orig_filename.replace("\\", "/").lower()
        if _is_unsafe(name) or name in members:
            raise ReadError(
                f"{path} has a part whose name leads out of the archive or occurs twice, as only a "
                "faulty program or a hand writes it. Open it in a spreadsheet program and save it again."
            )
        members[name] = member
    if any(member.flag_bits & ENCRYPTED for member in found):
        raise ReadError(f"{path} is protected by a password. Save it without one, or export as CSV.")
    if any(member.compress_type not in METHODS for member in found):
        raise damaged(path)
    unpacked, bounds = sum(member.file_size for member in found), limits()
    is_steep = unpacked > bounds.unpacked_bytes_harmless and unpacked > bounds.unpacking_ratio * n_bytes
    if unpacked > bounds.unpacked_bytes or is_steep:
        raise _bomb(path)
    return members


def _is_unsafe(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/") or ":" in name or "\x00" in name
