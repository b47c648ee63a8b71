"""Failures at the n-th write of a process: killed on the spot, or refused by the disk.

Python announces every file it opens, renames, makes or removes (`sys.addaudithook`); a hook that raises stops it there.
Flushing is not announced, so `os.fsync` is replaced. What DuckDB writes by itself is met by limits on the size of files
and by a small disk instead (`campaign.py`).
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

KILL, FULL, READ_ONLY, REFUSED = "killed", "disk full", "read-only", "refused once"
CODES = {FULL: errno.ENOSPC, READ_ONLY: errno.EROFS, REFUSED: errno.EACCES}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# Announced events that change a disk, and where their paths stand.
CHANGES = {"os.rename": 1, "os.mkdir": 0, "os.link": 1, "os.truncate": 0, "os.chmod": 0}
REMOVALS = {"os.remove": 0, "os.rmdir": 0}


@dataclass
class Writes:
    """Counts the writes below some folders, and fails one of them; 0 fails none.

    `seen` names each write: what is done, to which file.
    """

    roots: tuple[Path, ...]
    at: int = 0
    kind: str = KILL
    seen: list[str] = field(default_factory=list)

    def install(self) -> None:
        """Watch this process from now on; it cannot be undone."""
        sys.addaudithook(self._hear)
        flush = os.fsync

        def fsync(handle: Any) -> None:
            number = handle if isinstance(handle, int) else handle.fileno()
            self._meet("flush", str(Path(f"/proc/self/fd/{number}").readlink()))
            flush(number)

        os.fsync = fsync

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, (str, bytes, os.PathLike)) and flags & WRITING:
                self._meet("open", os.fsdecode(path))
        elif event in CHANGES or event in REMOVALS:
            path = arguments[(CHANGES | REMOVALS)[event]]
            if not isinstance(path, int):
                self._meet(event.removeprefix("os."), os.fsdecode(path), is_removal=event in REMOVALS)

    def _meet(self, what: str, path: str, *, is_removal: bool = False) -> None:
        if not any(path.startswith(str(root)) for root in self.roots):
            return
        # A full disk lets files be removed; one that may only be read does not.
        if is_removal and self.kind == FULL:
            return
        self.seen.append(f"{what} {path}")
        number = len(self.seen)
        if not self.at or number < self.at or (number > self.at and self.kind == REFUSED):
            return
        if self.kind == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        code = CODES[self.kind]
        raise OSError(code, os.strerror(code), path)


def in_a_child(work: Callable[[], int], *, silent: bool = True) -> int:
    """Call something in a process of its own, group included, and give its exit code; below 0 is a signal."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 99
    try:
        os.setsid()
        if silent:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        code = work()
    except SystemExit as stop:
        code = int(stop.code or 0)
    except BaseException:
        if not silent:
            import traceback

            traceback.print_exc()
    finally:
        os._exit(code)
