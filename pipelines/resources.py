"""What a run finds where it runs: the files that travel with the package, and the memory of the machine.

In an installed wheel `sql/` and `expectations/` lie inside the package; in a checkout they lie beside it.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
REFERENCE = PACKAGE / "reference"
# Megabytes that the warehouse may hold in memory at least and at most, and the share of the machine's in between.
# Python, a file that is being read and Great Expectations need about as much again at most, so all stays within 4 GB.
LEAST_MEMORY, MOST_MEMORY, SHARE_OF_MEMORY = 1000, 2000, 0.25


def _beside_or_inside(name: str) -> Path:
    inside = PACKAGE / name
    return inside if inside.is_dir() else PACKAGE.parent / name


def sql_folder() -> Path:
    """Give the folder that holds the SQL models."""
    return _beside_or_inside("sql")


def expectations_folder() -> Path:
    """Give the folder that holds the Great Expectations suites."""
    return _beside_or_inside("expectations")


def reference_file(*parts: str) -> Path:
    """Give the path of a packaged reference file, such as `reference_file("codelists", "genders.csv")`."""
    return REFERENCE.joinpath(*parts)


def memory_limit() -> str:
    """Say how much memory the warehouse may take: a quarter of the machine's, but at least 1 GB and at most 2 GB."""
    return f"{memory_megabytes(_machine_megabytes())}MB"


def memory_megabytes(machine: float) -> int:
    """Give the megabytes that the warehouse may take on a machine with so many.

    >>> memory_megabytes(2000), memory_megabytes(6000), memory_megabytes(64000)
    (1000, 1500, 2000)
    """
    return int(min(MOST_MEMORY, max(LEAST_MEMORY, machine * SHARE_OF_MEMORY)))


def _machine_megabytes() -> float:
    """Give the memory of the machine; nought where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e6
    except (AttributeError, OSError, ValueError):
        return 0.0
