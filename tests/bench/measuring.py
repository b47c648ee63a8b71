"""Measure a command with everything it starts: wall and processor seconds, memory, stages, what others did meanwhile.

Answers "what did it take, and was the machine quiet". Memory of all processes together and the stages of a run are
looked at ten times a second from outside, so nothing that is measured has to help; where the system does not show
processes (only Linux does), those figures are left out.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LOOKED_EVERY = 0.1
MOST_TOLD = 2000
TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
BEFORE = "start"


class FailedError(Exception):
    """A command that was measured ended badly."""


@dataclass(frozen=True)
class Measure:
    """One command.

    `peak_mb` is the most that one process held and `all_mb` all of them together. `stages` holds, for each stage of a
    run, processor seconds and the most memory of all processes. `others` is the share of the machine's processors that
    other work took. Memory in MB of 1024 * 1024 bytes.
    """

    wall: float
    cpu: float
    peak_mb: float
    printed: dict[str, Any]
    all_mb: float = 0.0
    stages: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    others: float = 0.0


def measure(
    command: Sequence[str], cwd: Path, *, workspace: Path | None = None, most_seconds: float | None = None
) -> Measure:
    """Run a command that prints one JSON object, and measure it with everything it started.

    Args:
        command: program and arguments.
        cwd: where it runs.
        workspace: the workspace of a `caseload run`, to tell its stages apart.
        most_seconds: after so long it is ended with everything it started.
    Raises:
        FailedError: it did not end with 0; the message holds the end of what it said.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        before, start = busy_seconds(), time.perf_counter()
        # A session of its own, so that it can be ended with everything it started.
        process = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=err, env=_environment(), start_new_session=True)
        with (
            _ended_after(process.pid, most_seconds),
            Watch(process.pid, (lambda: stage_of(workspace)) if workspace else (lambda: BEFORE)) as watch,
        ):
            _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise FailedError(f"{' '.join(command[1:4])} ended with {process.returncode}:\n{err.read()[-MOST_TOLD:]}")
        printed = json.loads(out.read())
    cpu, peak = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    others = max(busy_seconds() - before - cpu, 0) / (wall * (os.cpu_count() or 1))
    return Measure(wall, cpu, peak, printed, max(peak, watch.peak), watch.stages, others)


@contextmanager
def _ended_after(group: int, seconds: float | None) -> Iterator[None]:
    """End a group of processes that takes too long, or whose bench is stopped: it does not hear of a Ctrl-C itself."""
    clock = Timer(seconds or 0, os.killpg, [group, signal.SIGKILL])
    if seconds:
        clock.start()
    try:
        yield
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        raise
    finally:
        clock.cancel()


def _environment() -> dict[str, str]:
    """Let a command find the product wherever it runs, compiled once as where it is installed."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPATH": str(ROOT)}


class Watch:
    """Looks again and again at a process and all below it, from when it is entered until it is left."""

    def __init__(self, process: int, stage: Callable[[], str]) -> None:
        """Say which process, and how to tell the stage it is in."""
        self.peak = 0.0
        self.stages: dict[str, tuple[float, float]] = {}
        self._process, self._stage, self._cpu = process, stage, 0.0
        self._ended = Event()
        self._thread = Thread(target=self._look)

    def __enter__(self) -> Watch:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop looking."""
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(LOOKED_EVERY):
            cpu, memory = held(self._process)
            stage = self._stage()
            spent, peak = self.stages.get(stage, (0.0, 0.0))
            self.stages[stage] = (spent + max(cpu - self._cpu, 0.0), max(peak, memory))
            self._cpu, self.peak = max(cpu, self._cpu), max(self.peak, memory)


def held(process: int) -> tuple[float, float]:
    """Add up processor seconds and memory (MB) of a process and all below it; shared pages count for each."""
    cpu = memory = 0.0
    for each in _family(process):
        with suppress(OSError, IndexError):
            # The name of a program may hold blanks and brackets; the figures follow the last bracket.
            told = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            cpu += sum(map(int, told[11:15])) / TICKS
            memory += int(told[21]) * PAGE / 1024**2
    return cpu, memory


def _family(process: int) -> Iterable[int]:
    waiting = [process]
    while waiting:
        each = waiting.pop()
        yield each
        for thread in Path(f"/proc/{each}/task").glob("*"):
            with suppress(OSError):
                waiting += map(int, (thread / "children").read_text().split())


def stage_of(workspace: Path) -> str:
    """Give the stage that the newest run of a workspace is in, as its record says."""
    with suppress(OSError, ValueError, IndexError):
        newest = max((workspace / "outputs" / "internal").glob("*/run.json"))
        stages = json.loads(newest.read_text("utf-8"))["stages"]
        return next((each["stage"] for each in reversed(stages) if each["state"] == "under way"), BEFORE)
    return BEFORE


def busy_seconds() -> float:
    """Give the seconds that all processors have worked since the machine began; 0 where the system does not say."""
    with suppress(OSError):
        told = [int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
        return (sum(told[:3]) + sum(told[5:8])) / TICKS
    return 0.0


def median(values: Iterable[float]) -> float:
    """Give the middle value."""
    return statistics.median(values)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Say one value as it is, several by the middle one, the lowest and the highest."""
    middle = f"{median(values):,.{digits}f}"
    return f"{middle} ({min(values):,.{digits}f} to {max(values):,.{digits}f})" if values[1:] else middle


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Give the slope of the straight line through costs on log axes, by least squares: 1 is in proportion, 0 is flat.

    >>> round(slope([10, 100, 1000], [2, 20, 200]), 3)
    1.0
    """
    import math

    return statistics.linear_regression([math.log(size) for size in sizes], [math.log(cost) for cost in costs]).slope


def machine() -> str:
    """Describe the machine without naming it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    names = ("duckdb", "polars", "pandas", "great-expectations", "matplotlib")
    packages = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}; {packages}."
    )


def load(measures: Iterable[Measure]) -> str:
    """Say how much of the machine other work took while something was measured."""
    shares = [each.others * 100 for each in measures]
    return (
        f"Other work took {min(shares):.0f} to {max(shares):.0f} % of the processors while it ran, in the middle"
        f" {median(shares):.0f} %."
    )
