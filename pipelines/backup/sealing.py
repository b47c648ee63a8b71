"""Encrypted streams: bytes go in plain and reach the disk encrypted, and come back checked piece by piece.

Answers "is this file whole, and was it made for this key". Age seals every 64 KiB with a counter and a mark on the last
piece, so that a changed, cut, lengthened or reordered file is found. Encryption runs beside the caller, joined by a
pipe, so that neither a whole archive in memory nor a plain byte on disk is needed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import BinaryIO

from pipelines.backup.key import BackupKey
from pipelines.errors import ReadError, UsageError

BLOCK = 1 << 16
CHANGED = "some of it was changed, is missing or was added"
WAY_OUT = "Nothing was written. Copy it again from where it is kept, or take another backup."


class _Beside(Thread):
    """Does one thing in a thread of its own and keeps what went wrong."""

    def __init__(self, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._work = work
        self.failure: Exception | None = None

    def run(self) -> None:
        """Do it."""
        try:
            self._work()
        except Exception as error:
            self.failure = error


class _Written:
    """The file that is written to; it keeps what the system said, of which the library passes on words alone."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.failure: OSError | None = None

    def write(self, block: bytes) -> int:
        """Write some bytes."""
        try:
            return self._file.write(block)
        except OSError as error:
            self.failure = error
            raise

    def flush(self) -> None:
        """Nothing is kept back."""


@contextmanager
def sealed(file: BinaryIO, key: BackupKey, *, name: Path) -> Iterator[BinaryIO]:
    """Give a stream to write plain bytes to; they reach `file` encrypted.

    Args:
        file: open for writing.
        key: who will be able to open it.
        name: the file in messages.
    Raises:
        UsageError: the file cannot be written, such as when the disk is full.
    """
    import pyrage  # type: ignore[import-untyped]

    inlet, outlet = os.pipe()
    target = _Written(file)

    def encrypt() -> None:
        with os.fdopen(inlet, "rb") as plain:
            pyrage.encrypt_io(plain, target, [key.recipient])

    beside = _Beside(encrypt)
    beside.start()
    try:
        with os.fdopen(outlet, "wb", BLOCK) as plain:
            yield plain
    except BrokenPipeError:
        beside.join()
        _tell_unwritten(beside, target, name)
        raise
    finally:
        beside.join()
    _tell_unwritten(beside, target, name)


def _tell_unwritten(beside: _Beside, target: _Written, name: Path) -> None:
    if beside.failure:
        why = target.failure.strerror if target.failure else type(beside.failure).__name__
        raise UsageError(f"The backup {name} cannot be written: {why}. Choose another place with --to.")


@contextmanager
def unsealed(file: BinaryIO, key: BackupKey, *, name: Path) -> Iterator[BinaryIO]:
    """Give a stream of the plain bytes of an encrypted file; the end of the block says whether all were genuine.

    Args:
        file: open for reading.
        key: opens it.
        name: the file in messages.
    Raises:
        ReadError: it was made for another key, or changed, cut or lengthened. What the block itself raises gives way:
            damage explains it.
    """
    import pyrage

    inlet, outlet = os.pipe()

    def decrypt() -> None:
        with os.fdopen(outlet, "wb", BLOCK) as plain:
            pyrage.decrypt_io(file, plain, [key.identity])

    beside = _Beside(decrypt)
    beside.start()
    try:
        with os.fdopen(inlet, "rb", BLOCK) as plain:
            yield plain
            while plain.read(BLOCK):
                pass
    finally:
        beside.join()
        _tell_unreadable(beside, name)


def _tell_unreadable(beside: _Beside, name: Path) -> None:
    import pyrage

    failure = beside.failure
    if failure is None or isinstance(failure, BrokenPipeError):
        return
    if isinstance(failure, OSError) and failure.errno:
        raise ReadError(f"{name} cannot be read: {failure.strerror}.") from None
    if isinstance(failure, pyrage.DecryptError):
        raise ReadError(
            f"{name} cannot be opened with this key: it was made for another one, it is no backup, or its beginning is "
            "damaged. Nothing was written. Try the key that was in use when it was made, or another backup."
        ) from None
    raise ReadError(f"{name} is damaged: {CHANGED}. {WAY_OUT}") from None
