"""What a command tells afterwards: to a person, to a program, and to the run's own record.

Answers "what happened". The record in `outputs/internal/<run>/` is kept whether the run went well or not; counts in it
are true and never leave the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.accounting import FileAccount, totals
from pipelines.advice import advice_lines
from pipelines.modes import kept_private
from pipelines.publication import current_warehouse
from pipelines.recorded import (
    edition_facts,
    keep_published,
    keep_refreshed,
    refreshed_facts,
    removed_facts,
    tell_published,
    tell_refreshed,
)
from pipelines.request import Request
from pipelines.run import Published, Refreshed, alone, opened, publish, refresh
from pipelines.run_record import COMMAND_LINE, Recording, recording
from pipelines.run_words import REHEARSAL, run_words


@dataclass(frozen=True)
class RunReport:
    """One command's outcome; internal, counts are true."""

    command: str
    refreshed: Refreshed
    published: tuple[Published, ...] = ()
    record: Path | None = None
    index: Path | None = None
    timings: Mapping[str, float] = field(default_factory=dict)
    n_runs_removed: int = 0

    @property
    def removed(self) -> dict[str, int]:
        """Count what was removed for good, by why."""
        runs = {"runs": self.n_runs_removed} if self.n_runs_removed else {}
        return {**removed_facts(self.refreshed), **runs}

    def as_json(self) -> dict[str, Any]:
        """Give the object that `--json` prints."""
        return {
            "command": self.command,
            "status": "done",
            **refreshed_facts(self.refreshed),
            "removed": self.removed,
            "editions": [edition_facts(edition) for edition in self.published],
            "record": str(self.record) if self.record else None,
            "timings": {stage: round(seconds, 3) for stage, seconds in self.timings.items()},
        }

    def as_text(self) -> str:
        """Give the lines a person reads."""
        lines = [
            f"Files: {self.refreshed.n_files_read} read, {self.refreshed.n_files_known} known already.",
            _accounting_line(self.refreshed.accounts),
            *advice_lines(self.refreshed),
        ]
        lines += [run_words()["removed"][name].format(n=n) for name, n in self.removed.items()]
        for edition in self.published:
            lines.append(_edition_line(edition, is_rehearsal=self.command == REHEARSAL))
            if self.command != REHEARSAL and edition.is_new:
                lines += [f"  {edition.folder / audience / 'brief.html'}" for audience in edition.audiences]
            lines += [f"  {audience} left out: {reason}" for audience, reason in edition.left_out.items()]
        if self.index:
            lines.append(f"All briefs: {self.index}")
        if self.record and self.index:
            lines.append(f"Accounting, statistics and run record (internal): {self.record}")
        return "\n".join(lines)


def checked(request: Request, *, now: datetime | None = None, asked_by: str = COMMAND_LINE) -> RunReport:
    """Read and validate a workspace and store nothing; with `now`, a small record of it is kept."""
    with _small_record(request, "check", now=now, asked_by=asked_by) as record:
        with opened(request, keep=False) as work:
            refreshed = refresh(work)
            if record:
                tell_refreshed(record, work, refreshed)
        folder = record.folder if record else None
    return RunReport("check", refreshed, record=folder, timings=refreshed.timings)


def rehearsed(request: Request, *, now: datetime | None = None, asked_by: str = COMMAND_LINE) -> RunReport:
    """Do everything a run does, up to the rendered files, and store and release nothing."""
    with _small_record(request, REHEARSAL, now=now, asked_by=asked_by) as record:
        with opened(request, keep=False) as work:
            refreshed = refresh(work)
            if record:
                tell_refreshed(record, work, refreshed)
            published = tuple(publish(request, work.database, dry_run=True))
            if record:
                tell_published(record, published)
        folder = record.folder if record else None
    return RunReport(REHEARSAL, refreshed, published, folder, timings=_added(refreshed, published))


@kept_private()
def executed(
    request: Request,
    *,
    now: datetime,
    progress: Callable[[str], None] = lambda _: None,
    asked_by: str = COMMAND_LINE,
) -> RunReport:
    """Run a workspace from inbox to release and keep a record of it.

    Args:
        request: what was asked for.
        now: when the run began; names its record.
        progress: called with a sentence as each half begins.
        asked_by: the command line, or the name of a flow.
    Returns:
        What happened.
    Raises:
        CaseloadError: anything that stops a run; its record says so too.
    """
    settings = request.settings()
    with recording(request, "run", now=now, asked_by=asked_by) as record, alone(request):
        progress("Reading the inbox, validating and building the warehouse …")
        with opened(request) as work:
            refreshed = refresh(work)
        keep_refreshed(record, work, refreshed)
        progress("Protecting the figures and making the briefs …")
        published = tuple(publish(request, current_warehouse(settings)))
        progress("Working out the statistics that stay inside …")
        inside: dict[str, float] = {}
        n_removed = keep_published(record, request, published, timings=inside)
        timings, index = _added(refreshed, published) | inside, settings.release_root / "index.html"
    return RunReport("run", refreshed, published, record.folder, index, timings, n_removed)


@contextmanager
def _small_record(
    request: Request, command: str, *, now: datetime | None, asked_by: str
) -> Iterator[Recording | None]:  # fmt: skip
    """Keep a record when the moment is known; without one nobody asked for it."""
    if now is None:
        yield None
        return
    with recording(request, command, now=now, asked_by=asked_by) as record:
        yield record


def _added(refreshed: Refreshed, published: tuple[Published, ...]) -> dict[str, float]:
    timings = dict(refreshed.timings)
    for edition in published:
        timings |= {stage: timings.get(stage, 0.0) + seconds for stage, seconds in edition.timings.items()}
    return timings


def _accounting_line(accounts: tuple[FileAccount, ...]) -> str:
    states = totals(accounts)
    parts = ", ".join(f"{states[name]:,} {name}" for name in states if name != "rows_read")
    return f"Rows: {states['rows_read']:,} read = {parts}."


def _edition_line(edition: Published, *, is_rehearsal: bool) -> str:
    said, number = run_words()["editions"], edition.edition
    if edition.is_overtaken:
        outcome = said["overtaken"].format(number=number, n=edition.n_waiting)
    elif edition.is_kept:
        outcome = said["kept"].format(number=number)
    elif not edition.is_new:
        outcome = f"nothing has changed; edition {number} stands."
    elif is_rehearsal:
        whom = ", ".join(edition.audiences)
        outcome = f"can be released to {whom} (dry run: nothing was stored or released)."
    else:
        outcome = f"published as edition {number}."
    return f"{edition.period}: {outcome}"
