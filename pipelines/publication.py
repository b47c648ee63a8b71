"""What to publish, and the true counts to publish it from.

Answers "which period" and "is there anything in it".
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipelines.analysis.breakdowns import Caseload, read_caseload
from pipelines.analysis.centre_caseloads import read_centre_caseloads
from pipelines.analysis.detail import is_detailed
from pipelines.errors import UsageError
from pipelines.labels import dimension_labels
from pipelines.periods import Period, Quarter
from pipelines.settings import Settings
from pipelines.warehouse import current_database, read_frame, reading


def wanted_periods(settings: Settings, database: Path, *, as_of: date) -> list[Period]:
    """Choose what to publish when nobody asked: the periods of the settings, else the latest finished quarter.

    Args:
        settings: the workspace.
        database: the warehouse to publish from.
        as_of: the day the run speaks of; a quarter is finished when it ended before.
    Raises:
        UsageError: there are no cases, or no quarter with cases is finished.
    """
    if settings.publish:
        return list(settings.publish)
    quarters = _quarters(database)
    if not quarters:
        raise UsageError(
            f"No case has been received yet. Put files into the folders of {settings.inbox} and run again."
        )
    finished = [quarter for quarter in quarters if quarter.last_day < as_of]
    if not finished:
        raise UsageError(f"No quarter with cases had ended by {as_of}. Choose one with --period.")
    return [Period(finished[-1], finished[-1])]


def read_true_counts(settings: Settings, database: Path, period: Period, *, as_of: date) -> Caseload:
    """Read the true counts of a period.

    Args:
        settings: gives the display order of codes.
        database: the warehouse to publish from.
        period: one of its publication periods.
        as_of: the day the run speaks of.
    Raises:
        UsageError: no case was opened in the period, or it has not ended.
    """
    if not is_prepared(database, period):
        raise UsageError(
            f"The warehouse was built without {period}. Build it again with: caseload run --period {period}"
        )
    caseload = read_counts(settings, database, period)
    if not caseload.n_cases:
        quarters = _quarters(database)
        span = f" Cases were opened from {quarters[0]} to {quarters[-1]}." if quarters else ""
        raise UsageError(f"No case was opened in {period}, so there is nothing to publish.{span}")
    if period.last.last_day >= as_of:
        # Published figures are frozen, so half a quarter would stand for the whole of it.
        raise UsageError(f"{period} has not ended by {as_of}, so it cannot be published yet. Choose an earlier period.")
    return caseload


def read_counts(settings: Settings, database: Path, period: Period) -> Caseload:
    """Read the true counts of a period, whether it may be published or not."""
    return read_caseload(database, period, _orders(settings, database), own_groups=tuple(settings.own_groups.values()))


def read_centre_counts(settings: Settings, database: Path, period: Period) -> dict[str, Caseload]:
    """Read the true counts of each centre that has a client or an enquiry in the period: it knows its own of both."""
    orders, own_groups = _orders(settings, database), tuple(settings.own_groups.values())
    found = read_centre_caseloads(database, period, orders, own_groups=own_groups, centres=settings.centres)
    return {
        centre: replace(caseload, sources=_sources_of(settings, centre, known=orders["source_id"]))
        for centre, caseload in found.items()
        if not (caseload.profiles.is_empty() and caseload.of_enquiries.profiles.is_empty())
    }


def _sources_of(settings: Settings, centre: str, *, known: Collection[str]) -> frozenset[str]:
    """Give the sources of a centre; none where a column of some file names centres, which any of them may be in."""
    sources = [each for each in settings.sources.values() if each.source_id in known]
    is_open = any(not each.centre_id for each in sources)
    return frozenset() if is_open else frozenset(each.source_id for each in sources if each.centre_id == centre)


def _orders(settings: Settings, database: Path) -> dict[str, tuple[str, ...]]:
    """Give the codes of each dimension in display order; a source of enquiries has no row among those of cases."""
    found = {name: tuple(labels) for name, labels in dimension_labels(settings).items()}
    with reading(database) as connection:
        without = set(read_frame(connection, _WITHOUT_CASES)["source_id"])
    return found | {"source_id": tuple(source for source in found["source_id"] if source not in without)}


def is_prepared(database: Path, period: Period) -> bool:
    """Tell whether all that a brief is made from was built for a period, as for those that a run was asked for."""
    with reading(database) as connection:
        return is_detailed(connection, period)


def current_warehouse(settings: Settings) -> Path:
    """Give the database in force.

    Raises:
        UsageError: nothing was ever stored.
    """
    database = current_database(settings.workspace / "warehouse")
    if database is None:
        raise UsageError("The warehouse is still empty. Run without --period first, or put files into the inbox.")
    return database


def _quarters(database: Path) -> list[Quarter]:
    with reading(database) as connection:
        quarters = read_frame(connection, "select distinct period from core.cases order by period")["period"]
    return [Quarter.parse(text) for text in quarters.to_list()]


_WITHOUT_CASES = """
    select source_id from reference.sources where holds_enquiries
    except select source_id from core.counted_cases
"""
