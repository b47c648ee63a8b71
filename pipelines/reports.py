"""What a command tells afterwards: to a person, to a program, and to the run's own record.

Answers "what happened". The record in `outputs/internal/<run>/` is kept whether the run went well or not; counts in it
are true and never leave the machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.accounting import FileAccount, totals
from pipelines.advice import advice_lines
from pipelines.errors import CaseloadError
from pipelines.listings import forget_words, write_listings
from pipelines.periods import Period
from pipelines.publication import current_warehouse
from pipelines.request import Request
from pipelines.retaining import remove_old_runs
from pipelines.run import Published, Refreshed, opened, publish, refresh, timed
from pipelines.statistics_record import record_statistics

REHEARSAL = "dry run"
GONE = {
    "erased": "Removed {n:,} rows of people who were erased before and had come back with the warehouse.",
    "past_retention": "Removed {n:,} records and published copies of cases that are past their retention.",
    "runs": "Removed the records of {n:,} runs that are past their retention.",
}
KEPT = "edition {number} stands as it was published, because people were erased from its quarters since."
STATISTICS = "statistics"
DISCLOSURE = "disclosure"
OVERTAKEN = (
    "edition {number} stands. {n} cases have changed since and wait: a few changes would give away the people behind "
    "them."
)


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

    def as_json(self) -> dict[str, Any]:
        """Give the object that `--json` prints."""
        return {
            "command": self.command,
            "status": "done",
            "inputs": [asdict(account) for account in self.refreshed.accounts],
            "totals": totals(self.refreshed.accounts),
            "files_read": self.refreshed.n_files_read,
            "files_known": self.refreshed.n_files_known,
            "drift": [asdict(drift) for drift in self.refreshed.drift],
            "unknown_words": [asdict(words) for words in self.refreshed.looked.unknown_words],
            "age_bands": [asdict(bands) for bands in self.refreshed.looked.age_bands],
            "links": dict(self.refreshed.looked.links),
            "corrections": {str(number): n for number, n in self.refreshed.looked.corrections.items()},
            "removed": {name: n for name, n in self.refreshed.gone.items() if n} | self._runs_removed(),
            "editions": [_edition(edition) for edition in self.published],
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
        gone = {name: n for name, n in self.refreshed.gone.items() if n} | self._runs_removed()
        lines += [GONE[name].format(n=n) for name, n in gone.items()]
        for edition in self.published:
            lines.append(_rehearsed_line(edition) if self.command == REHEARSAL else _published_line(edition))
            if self.command != REHEARSAL and edition.is_new:
                lines += [f"  {edition.folder / audience / 'brief.html'}" for audience in edition.audiences]
            lines += [f"  {audience} left out: {reason}" for audience, reason in edition.left_out.items()]
        if self.index:
            lines.append(f"All briefs: {self.index}")
        if self.record:
            lines.append(f"Accounting, statistics and run record (internal): {self.record}")
        return "\n".join(lines)

    def _runs_removed(self) -> dict[str, int]:
        return {"runs": self.n_runs_removed} if self.n_runs_removed else {}


def checked(request: Request) -> RunReport:
    """Read and validate a workspace and store nothing."""
    with opened(request, keep=False) as work:
        refreshed = refresh(work)
    return RunReport("check", refreshed, timings=refreshed.timings)


def rehearsed(request: Request) -> RunReport:
    """Do everything a run does, up to the rendered files, and store and release nothing."""
    with opened(request, keep=False) as work:
        refreshed = refresh(work)
        published = tuple(publish(request, work.database, dry_run=True))
    return RunReport(REHEARSAL, refreshed, published, timings=_added(refreshed, published))


def executed(request: Request, *, now: datetime, progress: Callable[[str], None] = lambda _: None) -> RunReport:
    """Run a workspace from inbox to release and keep a record of it.

    Args:
        request: what was asked for.
        now: when the run began; names its record.
        progress: called with a sentence as each half begins.
    Returns:
        What happened.
    Raises:
        CaseloadError: anything that stops a run; its record says so too.
    """
    settings = request.settings()
    record = _new_record(settings.internal_root, now)
    with _failures_recorded(record):
        progress("Reading the inbox, validating and building the warehouse …")
        with opened(request) as work:
            refreshed = refresh(work)
        forget_words(settings.internal_root, work.words)
        _write(record / "accounting.json", {"inputs": [asdict(account) for account in refreshed.accounts]})
        write_listings(current_warehouse(settings), record)
        progress("Protecting the figures and making the briefs …")
        published = tuple(publish(request, current_warehouse(settings)))
        (record / DISCLOSURE).mkdir(mode=0o700)
        for each in published:
            _write(record / DISCLOSURE / f"{each.period}.json", each.disclosure)
        progress("Working out the statistics that stay inside …")
        inside: dict[str, float] = {}
        with timed(inside, STATISTICS):
            # A period that stands without some of its cases has no statistics that would agree with its brief.
            for each in (each for each in published if not each.is_kept):
                period, folder = Period.parse(each.period), record / STATISTICS / each.period
                record_statistics(request, current_warehouse(settings), period, folder)
    index = settings.release_root / "index.html"
    timings = _added(refreshed, published) | inside
    n_removed = remove_old_runs(settings, request.as_of)
    report = RunReport("run", refreshed, published, record, index, timings, n_removed)
    _write(record / "run.json", report.as_json())
    return report


@contextmanager
def _failures_recorded(record: Path) -> Iterator[None]:
    """Write a failure into the run's record before it goes on its way."""
    try:
        yield
    except CaseloadError as error:
        _write(record / "run.json", {"status": "failed", "exit_code": error.exit_code, "message": str(error)})
        raise
    except Exception as error:
        # The message of an unforeseen error could quote a record, so only its kind is kept.
        _write(record / "run.json", {"status": "failed", "exit_code": 1, "message": type(error).__name__})
        raise


def _added(refreshed: Refreshed, published: tuple[Published, ...]) -> dict[str, float]:
    timings = dict(refreshed.timings)
    for edition in published:
        timings |= {stage: timings.get(stage, 0.0) + seconds for stage, seconds in edition.timings.items()}
    return timings


def _new_record(internal_root: Path, now: datetime) -> Path:
    """Make the folder of a run; two runs in one second get two."""
    internal_root.mkdir(parents=True, exist_ok=True, mode=0o700)
    internal_root.chmod(0o700)
    for attempt in range(1, 1000):
        folder = internal_root / f"{now:%Y%m%dT%H%M%SZ}-{attempt:03d}"
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise CaseloadError("Too many runs were begun in one second.")


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _edition(edition: Published) -> dict[str, Any]:
    return {
        "period": edition.period,
        "edition": edition.edition,
        "is_new": edition.is_new,
        "is_overtaken": edition.is_overtaken,
        "waiting_cases": edition.n_waiting,
        "folder": str(edition.folder),
        "audiences": list(edition.audiences),
        "left_out": dict(edition.left_out),
        "hidden": dict(edition.n_hidden),
    }


def _accounting_line(accounts: tuple[FileAccount, ...]) -> str:
    states = totals(accounts)
    parts = ", ".join(f"{states[name]:,} {name}" for name in states if name != "rows_read")
    return f"Rows: {states['rows_read']:,} read = {parts}."


def _published_line(edition: Published) -> str:
    if edition.is_overtaken:
        return f"{edition.period}: {OVERTAKEN.format(number=edition.edition, n=edition.n_waiting)}"
    if edition.is_kept:
        return f"{edition.period}: {KEPT.format(number=edition.edition)}"
    if edition.is_new:
        return f"{edition.period}: published as edition {edition.edition}."
    return f"{edition.period}: nothing has changed; edition {edition.edition} stands."


def _rehearsed_line(edition: Published) -> str:
    if edition.is_overtaken:
        return f"{edition.period}: {OVERTAKEN.format(number=edition.edition, n=edition.n_waiting)}"
    if edition.is_kept:
        return f"{edition.period}: {KEPT.format(number=edition.edition)}"
    if not edition.is_new:
        return f"{edition.period}: nothing has changed; edition {edition.edition} stands."
    whom = ", ".join(edition.audiences)
    return f"{edition.period}: can be released to {whom} (dry run: nothing was stored or released)."
