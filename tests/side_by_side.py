"""Jobs for other processes: what a worker is asked to do in tests."""

from __future__ import annotations

import os
import sys
import time
from multiprocessing import parent_process
from pathlib import Path

from pipelines.errors import DisclosureError
from pipelines.workers import spread

JOBS = tuple(range(16))


def squared(number: int) -> tuple[int, int]:
    """Say who did the work."""
    time.sleep(0.002 * (len(JOBS) - number))
    return number * number, os.getpid()


def slept(seconds: float) -> int:
    """Take so long, and say who did it."""
    time.sleep(seconds)
    return os.getpid()


def refused(number: int) -> int:
    """Fail at every third job, and say which."""
    if number % 3 == 2:
        raise DisclosureError(f"Job {number} cannot be released.")
    return number


def faulty(number: int) -> int:
    """Fail as a program with a fault does."""
    return 1 // (number - 5) + number


def lost(number: int) -> int:
    """Kill any worker that takes it."""
    if parent_process() is not None:
        os._exit(9)
    return number


def noted(place: str) -> None:
    """Write down the process, and stay busy."""
    Path(place, str(os.getpid())).touch()
    time.sleep(1.0)


if __name__ == "__main__":
    spread(noted, [sys.argv[1]] * 400, workers=2)
