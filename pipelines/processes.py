"""Processes of this machine: is one still going on?

Answers for a run whose record has no end, and for whoever is said to hold a lock.
"""

from __future__ import annotations

import os
from pathlib import Path


def process_began(process: int) -> str | None:
    """Tell when a process began, in the clock ticks of its machine; None where the system does not say.

    Numbers of processes are used again; with this, two that had one number are told apart.
    """
    try:
        return Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def is_alive(process: int, began: str | None = None) -> bool:
    """Tell whether a process goes on; where it is known when it began, it has to be the same one."""
    if began is not None:
        return process_began(process) == began
    if os.name != "posix":
        return True  # asking would end it there
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
