"""Drift: in which ways a source's files change from one to the next.

Answers "does this file still look like the ones before it". Changed columns are seen when a file is read; a field that
is suddenly left empty is seen here, against the source's earlier files. Nothing here names a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipelines import warehouse
from pipelines.declarations import read_toml
from pipelines.errors import SettingsError, ValidationFailed, listed
from pipelines.ingest.profiles import Profile
from pipelines.resources import reference_file

FELL = "completeness_fell"


@cache
def advice() -> dict[str, dict[str, Any]]:
    """Give the sentences and thresholds of `reference/advice.toml`."""
    return read_toml(reference_file("advice.toml"), SettingsError)


@dataclass(frozen=True)
class FileDrift:
    """One way in which one file differs.

    `before` and `now` are shares of records from 0 to 1 where a share fell; `is_newest` tells whether the file is the
    last of its source.
    """

    source: str
    file: str
    kind: str
    subject: str
    detail: str = ""
    before: float | None = None
    now: float | None = None
    is_newest: bool = False

    def sentence(self) -> str:
        """Say it in plain words."""
        told = advice()["drift"][self.kind].format(**vars(self))
        return f"source {self.source}, {self.file}: {told}"


def read_drift(database: Path, profiles: Mapping[str, Profile]) -> tuple[FileDrift, ...]:
    """Read every way in which a file in force differs from its profile or from the files before it.

    Args:
        database: a warehouse whose marts are built.
        profiles: one per source id; they say from which fall on completeness is told.
    Returns:
        Changed columns first, then fallen completeness, by file.
    """
    query = """
        select files.source_id, files.file_name, drift.kind, drift.subject, drift.detail
        from raw.drift as drift join raw.files as files on files.file_id = drift.file_id
        anti join core.replaced_files as replaced on replaced.file_id = files.file_id
        order by files.file_id, drift.kind, drift.subject
    """
    with warehouse.reading(database) as connection:
        columns = [FileDrift(*row) for row in connection.execute(query).fetchall()]
        fallen = _fallen(connection, profiles)
    return tuple(columns + fallen)


def refuse_collapse(found: Sequence[FileDrift], profiles: Mapping[str, Profile]) -> None:
    """Stop when the newest file of a source lost a field and its profile stops on that.

    Args:
        found: what `read_drift` gave.
        profiles: one per source id.
    Raises:
        ValidationFailed: a field's completeness collapsed; every one is told.
    """
    fell = [drift for drift in found if drift.kind == FELL and drift.is_newest]
    stops = [drift for drift in fell if profiles[drift.source].drift.stops_on_completeness]
    if stops:
        heading = (
            "Fields that used to be filled are left empty, and nothing was stored. Ask the law centre; if it is right, "
            'write completeness = "report" under [drift] of the profile:'
        )
        raise ValidationFailed(listed([drift.sentence() for drift in stops], heading=heading))


def _fallen(connection: warehouse.Connection, profiles: Mapping[str, Profile]) -> list[FileDrift]:
    """Compare each file with all files of its source before it; tell with each whether it is the newest."""
    query = """
        with files as (
            select files.* from raw.files as files
            anti join core.replaced_files as replaced on replaced.file_id = files.file_id
        ),
        compared as (
            select
                files.source_id, files.file_name, files.file_id, completeness.field,
                completeness.n_records, completeness.n_known,
                sum(completeness.n_records) over earlier as earlier_records,
                sum(completeness.n_known) over earlier as earlier_known,
                files.file_id = max(files.file_id) over (partition by files.source_id) as is_newest
            from files join marts.completeness as completeness on completeness.file_id = files.file_id
            window earlier as (
                partition by files.source_id, completeness.field order by files.file_id
                rows between unbounded preceding and 1 preceding
            )
        )
        select source_id, file_name, field, earlier_known / earlier_records, n_known / n_records, is_newest
        from compared
        where n_records >= $fewest and earlier_records >= $fewest
        order by file_id, field
    """
    found = connection.execute(query, {"fewest": advice()["thresholds"]["fewest_records"]}).fetchall()
    return [
        FileDrift(source, name, FELL, field, before=before, now=now, is_newest=is_newest)
        for source, name, field, before, now, is_newest in found
        if source in profiles and before - now > profiles[source].drift.completeness_fall
    ]
