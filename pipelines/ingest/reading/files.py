"""A file at the door: whether its name and nature are safe, and whether it stays the same while it is read.

Answers "may this be opened" and "are these the bytes of one and the same file". What the bytes are is left to
`kinds.py`, what they hold to the readers.
"""

from __future__ import annotations

import io
import os
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from pipelines.errors import CaseloadError, ReadError
from pipelines.ingest.reading.limits import megabytes

SUFFIXES = (
    ".csv", ".tsv", ".txt", ".tab", ".psv", ".xlsx", ".xlsm", ".ods", ".parquet", ".jsonl", ".ndjson", ".json",
)  # fmt: skip
LONGEST_NAME = 200
# Characters that look like the separators of a path, and the backslash, which is one on other systems.
SEPARATORS = "/\\\u2044\u2215\u2216\u29f5\u29f8\u29f9\ufe68\uff0f\uff3c"
# Control, format (bidirectional overrides among them), half and unassigned characters, line and paragraph ends.
UNPRINTABLE = ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")
BLOCK = 1 << 20
# Not there on every system; without them the checks before and after opening still hold.
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class CheckedFile(io.BufferedReader):
    """A file open for reading that knows what it was when it was opened."""

    def __init__(self, path: Path, opened: os.stat_result, descriptor: int) -> None:
        super().__init__(io.FileIO(descriptor, "rb"))
        self._path = path
        self._state = _state(opened)

    def check_unchanged(self) -> None:
        """Refuse a file that was written to, replaced or taken away since it was opened.

        Raises:
            ReadError: it is not what it was.
        """
        try:
            is_same = _state(os.fstat(self.fileno())) == self._state == _state(os.lstat(self._path))
        except OSError:
            is_same = False
        if not is_same:
            raise ReadError(
                f"{self._path} changed while it was read, so nothing of it was stored. Wait until the export or the "
                "copy has finished, then run again."
            )

    def whole(self, limit: int) -> bytes:
        """Read the file from its beginning to its end, at most `limit` bytes.

        Raises:
            ReadError: it is larger.
        """
        self.seek(0)
        content = self.read(limit + 1)
        if len(content) > limit:
            raise ReadError(
                f"{self._path} is larger than {megabytes(limit)}, more than a file of this kind may be. Export fewer "
                "columns or a shorter time, or export as CSV."
            )
        return content


def _state(status: os.stat_result) -> tuple[int, ...]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


@contextmanager
def open_checked(path: Path) -> Iterator[CheckedFile]:
    """Open a regular file, and make sure on leaving that it is still what it was.

    Links, pipes and devices are refused without being opened. `check_unchanged` of the file can be called earlier too.

    Args:
        path: the file; it is not altered.
    Returns:
        The file, open for reading bytes.
    Raises:
        ReadError: it is no regular file, cannot be opened, or changed before the block was left. A change is told
        instead of a failure to read, because it explains the failure.
    """
    with _opened(path) as file:
        try:
            yield file
        except CaseloadError:
            file.check_unchanged()
            raise
        file.check_unchanged()


def _opened(path: Path) -> CheckedFile:
    try:
        before = os.lstat(path)
        _require_regular(path, before)
        descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW)
        opened = os.fstat(descriptor)
    except OSError as error:
        raise ReadError(f"{path} cannot be opened: {error.strerror}.") from None
    file = CheckedFile(path, opened, descriptor)
    if _state(opened) != _state(before):
        file.close()
        raise ReadError(f"{path} was replaced while it was opened. Wait until the copy has finished, then run again.")
    return file


def _require_regular(path: Path, status: os.stat_result) -> None:
    kinds = {stat.S_IFLNK: "a link to another file", stat.S_IFDIR: "a folder"}
    if not stat.S_ISREG(status.st_mode):
        kind = kinds.get(stat.S_IFMT(status.st_mode), "a pipe or a device")
        raise ReadError(f"{path} is {kind}, not a file. Put the file itself into the inbox.")


def snapshot(path: Path, limit: int) -> bytes:
    """Read a whole file of limited size, for formats that are read from their end.

    Args:
        path: the file.
        limit: the most bytes it may have.
    Raises:
        ReadError: it is larger, cannot be opened, or changed while it was read.
    """
    with open_checked(path) as file:
        return file.whole(limit)


def file_digest(path: Path) -> str:
    """Give the SHA-256 of a file as hexadecimal digits.

    Raises:
        ReadError: it cannot be opened, or changed while it was read.
    """
    with open_checked(path) as file:
        return stream_digest(file)


def stream_digest(file: io.BufferedReader) -> str:
    """Give the SHA-256 of what is left of an open file as hexadecimal digits."""
    digest = sha256()
    while block := file.read(BLOCK):
        digest.update(block)
    return digest.hexdigest()


def check_name(path: Path) -> None:
    """Refuse a file whose name could deceive a reader of a message, a terminal or a program.

    Args:
        path: the file; only the last part of it is looked at, the folders above are the workspace's own.
    Raises:
        ReadError: the name is unsafe; the message shows it escaped.
    """
    name = path.name
    faults = {
        "holds characters that cannot be seen": any(unicodedata.category(letter) in UNPRINTABLE for letter in name),
        "holds a sign that stands for a folder": any(letter in SEPARATORS for letter in name),
        "begins or ends with a blank": name != name.strip(),
        f"is longer than {LONGEST_NAME} characters": len(name) > LONGEST_NAME,
    }
    found = [fault for fault, is_so in faults.items() if is_so]
    if found:
        folder = str(path.parent).encode("utf-8", "backslashreplace").decode()
        raise ReadError(
            f"A file in {folder} is named {ascii(name)[:LONGEST_NAME]}: the name {' and '.join(found)}. Rename it with "
            "letters, digits, hyphens and full stops."
        )
