"""Removing what is past its retention: cases from the warehouse, and the records of old runs.

Answers "what is too old to be kept". A case is as old as its closing date, or as its opening where it has none, an
enquiry as the day it came; each goes with all its versions. Published figures stand, and a published quarter of which
cases or enquiries are gone is never made anew.
"""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

from pipelines import warehouse
from pipelines.removing import Words, remove_records
from pipelines.settings import Settings

REASON = "past_retention"
_RUN = re.compile(r"^(\d{4})(\d{2})(\d{2})T\d{6}Z-\d{3}$")


def remove_old_records(settings: Settings, database: Path, as_of: date) -> tuple[int, Words]:
    """Remove cases that are past their retention from a warehouse that was just built.

    A record whose dates nobody can read waits in quarantine and is kept, because its age is not known.

    Args:
        settings: say for how long cases are kept.
        database: a warehouse open for writing; it has to be built again when something was removed, and then to be
            written anew.
        as_of: the day the run speaks of.
    Returns:
        How many records and published copies of cases and enquiries were removed, and the words that stand in no
        record any more.
    """
    limit = settings.retention.records_limit(as_of)
    if limit is None:
        return 0, set()
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        for query in _CHOICE:
            connection.execute(query, {"limit": limit} if "$limit" in query else None)
        removed, words = remove_records(connection, reason=REASON, is_expired=True)
    published = removed.get("raw.published_cases", 0) + removed.get("raw.published_enquiries", 0)
    return removed.get("raw.records", 0) + published, words


def remove_old_runs(settings: Settings, as_of: date, *, but: Path | None = None) -> int:
    """Remove the records of runs that are past their retention; ledger, register and activity log stay.

    Args:
        settings: say for how long they are kept.
        as_of: the day the run speaks of.
        but: the record of the run that asks, which stays whatever day it speaks of.
    Returns:
        How many runs' records were removed.
    """
    limit = settings.retention.runs_limit(as_of)
    old = [path for path in settings.internal_root.glob("*") if limit and path != but and _begun(path, limit) < limit]
    for path in old:
        shutil.rmtree(path)
    return len(old)


def _begun(path: Path, otherwise: date) -> date:
    """Give the day of a run from the name of its record; what is no record of a run is not old."""
    found = _RUN.match(path.name)
    return date(*(int(part) for part in found.groups())) if found and path.is_dir() else otherwise


# A quarter without a date is as old as its last day.
_AGE = """coalesce({closed}, {opened}, cast(
    make_date(cast(substring({quarter}, 1, 4) as integer), 3 * cast(substring({quarter}, 7, 1) as integer), 1)
    + interval 1 month - interval 1 day as date))"""
_RECORD_AGE = _AGE.format(closed="times.closed_on", opened="times.opened_on", quarter="times.quarter")
_PUBLISHED_AGE = _AGE.format(closed="published.closed_on", opened="published.opened_on", quarter="published.period")
_CHOICE = (
    f"""
    create or replace temp table leaving_records as
    with aged as (
        select records.record_id, records.case_key, {_RECORD_AGE} as known_on,
            coalesce(cast(records.case_key as varchar), 'row ' || records.record_id) as case_identity
        from raw.records as records join staging.record_times as times using (record_id)
    ),
    old as (select case_identity from aged group by case_identity having arg_max(known_on, record_id) < $limit)
    select record_id, case_key from aged join old using (case_identity)
    """,  # noqa: S608 - names of our own
    f"""
    create or replace temp table leaving_published as
    select published.case_key
    from (
        select case_key, opened_on, closed_on, period from raw.published_cases
        union all
        select enquiry_key, opened_on, null, period from raw.published_enquiries
    ) as published
    left join (select distinct case_key from raw.records) as records on records.case_key = published.case_key
    where published.case_key in (select case_key from leaving_records where case_key is not null)
        or (records.case_key is null and {_PUBLISHED_AGE} < $limit)
    """,  # noqa: S608 - names of our own
)
