"""Files of the inbox to raw tables: what arrived, with provenance, each file once.

Answers "which files are new, and are they stored". A file is known by its source, name and SHA-256; one that came last
under its name is not read again unless its profile changed. All files that cannot be read are told at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipelines import warehouse
from pipelines.errors import CaseloadError, IdentifiersFound, ProfileError, ReadError, SettingsError, UsageError
from pipelines.ingest.extracts import Extract, read_extract
from pipelines.ingest.profiles import Profile, load_profile
from pipelines.settings import Settings, Source
from pipelines.warehouse import Connection

SUFFIXES = (".csv", ".tsv", ".txt")
# Record ids are made of the file's number and the row's, so that they order by arrival.
ROWS_PER_FILE = 1_000_000_000


@dataclass(frozen=True)
class Received:
    """What became of the inbox: how many files were read, and how many were known already."""

    n_read: int
    n_known: int


@dataclass(frozen=True)
class _Arrival:
    source: Source
    profile: Profile
    path: Path
    digest: str


@dataclass(frozen=True)
class _Known:
    file_id: int
    digest: str
    profile_digest: str


def load_profiles(settings: Settings) -> dict[str, Profile]:
    """Read the profile of every source.

    Returns:
        Profiles by source id.
    Raises:
        ProfileError: a profile is missing or wrong; every problem of every profile is told.
    """
    profiles: dict[str, Profile] = {}
    problems: dict[Path, CaseloadError] = {}
    for source in settings.sources.values():
        path = settings.profile_path(source)
        if not path.is_file():
            problems[path] = ProfileError(
                f"[sources.{source.source_id}] names the profile {source.profile}, but {path} does not exist. "
                "Correct the name, or write the profile; profiles/example.toml of a new workspace is a start."
            )
            continue
        try:
            profiles[source.source_id] = load_profile(path, settings)
        except ProfileError as error:
            problems[path] = error
    _raise_all(list(problems.values()))
    _check_places(settings, profiles)
    return profiles


def receive(
    settings: Settings, profiles: Mapping[str, Profile], database: Path, *, only: tuple[str, ...] = ()
) -> Received:
    """Store every new file of the inbox in the raw tables.

    Args:
        settings: the workspace.
        profiles: one per source id.
        database: the warehouse to write to.
        only: source ids to look at; all when empty.
    Returns:
        How many files were read.
    Raises:
        IdentifiersFound: a file names people; ReadError: it cannot be read; ProfileError: it does not fit its profile.
            Every such file is named, and nothing is stored.
    """
    arrivals = list(_arrivals(settings, profiles, only))
    problems: list[CaseloadError] = []
    n_read = 0
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        known = _known_files(connection)
        for arrival in arrivals:
            newest = known.get((arrival.source.source_id, arrival.path.name))
            entry = newest if newest and newest.digest == arrival.digest else None
            if entry and entry.profile_digest == arrival.profile.digest:
                continue
            try:
                extract = read_extract(arrival.path, arrival.profile)
            except CaseloadError as error:
                problems.append(error)
                continue
            n_read += 1
            _store(connection, arrival, extract, entry.file_id if entry else None)
        _raise_all(problems)
    return Received(n_read, len(arrivals) - n_read)


def _raise_all(problems: list[CaseloadError]) -> None:
    """Raise every problem as one error: of people named if any is that, else of the first one's kind."""
    if problems:
        worst = next((problem for problem in problems if isinstance(problem, IdentifiersFound)), problems[0])
        raise type(worst)("\n".join(str(problem) for problem in problems))


def _check_places(settings: Settings, profiles: Mapping[str, Profile]) -> None:
    """Refuse a source whose centre, project or funder nobody names, or two places name."""
    problems = []
    for source in settings.sources.values():
        columns = profiles[source.source_id].columns
        for key, chosen in (("centre", source.centre_id), ("project", source.project_id), ("funder", source.funder_id)):
            if bool(chosen) == (key in columns):
                problems.append(
                    f"[sources.{source.source_id}]: name the {key} either in caseload.toml or by a column of its "
                    f"profile {source.profile}.toml, one of both."
                )
    if problems:
        raise SettingsError("\n".join(problems))


def _arrivals(settings: Settings, profiles: Mapping[str, Profile], only: tuple[str, ...]) -> Iterator[_Arrival]:
    _check_inbox(settings, only)
    for source in settings.sources.values():
        if only and source.source_id not in only:
            continue
        for path in _files(settings.inbox / source.source_id):
            yield _Arrival(source, profiles[source.source_id], path, _digest(path))


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ReadError(f"{path} cannot be opened: {error.strerror}.") from None


def _check_inbox(settings: Settings, only: tuple[str, ...]) -> None:
    unknown = [name for name in only if name not in settings.sources]
    if unknown:
        raise UsageError(f"There is no source {', '.join(unknown)}. Sources: {', '.join(settings.sources)}.")
    if not settings.inbox.is_dir():
        raise ReadError(f"{settings.inbox} does not exist. Make it, with one folder of files per source.")
    found = [path for path in sorted(settings.inbox.iterdir()) if not path.name.startswith(".")]
    # An empty folder loses nothing; one with files holds rows that nobody would count.
    strays = [
        path.name for path in found if path.name not in settings.sources and path.is_dir() and any(path.iterdir())
    ]
    if strays:
        raise SettingsError(
            f"{settings.inbox} has folders that no source is named after: {', '.join(strays)}. "
            "Add a [sources] table for each, or move the folder away."
        )
    loose = [path.name for path in found if not path.is_dir()]
    if loose:
        raise SettingsError(
            f"{settings.inbox} has files that lie in no source's folder: {', '.join(loose)}. "
            f"Move each into the folder of its source: {', '.join(settings.sources)}."
        )


def _files(folder: Path) -> list[Path]:
    """List the files of one source by name; hidden files are the file manager's, not an export."""
    paths = [path for path in folder.glob("*") if not path.name.startswith(".")] if folder.is_dir() else []
    paths.sort(key=_in_counting_order)
    refused = [str(path) for path in paths if not path.is_file() or path.suffix.lower() not in SUFFIXES]
    if refused:
        raise ReadError(f"{', '.join(refused)}: only {', '.join(SUFFIXES)} files can be read. Export as CSV.")
    return paths


def _in_counting_order(path: Path) -> list[tuple[int, str]]:
    """Order names as people do: export, export (2), export-9, export-10; they arrive in this order."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path.stem)]


def _known_files(connection: Connection) -> dict[tuple[str, str], _Known]:
    """Give the file that came last under each name: an earlier one that is put back has to be read again."""
    query = "select source_id, file_name, file_id, sha256, profile_digest from raw.files order by file_id"
    rows = connection.execute(query).fetchall()
    return {(source_id, name): _Known(*known) for source_id, name, *known in rows}


def _store(connection: Connection, arrival: _Arrival, extract: Extract, file_id: int | None) -> None:
    """Store one file; a file that was received before, under another version of its profile, is replaced."""
    if file_id is None:
        row = connection.execute("select coalesce(max(file_id), 0) + 1 from raw.files").fetchone()
        file_id = int(row[0]) if row else 1
    for table in ("raw.files", "raw.records", "raw.set_aside"):
        connection.execute(f"delete from {table} where file_id = ?", [file_id])  # noqa: S608 - names of our own
    source_id = arrival.source.source_id
    provenance = {
        "file_id": file_id,
        "source_id": source_id,
        "file_name": extract.file_name,
        "sha256": extract.sha256,
        "profile_digest": arrival.profile.digest,
        "rows_read": extract.rows_read,
    }
    warehouse.insert(connection, "raw.files", pl.DataFrame([provenance]))
    records = extract.records.with_columns(
        file_id=pl.lit(file_id, pl.Int64),
        source_id=pl.lit(source_id),
        record_id=pl.lit(file_id * ROWS_PER_FILE, pl.Int64) + pl.col("row_number"),
    )
    warehouse.insert_records(connection, records)
    warehouse.insert(connection, "raw.set_aside", extract.set_aside.with_columns(file_id=pl.lit(file_id, pl.Int64)))
