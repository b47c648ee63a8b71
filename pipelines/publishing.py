"""Publishing the briefs of a period: analyse, protect, render, audit, put in place.

Answers "what is published now". Nothing is put in place that the audit of its files does not pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.modes import kept_private
from pipelines.periods import Period
from pipelines.request import Request
from pipelines.settings import Settings
from pipelines.stages import timed

if TYPE_CHECKING:
    from pipelines.briefing import Prepared
    from pipelines.editions import Plan
    from pipelines.ledger import Known


@dataclass(frozen=True)
class Published:
    """One period's briefs; `is_new` is False when the standing edition stays.

    `audiences` are those it was made for, `left_out` those that could not be protected, with the reason. In a dry run
    nothing is placed and `is_new` says what would be.

    `n_waiting` counts cases that changed since the period was published and wait; `n_hidden` the hidden figures of each
    audience; `disclosure` says what protection cost and what the audit found. All three are internal.
    """

    period: str
    edition: int
    is_new: bool
    folder: Path
    audiences: tuple[str, ...]
    left_out: Mapping[str, str]
    n_waiting: int
    n_hidden: Mapping[str, int]
    disclosure: Mapping[str, Any]
    timings: Mapping[str, float]
    is_kept: bool = False

    @property
    def is_overtaken(self) -> bool:
        """Tell whether the standing edition stays although cases have changed since."""
        return not self.is_new and self.n_waiting > 0


@kept_private()
def publish(request: Request, database: Path, *, dry_run: bool = False) -> list[Published]:
    """Make the briefs of the wanted period, or of every period the workspace publishes.

    Args:
        request: the workspace, period, audiences and day.
        database: the warehouse to rehearse on; a release is made from the one in force.
        dry_run: protect and render, but place nothing.
    Returns:
        One entry per period.
    Raises:
        UsageError: the period has no cases. DisclosureError: it cannot be released safely; where several periods are
            asked for and one of them can never stand beside the others, none is published.
    """
    from pipelines.publication import current_warehouse, wanted_periods
    from pipelines.publish.languages import read_languages
    from pipelines.shelving import alone, require_publishable

    settings = request.settings()
    read_languages(settings.languages)
    published = []
    with alone(settings, patience=settings.patience):
        # Another run may have put a new version in force before this one was alone.
        database = database if dry_run else current_warehouse(settings)
        periods = [request.period] if request.period else wanted_periods(settings, database, as_of=request.as_of)
        require_publishable(settings, periods)
        for period in periods:
            published.append(_publish(request, settings, database, period=period, dry_run=dry_run))
            # Publishing froze the cases of the period, in a new version of the warehouse.
            database = database if dry_run else current_warehouse(settings)
    return published


def _publish(request: Request, settings: Settings, database: Path, *, period: Period, dry_run: bool) -> Published:
    from pipelines import warehouse
    from pipelines.keys import key_id, network_key
    from pipelines.shelving import put_in_place, require_safe

    timings: dict[str, float] = {}
    # A database that is open already opens at once, and it is read some twenty times.
    with warehouse.reading(database):
        known, n_waiting, prepared = _prepared(request, settings, database, period=period, timings=timings)
    if prepared is None:
        return _standing(settings, period, known, n_waiting=n_waiting)
    with timed("render", timings):
        plan = _plan(request, settings, prepared, known, period=period)
    audited: dict[str, Any] = {}
    if plan.is_new:
        with nullcontext() if dry_run else warehouse.copied_ahead(settings.workspace / "warehouse"):
            with timed("audit", timings):
                audited = require_safe(settings, period, plan, prepared.protected.insiders).as_json()
            if not dry_run:
                with timed("release", timings):
                    own_key = key_id(network_key(settings, request.variables))
                    put_in_place(settings, prepared, known, period=period, plan=plan, key_id=own_key)
    if not dry_run:
        write_release_index(settings)
    return Published(
        period=str(period),
        edition=plan.number,
        is_new=plan.is_new,
        folder=settings.release_root / str(period) / str(plan.number),
        audiences=tuple(plan.files) or prepared.audiences,
        left_out=prepared.protected.left_out,
        n_waiting=0 if known.is_revision else n_waiting,
        n_hidden=prepared.n_hidden,
        disclosure={"protection": prepared.protected.report, "audit": audited},
        timings=timings,
    )


def _prepared(
    request: Request, settings: Settings, database: Path, *, period: Period, timings: dict[str, float]
) -> tuple[Known, int, Prepared | None]:
    """Read and protect a period: what is known of it, how many cases wait, and nothing where its edition must stand."""
    from pipelines.briefing import make_editions
    from pipelines.publication import read_true_counts
    from pipelines.shelving import know, must_stand, waiting_cases

    with timed("analyse", timings):
        known = know(settings, database, period)
        n_waiting = waiting_cases(database, period)
        if must_stand(database, period, known):
            return known, n_waiting, None
        caseload = read_true_counts(settings, database, period, as_of=request.as_of)
    with timed("protect", timings):
        return known, n_waiting, make_editions(request, settings, caseload, database, known)


def _standing(settings: Settings, period: Period, known: Known, *, n_waiting: int) -> Published:
    """Say that a published period stays as it is."""
    number = known.ledger.newest_edition(period)
    audiences = {each.audience for each in known.ledger.entries if each.period == period}
    return Published(
        period=str(period),
        edition=number,
        is_new=False,
        folder=settings.release_root / str(period) / str(number),
        audiences=tuple(sorted(audiences)),
        left_out={},
        n_waiting=n_waiting,
        n_hidden={},
        disclosure={},
        timings={},
        is_kept=True,
    )


def _plan(request: Request, settings: Settings, prepared: Prepared, known: Known, *, period: Period) -> Plan:
    from pipelines.editions import plan_edition
    from pipelines.rendering import render_briefs

    return plan_edition(
        settings.release_root,
        period,
        request.as_of,
        audiences=prepared.audiences,
        ledger=known.ledger,
        render=partial(render_briefs, prepared, translations=settings.languages, workers=settings.fan_out.workers),
    )


def write_release_index(settings: Settings) -> None:
    """List every release on disk in `outputs/release/index.html`, and for machines in `catalog.jsonld`."""
    from pipelines.publish.catalog import write_catalogue
    from pipelines.publish.index import write_index

    write_index(settings.release_root)
    write_catalogue(settings.release_root)
