"""The way of an edition to the shelf: audited, its cases frozen, noted in the ledger, put in place.

Answers "what is known of a period before it is published" and "is a planned edition safe to publish". The order makes a
stopped run harmless: cases are frozen first, then the ledger says what readers may have seen, then they may see it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines import disk, freezing, holders, promises, warehouse
from pipelines.briefing import Prepared
from pipelines.disclosure.time_links import require_in_order
from pipelines.editions import Plan
from pipelines.errors import CaseloadError, DisclosureError, listed
from pipelines.insiders import figures_beside
from pipelines.ledger import Entry, Known, added, read_ledger
from pipelines.periods import Period
from pipelines.publish.release import stage_edition, stand, stand_or_clear
from pipelines.settings import Settings

NOT_PLACED = "The briefs could not be put in place, so what was published before stands"

if TYPE_CHECKING:
    from pipelines.audit import AuditReport, Insiders


def know(settings: Settings, database: Path, period: Period) -> Known:
    """Read the ledger, and tell whether the period is revised.

    It is when the build let waiting changes of its quarters in, or when it is a year to date whose quarters were
    revised since it was published.

    Raises:
        DisclosureError: the ledger is damaged.
    """
    ledger = read_ledger(settings.internal_root, settings.release_root)
    own = ledger.rounded(period)
    if own is None:
        return Known(ledger, is_revision=False)
    is_let_in = bool({str(quarter) for quarter in period.quarters} & freezing.revised_quarters(database))
    later = ledger.entries[ledger.position(own) + 1 :]
    has_revised_part = any(each.is_revision and period.contains(each.period) for each in later)
    return Known(ledger, is_revision=is_let_in or has_revised_part)


def must_stand(database: Path, period: Period, known: Known) -> bool:
    """Tell whether a published period has to stay as it is, because people were erased from its quarters.

    Anything made anew would be made without them, and would differ by them from what is published. A revision is made
    of so many changes that none of them is seen.
    """
    if known.is_revision or period not in known.ledger.periods():
        return False
    thinned = freezing.thinned_quarters(database) | freezing.thinned_enquiries(database)
    return bool({str(quarter) for quarter in period.quarters} & thinned)


def require_publishable(settings: Settings, periods: Iterable[Period]) -> None:
    """Refuse periods that cannot stand beside each other and what is published, before any of them is.

    Raises:
        DisclosureError: the ledger is damaged, or one period could be subtracted from others.
    """
    require_in_order(periods, read_ledger(settings.internal_root, settings.release_root).periods())


def require_safe(settings: Settings, period: Period, plan: Plan, insiders: Insiders) -> AuditReport:
    """Attack the planned edition from its files, together with every edition that its readers can open.

    Args:
        settings: where editions lie.
        period: the period of the edition.
        plan: its files.
        insiders: what each law centre knows of its own clients, by period; it attacks the network's figures as well.
    Raises:
        DisclosureError: somebody could learn something; the message says what to change.
    """
    from pipelines.audit import audit

    planned = {f"{period}/{plan.number}/{audience}": files for audience, files in plan.files.items()}
    beside = figures_beside(settings.release_root, period)
    # Figures that everybody may read are news to the readers of every centre.
    centres = {key for key in beside if "/centre-" in key} if any("/centre-" not in key for key in planned) else set()
    workers = settings.fan_out.workers
    report = audit(
        {**beside, **planned}, {*planned, *centres}, figures_only=centres, insiders=insiders, workers=workers
    )
    if not report.passed:
        raise DisclosureError(
            listed(list(report.problems), heading=f"The audit of {period} failed, so nothing was released:")
        )
    return report


def put_in_place(
    settings: Settings, prepared: Prepared, known: Known, *, period: Period, plan: Plan, key_id: str
) -> Path:  # fmt: skip
    """Freeze the cases, note the edition in the ledger and put it on the shelf.

    Everything is written first, the edition beside its place and the warehouse beside the one in force. The last line
    of the ledger then decides: a run that is stopped before it leaves things as they were, and one that is stopped
    after it is finished by whoever comes next (`alone`).
    """
    entries = [
        Entry(
            period=period,
            edition=plan.number,
            audience=audience,
            published_on=json.loads(files["manifest.json"])["published_on"],
            rule=prepared.protected.rules[audience].name,
            key_id=key_id,
            manifest=sha256(files["manifest.json"]).hexdigest(),
            shown=prepared.protected.shown[audience],
            is_revision=known.is_revision,
            reach=prepared.protected.rules[audience].reach,
        )
        for audience, files in plan.files.items()
    ]
    staged = stage_edition(settings.release_root, period, plan.number, plan.files)
    try:
        with warehouse.writing(settings.workspace / "warehouse") as database:
            freezing.freeze(database, period.last)
            warehouse.complete(database)
            added(known.ledger, entries, announce=partial(promises.promise, database, known.ledger.path))
    except BaseException:
        with suppress(OSError, CaseloadError):
            _tidy(settings)
        raise
    return stand(staged)


@contextmanager
def alone(settings: Settings, *, patience: float = 0.0) -> Iterator[None]:
    """Let no other run store or publish until the block ends, and finish what a stopped run left behind.

    Args:
        settings: the workspace.
        patience: seconds to wait for another run to finish.
    Raises:
        WarehouseBusy: another run is at work. DisclosureError: the ledger is damaged.
        DiskError: the disk refused something inside the block.
    """
    folder = settings.workspace / "warehouse"
    with holders.held(folder, patience=patience), disk.told(settings.release_root, doing=NOT_PLACED):
        _tidy(settings)
        yield


def _tidy(settings: Settings) -> None:
    manifests = read_ledger(settings.internal_root, settings.release_root).manifests
    stand_or_clear(settings.release_root, manifests)


def waiting_cases(database: Path, period: Period) -> int:
    """Count the cases of a published period that came, went or changed since; internal."""
    quarters = {str(quarter) for quarter in period.quarters}
    return sum(n for quarter, n in freezing.waiting_changes(database).items() if quarter in quarters)


def keep_published(settings: Settings, database: Path) -> None:
    """Let only what was published be frozen: a run that was stopped may have frozen more.

    Raises:
        DisclosureError: the ledger is damaged.
    """
    ledger = read_ledger(settings.internal_root, settings.release_root)
    last = max((str(period.last) for period in ledger.periods()), default="")
    freezing.thaw_later(database, last)
    freezing.set_revised(database, [])


def let_changes_in(settings: Settings, database: Path, period: Period | None, *, key_id: str) -> bool:
    """Let the waiting changes of a published period in, if it is asked for by name and enough of its cases changed.

    Cases that were published under another key cannot be told from new ones, so nothing of theirs is let in; neither is
    anything of a period of which cases are past their retention, because not all of it is there any more.

    Returns:
        Whether the tables have to be built again.
    """
    if period is None:
        return False
    ledger = read_ledger(settings.internal_root, settings.release_root)
    inside = [other for other in ledger.periods() if other != period and period.contains(other)]
    own = ledger.rounded(period)
    if own is None or own.key_id != key_id or inside:
        return False
    if waiting_cases(database, period) < settings.privacy.revision_min_cases:
        return False
    quarters = {str(quarter) for quarter in period.quarters}
    if quarters & freezing.expired_quarters(database):
        return False
    freezing.set_revised(database, quarters, enquiries=_are_let_in(settings, database, quarters))
    return True


def _are_let_in(settings: Settings, database: Path, quarters: set[str]) -> bool:
    """Tell whether enough enquiries of a revised period changed; else they stay, and so do their figures."""
    if quarters & freezing.thinned_enquiries(database, is_expired=True):
        return False
    n_changed = sum(n for quarter, n in freezing.waiting_enquiries(database).items() if quarter in quarters)
    return n_changed >= settings.privacy.revision_min_cases
