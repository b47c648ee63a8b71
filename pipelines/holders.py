"""Who is writing the warehouse, for the one who has to wait.

Answers "which process holds the lock". The lock itself is the operating system's; what is noted beside it is for people
only, so a note that was left by a process which is gone is never believed.
"""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.errors import WarehouseBusy
from pipelines.processes import is_alive

_NOTE = ".holder"


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
