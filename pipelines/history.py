"""The history of runs, read from the records they left.

Answers "what was run, how long did it take and how did it end". It needs no server and no settings: a record speaks for
itself. One that cannot be read is told, and the others are read all the same.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.errors import UsageError
from pipelines.processes import is_alive
from pipelines.run_record import FINISHED, PAGE, RECORD, RUNNING
from pipelines.run_words import lasted, meaning_of

RUN_ID = re.compile(r"^\d{8}T\d{6}Z-\d{3}$")
DAMAGED, UNFINISHED, ELSEWHERE = "damaged", "unfinished", "elsewhere"
LAST = "last"


@dataclass(frozen=True)
class RunSummary:
    """One run in the history; `state` is `done`, `failed`, `running`, `unfinished`, `elsewhere` or `damaged`."""

    run: str
    folder: Path
    state: str
    content: Mapping[str, Any]

    @property
    def began(self) -> datetime:
        """Tell when it began; the name of its folder says so, whatever the record holds."""
        return datetime.strptime(self.run[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    @property
    def result(self) -> str:
        """Say in a few words how it ended."""
        means = meaning_of(self.state, self.content.get("exit_code"))["means"]
        if self.state in {FINISHED, RUNNING, DAMAGED, ELSEWHERE}:
            return means
        if self.state == UNFINISHED:
            stages = self.content.get("stages") or []
            return f"{means} (stage: {stages[-1]['stage']})" if stages else means
        return f"exit {self.content.get('exit_code')}: {means}"

    def as_json(self) -> dict[str, Any]:
        """Give the object that `--json` prints: the record as it is, and what was made of it."""
        return {**self.content, "run": self.run, "state": self.state, "result": self.result, "record": str(self.folder)}


def read_runs(internal_root: Path, *, last: int | None = None) -> list[RunSummary]:
    """Read the records of a workspace, the oldest first.

    Args:
        internal_root: the folder of what never leaves the machine.
        last: only so many of the newest; all when None.
    """
    folders = sorted(path for path in internal_root.glob("*") if path.is_dir() and RUN_ID.match(path.name))
    return [read_run(folder) for folder in (folders[-last:] if last else folders)]


def read_run(folder: Path) -> RunSummary:
    """Read one record, whatever state it is in."""
    path = folder / RECORD
    if not path.is_file():
        return RunSummary(folder.name, folder, UNFINISHED, {})
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        summary = RunSummary(folder.name, folder, _state(content), content)
        run_text(summary)  # what cannot be laid out is not a record that this product wrote
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return RunSummary(folder.name, folder, DAMAGED, {})
    return summary


def find_run(internal_root: Path, run: str) -> RunSummary:
    """Give one run by its name, or the newest by `last`.

    Raises:
        UsageError: there is no such run.
    """
    names = sorted(path.name for path in internal_root.glob("*") if path.is_dir() and RUN_ID.match(path.name))
    wanted = names[-1] if run == LAST and names else run
    if wanted not in names:
        known = f"The newest is {names[-1]}." if names else "There is none yet."
        raise UsageError(f"There is no run {run} in {internal_root}. {known} caseload runs lists them.")
    return read_run(internal_root / wanted)


def runs_text(runs: Sequence[RunSummary]) -> str:
    """Lay the history out as a table for a terminal."""
    if not runs:
        return "No run has been recorded yet."
    heads = ("began (UTC)", "what", "took", "files", "rows", "edition", "result", "run")
    rows = [heads, *(_cells(run) for run in runs)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    damaged = [run.folder / RECORD for run in runs if run.state == DAMAGED]
    lines += [f"{path} is damaged and was left out of the figures." for path in damaged]
    return "\n".join([*lines, "One in full: caseload runs --run RUN"])


def run_text(run: RunSummary) -> str:
    """Say everything a person asks about one run."""
    told = run.content
    lines = [
        f"Run {run.run}: {run.result}.",
        f"Began {run.began:%Y-%m-%d %H:%M:%S} UTC, took {_took(run) or 'nobody knows how long'}.",
        f"Asked by: {told.get('asked_by', 'not recorded')}.",
    ]
    if told.get("message"):
        lines.append(str(told["message"]))
    then = meaning_of(run.state, told.get("exit_code"))["next"]
    lines += [f"Next: {then}"] if then else []
    _, what, _, files, rows, edition, *_ = _cells(run)
    lines += [f"{name}: {value}" for name, value in (("Command", what), ("Files", files), ("Rows", rows)) if value]
    lines += [f"Editions: {edition}"] if edition else []
    lines += [
        f"  {stage['stage']:<14} {stage['seconds']:>9.2f} s  {stage['state']}" for stage in told.get("stages", [])
    ]
    page = run.folder / PAGE
    return "\n".join([*lines, f"Report: {page}" if page.is_file() else f"Record: {run.folder}"])


def _state(content: Mapping[str, Any]) -> str:
    status = str(content["status"])
    if status not in {RUNNING, FINISHED, "failed"}:
        raise ValueError(status)
    if status != RUNNING:
        return status
    process = content["process"]
    if process["machine"] != platform.node():
        return ELSEWHERE
    return RUNNING if is_alive(int(process["id"]), process["began"]) else UNFINISHED


def _cells(run: RunSummary) -> tuple[str, ...]:
    told = run.content
    new, known = told.get("files_read"), told.get("files_known")
    files = f"{new + known:,} ({new:,} new)" if new is not None and known is not None else ""
    totals = told.get("totals")
    editions = [
        f"{each['period']} no. {each['edition']}{'' if each['is_new'] else ' stands'}"
        for each in told.get("editions") or []
        if each.get("edition")
    ]
    rows = f"{totals['rows_read']:,}" if totals else ""
    what = str(told.get("command") or "")
    return f"{run.began:%Y-%m-%d %H:%M}", what, _took(run), files, rows, ", ".join(editions), run.result, run.run


def _took(run: RunSummary) -> str:
    seconds = run.content.get("seconds")
    return "" if seconds is None else lasted(seconds)
