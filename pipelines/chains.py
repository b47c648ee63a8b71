"""Records that are only ever added to: one JSON object a line, each with the digest of the line before.

Answers "has anybody changed what was written down". A changed, missing or inserted line breaks the chain; lines cut off
at the end do not, so a copy of the newest line belongs with the backups.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipelines import __version__, disk
from pipelines.modes import PRIVATE_FILE, PRIVATE_FOLDER


def append(path: Path, entry: Mapping[str, Any], *, now: datetime) -> None:
    """Write one line at the end, on disk before anything else happens.

    Processes that write at the same time take turns. A last line without an end was being written when a process was
    stopped; it is cut off, because nobody could tell what it was to say.

    Args:
        path: the record; made for its owner alone when it is missing.
        entry: what the line says beside time, user, computer, version and the digest of the line before.
        now: the time of the line.
    Raises:
        OSError: the disk is full, or the file cannot be written.
    """
    disk.make_folder(path.parent, PRIVATE_FOLDER)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
    try:
        with _turn(handle):
            whole = _whole_lines(handle)
            before = whole.splitlines()[-1] if whole else b""
            stamp = {
                "at": now.isoformat(timespec="seconds"),
                "user": _user(),
                "host": platform.node(),
                "version": __version__,
                "before": sha256(before).hexdigest() if before else "",
            }
            _write_all(handle, json.dumps({**entry, **stamp}, sort_keys=True).encode() + b"\n", end=len(whole))
    finally:
        os.close(handle)
    disk.flush_folder(path.parent)


def read(path: Path) -> list[dict[str, Any]]:
    """Give every whole line of a record that `broken` finds nothing wrong with; none when there is no file."""
    return [json.loads(line) for line in _lines(path)]


def broken(path: Path) -> list[str]:
    """Say where a record was changed.

    Returns:
        One sentence for each line that is damaged or does not follow from the one before; empty when all is well, or
        when there is no file.
    """
    problems, before = [], b""
    for number, line in enumerate(_lines(path), start=1):
        try:
            told = json.loads(line)["before"]
        except (ValueError, KeyError, TypeError):
            problems.append(f"Line {number} of {path} is damaged.")
        else:
            if told != (sha256(before).hexdigest() if before else ""):
                problems.append(f"Line {number} of {path} does not follow from the line before.")
        before = line
    return problems


def _lines(path: Path) -> list[bytes]:
    whole, _, _ = (path.read_bytes() if path.is_file() else b"").rpartition(b"\n")
    return whole.split(b"\n") if whole else []


def _whole_lines(handle: int) -> bytes:
    """Read the lines of an open record, and cut off one that has no end."""
    with os.fdopen(os.dup(handle), "rb") as file:
        file.seek(0)
        text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    if len(whole) < len(text):
        os.ftruncate(handle, len(whole))
    return whole


def _write_all(handle: int, line: bytes, *, end: int) -> None:
    """Put a line on the disk whole; one for which there is no room is taken back, so that it never counts."""
    left = memoryview(line)
    try:
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    except BaseException:
        os.ftruncate(handle, end)
        raise


def _user() -> str:
    """Give the name of the account; its number where the computer has no name for it, as in a container."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return f"account {os.getuid()}"


if sys.platform == "win32":

    @contextmanager
    def _turn(handle: int) -> Iterator[None]:
        """Keep other processes from writing meanwhile."""
        import msvcrt

        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        try:
            yield
        finally:
            os.lseek(handle, 0, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:

    @contextmanager
    def _turn(handle: int) -> Iterator[None]:
        """Keep other processes from writing meanwhile; the lock ends with the process that holds it."""
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)
