"""The story of each command, as plain functions.

A run has two halves. `refresh` brings the warehouse up to date: receive, check, harmonise, build, check again.
`publish` makes the briefs of one period: analyse, protect, render, place. Prefect wraps the same functions in
`flows.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from pipelines.errors import RevisionRefused
from pipelines.periods import Period, Quarter
from pipelines.request import Request
from pipelines.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.accounting import FileAccount
    from pipelines.corrections import Correction
    from pipelines.drift import FileDrift
    from pipelines.ingest.profiles import Profile
    from pipelines.listings import Looked


@dataclass(frozen=True, eq=False)
class Work:
    """A run in progress: its request, what was read from the workspace, and the database it writes to."""

    request: Request
    settings: Settings
    profiles: Mapping[str, Profile]
    corrections: tuple[Correction, ...]
    database: Path

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


@dataclass(frozen=True)
class Refreshed:
    """What `refresh` did; internal, counts are true."""

    n_files_read: int
    n_files_known: int
    accounts: tuple[FileAccount, ...]
    drift: tuple[FileDrift, ...]
    looked: Looked
    timings: Mapping[str, float]


@dataclass(frozen=True)
class Published:
    """One period's briefs; `is_new` is False when the standing edition stays.

    It stays because it says the same already, or because `is_overtaken`: figures have changed since, which this version
    cannot publish safely. In a dry run nothing is placed and `is_new` says what would be.

    `n_hidden` counts the hidden figures of each table; internal.
    """

    period: str
    edition: int
    is_new: bool
    is_overtaken: bool
    folder: Path
    audiences: tuple[str, ...]
    n_hidden: Mapping[str, int]
    timings: Mapping[str, float]


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
    with timed(timings, "receive"):
        n_read, n_known = receive_files(work)
    with timed(timings, "check_records"):
        check_records(work)
    with timed(timings, "harmonise"):
        harmonise_words(work)
    with timed(timings, "build"):
        build_tables(work)
    with timed(timings, "check_cases"):
        found = check_cases(work)
    return Refreshed(n_read, n_known, found.accounts, found.drift, found.looked, timings)


def publish(request: Request, database: Path, *, dry_run: bool = False) -> list[Published]:
    """Make the briefs of the wanted period, or of every period the workspace publishes.

    Args:
        request: the workspace, period, audiences and day.
        database: the warehouse to publish from.
        dry_run: protect and render, but place nothing.
    Returns:
        One entry per period.
    Raises:
        UsageError: the period has no cases. DisclosureError: it cannot be released safely.
    """
    from pipelines.publication import wanted_periods

    settings = request.settings()
    periods = [request.period] if request.period else wanted_periods(settings, database, as_of=request.as_of)
    return [_publish(request, settings, database, period=period, dry_run=dry_run) for period in periods]


@contextmanager
def opened(request: Request, *, keep: bool = True) -> Iterator[Work]:
    """Open a workspace for writing: settings and profiles checked, the warehouse locked and copied.

    The copy takes the place of the warehouse when the block ends well and `keep` is set; otherwise it is thrown away.
    """
    from pipelines import warehouse
    from pipelines.corrections import load_corrections
    from pipelines.receiving import load_profiles
    from pipelines.statistics_record import check_declarations

    settings = request.settings()
    check_declarations(settings)
    profiles = load_profiles(settings)
    corrections = load_corrections(settings)
    with warehouse.writing(settings.workspace / "warehouse", keep=keep) as database:
        yield Work(request, settings, profiles, corrections, database)


def receive_files(work: Work) -> tuple[int, int]:
    """Store every new file of the inbox as it arrived; give how many were read and how many were known."""
    from pipelines.receiving import receive

    received = receive(work.settings, work.profiles, work.database, key=work.key, only=work.request.sources)
    return received.n_read, received.n_known


def check_records(work: Work) -> None:
    """Check the records as they arrived."""
    from pipelines.quality import check_records as check

    check(work.settings, work.database)


def harmonise_words(work: Work) -> None:
    """Read every distinct word into codes, and say which quarters each publication period holds."""
    from pipelines.harmonising import harmonise, set_publication_periods

    harmonise(work.settings, work.profiles, work.database, corrections=work.corrections, key=work.key)
    wanted = [work.request.period] if work.request.period else []
    set_publication_periods(work.database, [*work.settings.publish, *wanted])


def build_tables(work: Work) -> int:
    """Build every SQL model and run every check, all or nothing; give the number of tables."""
    from pipelines.models import build

    return build(work.database)


def check_cases(work: Work) -> Checked:
    """Check the cases that will be counted; give the accounting of every file, and what else was found."""
    from pipelines.accounting import read_accounts, refuse_too_many_quarantined
    from pipelines.drift import read_drift, refuse_collapse
    from pipelines.listings import look
    from pipelines.quality import check_cases as check

    accounts = read_accounts(work.database)
    refuse_too_many_quarantined(work.database, accounts, work.settings.quarantined_share)
    check(work.database, latest=Quarter.of(work.request.as_of))
    drift = read_drift(work.database, work.profiles)
    refuse_collapse(drift, work.profiles)
    return Checked(accounts, drift, look(work.database))


@contextmanager
def timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    """Note how long a stage took, in seconds."""
    began = perf_counter()
    yield
    timings[stage] = timings.get(stage, 0.0) + perf_counter() - began


def _publish(request: Request, settings: Settings, database: Path, *, period: Period, dry_run: bool) -> Published:
    from pipelines.briefing import make_editions
    from pipelines.editions import place, rehearse, standing
    from pipelines.publication import read_true_counts

    timings: dict[str, float] = {}
    with timed(timings, "analyse"):
        caseload = read_true_counts(settings, database, period, as_of=request.as_of)
    with timed(timings, "protect"):
        prepared = make_editions(request, settings, caseload, database)
    with timed(timings, "release"):
        planned = rehearse if dry_run else place
        try:
            placed = planned(settings.release_root, period, request.as_of, prepared.render)
        except RevisionRefused:
            # A schedule asks for no period: late cases every night are no failure, and the edition stands.
            if request.period:
                raise
            placed = standing(settings.release_root, period)
        if not dry_run:
            write_release_index(settings)
    return Published(
        period=str(period),
        edition=placed.number,
        is_new=placed.is_new,
        is_overtaken=placed.is_overtaken,
        folder=placed.folder,
        audiences=request.audiences,
        n_hidden=prepared.n_hidden,
        timings=timings,
    )


def write_release_index(settings: Settings) -> None:
    """List every release on disk in `outputs/release/index.html`."""
    from pipelines.publish.index import write_index

    write_index(settings.release_root)
