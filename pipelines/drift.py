"""Drift: in which ways a source's files change from one to the next.

Answers "does this file still look like the ones before it". Changed columns are seen when a file is read; a field that
is suddenly left empty is seen here, against the source's earlier files. Nothing here names a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipelines import warehouse
from pipelines.errors import ValidationFailed, listed
from pipelines.ingest.profiles import Profile

# With fewer records on either side a share says little: one form left blank would be a collapse.
FEWEST_RECORDS = 20
SENTENCES = {
    "new_column": 'the column "{subject}" is new and was not read.',
    "missing_column": 'the column "{subject}" is missing; its fields read as not recorded.',
    "renamed_column": 'the column "{subject}" is missing; "{detail}" may have taken its place and was not read.',
    "completeness_fell": "{subject} is filled in {now:.0%} of the records, after {before:.0%} in the files before.",
}


@dataclass(frozen=True)
class FileDrift:
    """One way in which one file differs; `before` and `now` are shares of records from 0 to 1 where a share fell."""

    source: str
    file: str
    kind: str
    subject: str
    detail: str = ""
    before: float | None = None
    now: float | None = None

    def sentence(self) -> str:
        """Say it in plain words."""
        told = SENTENCES[self.kind].format(**vars(self))
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
    with warehouse.connect(database) as connection:
        columns = [FileDrift(*row) for row in connection.execute(query).fetchall()]
        fallen = [drift for drift, _ in _fallen(connection, profiles)]
    return tuple(columns + fallen)


def refuse_collapse(database: Path, profiles: Mapping[str, Profile]) -> None:
    """Stop when the newest file of a source lost a field and its profile stops on that.

    Args:
        database: a warehouse whose marts are built.
        profiles: one per source id.
    Raises:
        ValidationFailed: a field's completeness collapsed; every one is told.
    """
    with warehouse.connect(database) as connection:
        fallen = _fallen(connection, profiles)
    stops = [drift for drift, is_newest in fallen if is_newest and profiles[drift.source].drift.stops_on_completeness]
    if stops:
        heading = (
            "Fields that used to be filled are left empty, and nothing was stored. Ask the law centre; if it is right, "
            'write completeness = "report" under [drift] of the profile:'
        )
        raise ValidationFailed(listed([drift.sentence() for drift in stops], heading=heading))


def _fallen(connection: warehouse.Connection, profiles: Mapping[str, Profile]) -> list[tuple[FileDrift, bool]]:
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
    found = connection.execute(query, {"fewest": FEWEST_RECORDS}).fetchall()
    return [
        (FileDrift(source, name, "completeness_fell", field, before=before, now=now), is_newest)
        for source, name, field, before, now, is_newest in found
        if source in profiles and before - now > profiles[source].drift.completeness_fall
    ]
