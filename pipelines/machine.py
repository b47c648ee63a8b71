"""How a run shares a machine out: `reference/machine.toml`, and the memory that there is.

Answers "how much memory may the warehouse take, when is a process of its own worth it, and how often is a step tried".
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.resources import reference_file


@cache
def decided(part: str) -> dict[str, Any]:
    """Give one table of the file."""
    return dict(read_toml(reference_file("machine.toml"), SettingsError)[part])


def memory_limit() -> str:
    """Say how much memory the warehouse may take on this machine."""
    return f"{memory_megabytes(_machine_megabytes())}MB"


def memory_megabytes(machine: float) -> int:
    """Give the megabytes that the warehouse may take on a machine with so many.

    >>> memory_megabytes(2000), memory_megabytes(6000), memory_megabytes(64000)
    (1000, 1500, 2000)
    """
    told = decided("warehouse")
    wanted = machine * float(told["share_of_memory"])
    return int(min(told["most_megabytes"], max(told["least_megabytes"], wanted)))


def _machine_megabytes() -> float:
    """Give the memory of the machine; nought where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    except (AttributeError, OSError, ValueError):
        return 0.0
