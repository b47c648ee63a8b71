"""Writing to disk so that it lasts, and saying what a disk refused.

Answers "is it safely there" and "what does a person do when it cannot be". A file counts as written when its bytes and
its name are on the disk: only then may another file lead to it, because a power cut keeps no order of its own.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipelines.errors import DiskError
from pipelines.modes import OPEN_FOLDER, PRIVATE_FILE

NOT_COMPLETED = "The command could not be completed"
_MEGABYTE = 1_000_000
_CAUSES = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the space that this account may use is full",
    errno.EFBIG: "the file became larger than this system allows",
    errno.EROFS: "the disk may only be read",
    errno.EACCES: "this account may not write there",
    errno.EPERM: "this account may not write there",
}
_REMEDIES = {
    errno.ENOSPC: "Free some space",
    errno.EDQUOT: "Free some space",
    errno.EFBIG: "Raise the limit of this account (ulimit -f)",
    errno.EROFS: "Make the disk writable",
    errno.EACCES: "Let this account write to the whole workspace",
    errno.EPERM: "Let this account write to the whole workspace",
}


def flush_file(path: Path) -> None:
    """Put the bytes of a file on the disk."""
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def flush_folder(folder: Path) -> None:
    """Put the names in a folder on the disk; systems that cannot open folders do this themselves."""
    if os.name != "nt":
        flush_file(folder)


def make_folder(folder: Path, mode: int = OPEN_FOLDER, *, above: int = OPEN_FOLDER) -> None:
    """Make a folder and those above it, each with its name on the disk; one that exists stays as it is.

    Args:
        folder: to make.
        mode: who may look into it, whatever this user's umask is.
        above: the same for those above it that are missing.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent, above, above=above)
    folder.mkdir(exist_ok=True, mode=mode)
    folder.chmod(mode)
    flush_folder(folder.parent)


def write_file(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Write one file and put its bytes on the disk; its name is not, until its folder is flushed."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        path.chmod(mode)
        os.fsync(file.fileno())


def replace_file(path: Path, data: bytes, mode: int = PRIVATE_FILE) -> None:
    """Write one file in one step: a reader, or whoever looks after a power cut, sees the old bytes or the new."""
    make_folder(path.parent)
    beside = path.with_name(f".{path.name}.part")
    try:
        write_file(beside, data, mode)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


@contextmanager
def told(folder: Path, *, doing: str) -> Iterator[None]:
    """Turn what the disk refuses inside the block into a message for the person who keeps the computer.

    Args:
        folder: where was written; its free space is told.
        doing: what could not be done, such as "The warehouse could not be written".
    Raises:
        DiskError: the block raised an `OSError`.
    """
    try:
        yield
    except OSError as error:
        raise refused(error, folder, doing=doing) from None


def refused(error: OSError, folder: Path, *, doing: str) -> DiskError:
    """Say what the disk refused, where, how much room there is and what to do next."""
    code = error.errno or 0
    where = error.filename2 or error.filename or folder
    cause = _CAUSES.get(code, error.strerror or type(error).__name__)
    remedy = _REMEDIES.get(code, "Mend what it names")
    return DiskError(f"{doing}: {cause} ({where}).{_room(folder)} Nothing was lost. {remedy} and run again.")


def refusal_in(message: str) -> OSError | None:
    """Find what the disk refused in the message of a database, by the words of the system; nothing else is kept."""
    codes = (*_CAUSES, errno.EIO)
    return next((OSError(code, os.strerror(code)) for code in codes if os.strerror(code) in message), None)


def _room(folder: Path) -> str:
    """Tell the free space beside the room that a run takes: a copy of the warehouse, and what it grows by."""
    try:
        free = shutil.disk_usage(folder).free
        needed = 2 * sum(path.stat().st_size for path in folder.glob("*.duckdb"))
    except OSError:
        return ""
    return f" There are {free // _MEGABYTE:,} MB free; a run needs about {needed // _MEGABYTE + 100:,} MB."
