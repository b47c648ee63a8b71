"""Who may write the warehouse: one process at a time, and who it is.

Answers "is somebody writing, and which process is it". The lock itself is the operating system's; what is noted beside
it is for people only, so a note that was left by a process which is gone is never believed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines import disk, promises
from pipelines.errors import WarehouseBusy
from pipelines.modes import PRIVATE_FOLDER, kept_private
from pipelines.processes import is_alive

NOT_WRITTEN = "The warehouse could not be brought up to date, so the former one stays in force"
_NOTE = ".holder"


@contextmanager
def held(folder: Path, *, patience: float = 0.0) -> Iterator[None]:
    """Let no other run write until the block ends; within the block, `writing` waits for nobody.

    The lock is the operating system's: it is released when its process ends, however it ends.

    Args:
        folder: the workspace's `warehouse` folder; made when it is missing.
        patience: seconds to wait for another run to finish.
    Raises:
        WarehouseBusy: another run is writing. DiskError: the folder cannot be written to.
    """
    with kept_private():
        lock = _acquired(folder, patience)
        try:
            if lock.lock_counter == 1:
                with disk.told(folder, doing=NOT_WRITTEN):
                    note(folder)
                    promises.settle(folder)
            yield
        finally:
            lock.release()


def _acquired(folder: Path, patience: float) -> FileLock:
    with disk.told(folder, doing=NOT_WRITTEN):
        disk.make_folder(folder, PRIVATE_FOLDER)
        folder.chmod(PRIVATE_FOLDER)  # one that was copied from elsewhere may be open to others
        lock = FileLock(folder / ".lock", is_singleton=True)
        try:
            lock.acquire(timeout=patience)
        except Timeout:
            raise busy(folder) from None
    return lock


def is_locked(folder: Path) -> bool:
    """Tell whether a process holds the lock of a warehouse; asking takes it for an instant where nobody does."""
    try:
        with FileLock(folder / ".lock", timeout=0):
            return False
    except Timeout:
        return True


def note(folder: Path) -> None:
    """Note that this process holds the lock of a folder."""
    (folder / _NOTE).write_text(str(os.getpid()), encoding="utf-8")


def holder(folder: Path) -> int | None:
    """Give the number of the process that holds the lock, unless what was noted is of one that is gone."""
    try:
        number = int((folder / _NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return number if is_alive(number) else None


def busy(folder: Path) -> WarehouseBusy:
    """Say that somebody else is writing, and who."""
    who = f" (process {number})" if (number := holder(folder)) else ""
    return WarehouseBusy(
        f"Another run{who} is writing {folder}. Wait until it has finished and run again; nothing was changed."
    )
