"""The record of a run: what it was asked, how far it got, how it ended and what it took.

Answers "what does a run leave about itself". The record is begun before any work and written anew as each stage begins,
so that a run that is killed leaves word of where it was. It holds true counts and the names of files, never a value
from a record; nobody but its owner can read it.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

from pipelines import __version__, disk
from pipelines.errors import CaseloadError
from pipelines.modes import PRIVATE_FILE, PRIVATE_FOLDER
from pipelines.processes import process_began
from pipelines.request import Request
from pipelines.settings import Settings
from pipelines.stages import STOPPED, Stage, watched

FORMAT = 1
COMMAND_LINE = "command line"
RECORD, PAGE = "run.json", "report.html"
RUNNING, FINISHED, FAILED = "running", "done", "failed"
STOPPED_BY_HAND = 130
NOT_RECORDED = "The record of this run cannot be written"
PACKAGES = ("duckdb", "polars", "great-expectations", "matplotlib", "prefect")


@dataclass(eq=False)
class Recording:
    """The record of a run that is going on: its folder, and what is known so far."""

    folder: Path
    content: dict[str, Any]

    def tell(self, **facts: Any) -> None:
        """Add facts and keep them on disk at once."""
        self.content |= facts
        self.write(RECORD, self.content)

    def write(self, name: str, content: Mapping[str, Any]) -> None:
        """Write one JSON file of the record, whole or not at all.

        Raises:
            DiskError: the disk does not take it.
        """
        self.write_text(name, json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n")

    def write_text(self, name: str, text: str) -> None:
        """Write one file of the record that its owner alone can read, whole or not at all.

        Raises:
            DiskError: the disk does not take it.
        """
        target = self.folder / name
        with disk.told(self.folder, doing=NOT_RECORDED):
            disk.make_folder(target.parent, PRIVATE_FOLDER)
            disk.replace_file(target, text.encode(), PRIVATE_FILE)


@contextmanager
def recording(
    request: Request, command: str, *, now: datetime, asked_by: str = COMMAND_LINE
) -> Iterator[Recording]:  # fmt: skip
    """Keep the record of what happens inside, whether it goes well, fails or is killed.

    Args:
        request: what was asked for.
        command: what is done, such as `run`.
        now: when it began; names the record. How long it takes is measured apart, so a changed clock does no harm.
        asked_by: the command line, or the name of a flow.
    Raises:
        SettingsError: the settings cannot be read; there is no record then.
        DiskError: the record cannot be written.
    """
    settings = request.settings()
    folder = _new_folder(settings.internal_root, now)
    named = {"run": folder.name, "command": command, "asked_by": asked_by, "began": _said(now)}
    record = Recording(folder, named | _begun(request, settings))
    began = perf_counter()

    def progressed(stages: list[Stage]) -> None:
        record.tell(stages=[asdict(stage) | {"seconds": round(stage.seconds, 3)} for stage in stages])

    record.tell()
    try:
        with watched(progressed):
            yield record
        _end(record, settings, now, perf_counter() - began, outcome={"status": FINISHED, "exit_code": 0})
    except BaseException as error:
        # What went wrong is told in any case, even where its record cannot be.
        with suppress(Exception):
            _end(record, settings, now, perf_counter() - began, outcome=_failure(error))
        raise


def _begun(request: Request, settings: Settings) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "network": settings.network_name,
        "asked_for": {
            "as_of": request.as_of.isoformat(),
            "period": str(request.period) if request.period else None,
            "audiences": list(request.audiences),
            "sources": list(request.sources),
        },
        "product_version": __version__,
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in PACKAGES}},
        "process": {"id": os.getpid(), "machine": platform.node(), "began": process_began(os.getpid())},
        "status": RUNNING,
        "ended": None,
        "stages": [],
    }


def _failure(error: BaseException) -> dict[str, Any]:
    """Describe a failure. The message of an unforeseen one could quote a record, so only its kind is kept."""
    if isinstance(error, OSError):
        error = disk.refused(error, Path(), doing=disk.NOT_COMPLETED)
    if isinstance(error, CaseloadError):
        return {"status": FAILED, "exit_code": error.exit_code, "message": str(error)}
    if isinstance(error, KeyboardInterrupt):
        return {"status": FAILED, "exit_code": STOPPED_BY_HAND, "message": "Stopped by hand."}
    return {"status": FAILED, "exit_code": 1, "message": f"A fault in the program ({type(error).__name__})."}


def _end(record: Recording, settings: Settings, now: datetime, seconds: float, *, outcome: dict[str, Any]) -> None:
    """Complete the record and make its page; the page is made of what is on disk, as the record is read later."""
    from pipelines.run_page import run_page

    stopped = [stage["stage"] for stage in record.content["stages"] if stage["state"] == STOPPED]
    record.tell(
        **outcome,
        ended=_said(now + timedelta(seconds=seconds)),
        seconds=round(seconds, 3),
        stopped_in=stopped[-1] if stopped else None,
        disk=_disk(settings),
        **_resources(),
    )
    record.write_text(PAGE, run_page(record.content, record.folder))


def _new_folder(internal_root: Path, now: datetime) -> Path:
    """Make the folder of a run; two runs in one second get two."""
    with disk.told(internal_root, doing=NOT_RECORDED):
        disk.make_folder(internal_root, PRIVATE_FOLDER)
        internal_root.chmod(PRIVATE_FOLDER)
        for attempt in range(1, 1000):
            folder = internal_root / f"{now:%Y%m%dT%H%M%SZ}-{attempt:03d}"
            with suppress(FileExistsError):
                folder.mkdir(mode=PRIVATE_FOLDER)
                return folder
    raise CaseloadError("Too many runs were begun in one second.")


def folder_bytes(folder: Path) -> int:
    """Add up the sizes of all files below a folder; one that goes away meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += os.lstat(Path(place, name)).st_size
    return total


def _disk(settings: Settings) -> dict[str, int]:
    return {
        "warehouse_bytes": folder_bytes(settings.workspace / "warehouse"),
        "release_bytes": folder_bytes(settings.release_root),
        "internal_bytes": folder_bytes(settings.internal_root),
    }


def _resources() -> dict[str, float | None]:
    """Give the most memory that this process or one it started held, and the processor time of all of them."""
    times = os.times()
    found: dict[str, float | None] = {"cpu_seconds": round(sum(times[:4]), 2), "peak_memory_mb": None}
    with suppress(ImportError):  # not on every system
        import resource

        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        found["peak_memory_mb"] = round(peak / (1024**2 if sys.platform == "darwin" else 1024), 1)
    return found


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
