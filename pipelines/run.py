"""The story of each command, as plain functions.

A run has two halves. `refresh` brings the warehouse up to date: receive, check, harmonise, build, check again.
`publish` makes the briefs of one period; its story is in `publishing.py`. Prefect wraps the same functions in
`flows.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.engines import Engine, InProcess
from pipelines.periods import Quarter
from pipelines.publishing import Published, publish, write_release_index
from pipelines.request import Request
from pipelines.settings import Settings
from pipelines.stages import timed

__all__ = ["Checked", "Published", "Refreshed", "Work", "alone", "publish", "refresh", "write_release_index"]

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.accounting import FileAccount
    from pipelines.corrections import Correction
    from pipelines.drift import FileDrift
    from pipelines.ingest.profiles import Profile
    from pipelines.listings import Looked
    from pipelines.validate import RuleCount


@dataclass(frozen=True, eq=False)
class Work:
    """A run in progress: its request, what was read from the workspace, and the database it writes to.

    `gone` counts what the run removed for good: records past their retention, and erased people who had come back;
    `words` are those that stand in no record any more, as source, field and word.
    """

    request: Request
    settings: Settings
    profiles: Mapping[str, Profile]
    corrections: tuple[Correction, ...]
    database: Path
    engine: Engine = field(default_factory=InProcess, repr=False)
    gone: dict[str, int] = field(default_factory=dict)
    words: set[tuple[str, str, str]] = field(default_factory=set, repr=False)

    @property
    def key(self) -> str:
        """Give the network's secret key; made on the first run."""
        from pipelines.keys import network_key

        return network_key(self.settings, self.request.variables)


@dataclass(frozen=True)
class Checked:
    """What the gate after the build found; internal, counts are true."""

    accounts: tuple[FileAccount, ...]
    drift: tuple[FileDrift, ...]
    looked: Looked
    rules: tuple[RuleCount, ...] = ()


@dataclass(frozen=True)
class Refreshed:
    """What `refresh` did; internal, counts are true."""

    n_files_read: int
    n_files_known: int
    accounts: tuple[FileAccount, ...]
    drift: tuple[FileDrift, ...]
    looked: Looked
    timings: Mapping[str, float]
    rules: tuple[RuleCount, ...] = ()
    gone: Mapping[str, int] = field(default_factory=dict)


def refresh(work: Work) -> Refreshed:
    """Bring the database of a run up to date with the inbox.

    Args:
        work: an opened workspace.
    Returns:
        The accounting of every file.
    Raises:
        CaseloadError: anything that stops a run; the warehouse is then as it was before.
    """
    timings: dict[str, float] = {}
    with timed("receive", timings):
        files = receive_files(work)
    with timed("check_records", timings):
        of_records = check_records(work)
    with timed("harmonise", timings):
        harmonise_words(work)
    with timed("build", timings):
        build_tables(work)
    with timed("check_cases", timings):
        found = check_cases(work)
    return replace(summed_up(work, files, of_records, found), timings=timings)


def summed_up(work: Work, files: tuple[int, int], of_records: tuple[RuleCount, ...], found: Checked) -> Refreshed:
    """Put together what the steps of a refresh found; `files` are how many were read, and how many were known."""
    rules = (*of_records, *found.rules)
    return Refreshed(*files, found.accounts, found.drift, found.looked, {}, rules=rules, gone=dict(work.gone))


@contextmanager
def alone(request: Request) -> Iterator[None]:
    """Let no other run store or publish until the block ends, so that its two halves speak of the same cases.

    Raises:
        WarehouseBusy: another run is at work.
    """
    from pipelines import shelving

    settings = request.settings()
    with shelving.alone(settings, patience=settings.patience):
        yield


@contextmanager
def opened(request: Request, *, keep: bool = True) -> Iterator[Work]:
    """Open a workspace for writing: settings and profiles checked, the warehouse locked and copied.

    The copy takes the place of the warehouse when the block ends well and `keep` is set; otherwise it is thrown away.
    """
    from pipelines import engines, warehouse
    from pipelines.corrections import load_corrections
    from pipelines.receiving import load_profiles
    from pipelines.remarks import read_remarks
    from pipelines.statistics_record import check_declarations

    settings = request.settings()
    check_declarations(settings)
    read_remarks(settings)
    profiles = load_profiles(settings)
    corrections = load_corrections(settings)
    with (
        warehouse.writing(settings.workspace / "warehouse", keep=keep, patience=settings.patience) as database,
        engines.opened(settings.engine, database) as engine,
    ):
        yield Work(request, settings, profiles, corrections, database, engine)


def receive_files(work: Work) -> tuple[int, int]:
    """Store every new file of the inbox as it arrived; give how many were read and how many were known.

    Erased people are not stored, and those who came back with an older warehouse are removed.
    """
    from pipelines.erasing import keep_out
    from pipelines.receiving import receive

    work.gone["erased"], words = keep_out(work.settings, work.database, key=work.key)
    work.words.update(words)
    received = receive(work.settings, work.profiles, work.database, key=work.key, only=work.request.sources)
    return received.n_read, received.n_known


def check_records(work: Work) -> tuple[RuleCount, ...]:
    """Check the records as they arrived; give what became of every rule."""
    from pipelines.quality import check_records as check

    return check(work.settings, work.database, work.engine.run_suite)


def harmonise_words(work: Work) -> None:
    """Read every distinct word into codes, and say which quarters each publication period holds."""
    from pipelines import warehouse
    from pipelines.harmonising import harmonise
    from pipelines.publication_periods import set_publication_periods
    from pipelines.shelving import keep_published

    wanted = [work.request.period] if work.request.period else []
    # A database that is open already opens at once, and each of these opens it.
    with warehouse.connect(work.database):
        harmonise(work.settings, work.profiles, work.database, corrections=work.corrections, key=work.key)
        set_publication_periods(work.database, [*work.settings.publish, *wanted], as_of=work.request.as_of)
        keep_published(work.settings, work.database)


def build_tables(work: Work) -> int:
    """Build every SQL model and run every check, all or nothing; give the number of tables.

    Which cases are past their retention, and whether enough cases of a published period have changed, is known only
    afterwards; then all is built once more.
    """
    from pipelines.keys import key_id
    from pipelines.removing import rewrite
    from pipelines.retaining import remove_old_records
    from pipelines.shelving import let_changes_in

    build = work.engine.build
    n_tables = build(work.database)
    work.gone["past_retention"], words = remove_old_records(work.settings, work.database, work.request.as_of)
    work.words.update(words)
    if work.gone["past_retention"]:
        build(work.database)
        rewrite(work.database)
    if let_changes_in(work.settings, work.database, work.request.period, key_id=key_id(work.key)):
        build(work.database)
    return n_tables


def check_cases(work: Work) -> Checked:
    """Check the cases that will be counted; give the accounting of every file, and what else was found."""
    from pipelines import warehouse
    from pipelines.accounting import read_accounts, refuse_too_many_quarantined
    from pipelines.drift import read_drift, refuse_collapse
    from pipelines.listings import look
    from pipelines.quality import check_cases as check

    accounts = read_accounts(work.database)
    refuse_too_many_quarantined(work.database, accounts, work.settings.quarantined_share)
    rules = check(work.database, latest=Quarter.of(work.request.as_of), run_suite=work.engine.run_suite)
    with warehouse.reading(work.database):
        drift = read_drift(work.database, work.profiles)
        refuse_collapse(drift, work.profiles)
        return Checked(accounts, drift, look(work.database), rules=rules)
