"""Files of the inbox to raw tables: what arrived, with provenance, each file once.

Answers "which files are new, and are they stored". A file is known by its source, name and SHA-256; one that came last
under its name is not read again unless its profile, the secret key or the way of reading changed. All files that cannot
be read are told at once. How a file's rows become rows of the warehouse is decided in `storing.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipelines import tables, warehouse
from pipelines.erasures import Erased, read_erased, require_register
from pipelines.errors import CaseloadError, IdentifiersFound, ProfileError, ReadError, SettingsError, UsageError
from pipelines.ingest.extracts import read_extract
from pipelines.ingest.profiles import Profile, load_profile
from pipelines.ingest.reading.files import SUFFIXES, check_name, file_digest
from pipelines.ingest.reading.streaming import behind
from pipelines.keys import key_id
from pipelines.settings import Settings
from pipelines.sources import Source
from pipelines.storing import Shelf, forget, n_left_out, store_drift
from pipelines.warehouse import Connection

# Raised when the same file would be read into other rows than before, so that every file is read again.
READING_VERSION = 3


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
    reading: str
    key_id: str
    erased: Erased


@dataclass(frozen=True)
class _Known:
    file_id: int
    digest: str
    reading: str


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
    settings: Settings, profiles: Mapping[str, Profile], database: Path, *, key: str, only: tuple[str, ...] = ()
) -> Received:
    """Store every new file of the inbox in the raw tables.

    Args:
        settings: the workspace.
        profiles: one per source id.
        database: the warehouse to write to.
        key: the network's secret key, with which references become pseudonyms.
        only: source ids to look at; all when empty.
    Returns:
        How many files were read.
    Raises:
        IdentifiersFound: a file names people; ReadError: it cannot be read; ProfileError: it does not fit its profile.
            Every such file is named, and nothing is stored.
        SettingsError: the key is another one than before, and a file that was read with the old one is gone.
        DisclosureError: the register of erased people is damaged or gone.
    """
    arrivals = list(_arrivals(settings, profiles, key, only))
    problems: list[CaseloadError] = []
    n_read = 0
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        warehouse.set_variables(connection, {"pseudonym_key": key})
        require_register(settings.internal_root, n_left_out(connection))
        known = _known_files(connection)
        for arrival in arrivals:
            newest = known.get((arrival.source.source_id, arrival.path.name))
            entry = newest if newest and newest.digest == arrival.digest else None
            if entry and entry.reading == arrival.reading:
                continue
            try:
                _store(connection, arrival, entry.file_id if entry else None)
                n_read += 1
            except CaseloadError as error:
                problems.append(error)
        _raise_all(problems)
        _check_key(connection, key)
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


def _arrivals(
    settings: Settings, profiles: Mapping[str, Profile], key: str, only: tuple[str, ...]
) -> Iterator[_Arrival]:
    _check_inbox(settings, only)
    erased = read_erased(settings.internal_root, key)
    for source in settings.sources.values():
        if only and source.source_id not in only:
            continue
        profile = profiles[source.source_id]
        reading = _reading(source, profile, key)
        for path in _files(settings.inbox / source.source_id):
            yield _Arrival(source, profile, path, file_digest(path), reading, key_id(key), erased)


def _reading(source: Source, profile: Profile, key: str) -> str:
    """Give a digest of all that decides how a file is read; while it stays, a known file is not read again."""
    decides = (str(READING_VERSION), profile.digest, key_id(key), source.case_register, source.client_register)
    return sha256("\n".join(decides).encode()).hexdigest()


def _check_inbox(settings: Settings, only: tuple[str, ...]) -> None:
    unknown = [name for name in only if name not in settings.sources]
    if unknown:
        raise UsageError(f"There is no source {', '.join(unknown)}. Sources: {', '.join(settings.sources)}.")
    if not settings.inbox.is_dir():
        raise ReadError(f"{settings.inbox} does not exist. Make it, with one folder of files per source.")
    found = [path for path in sorted(settings.inbox.iterdir()) if not path.name.startswith(".")]
    for path in found:
        check_name(path)
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
    for path in paths:
        check_name(path)
    refused = [str(path) for path in paths if path.is_dir() or path.suffix.lower() not in SUFFIXES]
    if refused:
        raise ReadError(f"{', '.join(refused)}: only {', '.join(SUFFIXES)} files can be read. Export as one of these.")
    return paths


def _in_counting_order(path: Path) -> list[tuple[int, str]]:
    """Order names as people do: export, export (2), export-9, export-10; they arrive in this order."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path.stem)]


def _known_files(connection: Connection) -> dict[tuple[str, str], _Known]:
    """Give the file that came last under each name: an earlier one that is put back has to be read again."""
    query = "select source_id, file_name, file_id, sha256, reading_digest from raw.files order by file_id"
    return {(source_id, name): _Known(*known) for source_id, name, *known in connection.execute(query).fetchall()}


def _store(connection: Connection, arrival: _Arrival, file_id: int | None) -> None:
    """Store one file; a file that was received before, under another version of its profile, is replaced."""
    if file_id is None:
        ((file_id,),) = connection.execute("select coalesce(max(file_id), 0) + 1 from raw.files").fetchall()
    forget(connection, file_id)
    shelf = Shelf(connection, arrival.source, arrival.profile, file_id, digest=arrival.digest, erased=arrival.erased)
    with behind(shelf.take) as take:
        extracted = read_extract(arrival.path, arrival.profile, take)
    if extracted.sha256 != arrival.digest:
        raise ReadError(f"{arrival.path} changed while it was read. Wait until it is written, then run again.")
    shelf.finish()
    store_drift(connection, file_id, extracted.drift)
    provenance = {
        "file_id": file_id,
        "source_id": arrival.source.source_id,
        "file_name": arrival.path.name,
        "sha256": extracted.sha256,
        "reading_digest": arrival.reading,
        "key_id": arrival.key_id,
        "rows_read": extracted.rows_read,
    }
    tables.insert_row(connection, "raw.files", provenance)


def _check_key(connection: Connection, key: str) -> None:
    """Refuse to mix the pseudonyms of two keys: one person would count as two."""
    query = "select distinct source_id, file_name from raw.files where key_id <> ? order by all"
    strays = [f"{source_id}/{name}" for source_id, name in connection.execute(query, [key_id(key)]).fetchall()]
    if strays:
        raise SettingsError(
            f"The network's key is another one than before, and {', '.join(strays)} of the inbox, read with the old "
            "one, cannot be read again. Put the old key file back, or put those files back into the inbox."
        )
