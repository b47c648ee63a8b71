"""Files of the inbox to raw tables: what arrived, with provenance, each file once.

Answers "which files are new, and are they stored". A file is known by its source, name and SHA-256; one that came last
under its name is not read again unless its profile, the secret key or the way of reading changed. All files that cannot
be read are told at once. How a file's rows become rows of the warehouse is decided in `storing.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipelines import tables, warehouse
from pipelines.erasures import Erased, read_erased, require_register
from pipelines.errors import CaseloadError, IdentifiersFound, ProfileError, ReadError, SettingsError
from pipelines.inbox import check_inbox, files_in
from pipelines.ingest.profiles import Profile, load_profile
from pipelines.ingest.reading.files import file_digest
from pipelines.keys import key_id
from pipelines.reading_ahead import Reading, readings
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
    with warehouse.connect(database) as connection, warehouse.transaction(connection):
        warehouse.set_variables(connection, {"pseudonym_key": key})
        require_register(settings.internal_root, n_left_out(connection))
        known = _known_files(connection)
        new = list(_to_read(arrivals, known))
        files = [(arrival.path, arrival.profile) for arrival, _ in new]
        waiting = tables.Waiting(connection)
        with closing(readings(files, most=settings.fan_out.workers)) as read:
            for (arrival, file_id), reading in zip(new, read, strict=True):
                try:
                    _store(waiting, arrival, file_id, reading)
                except CaseloadError as error:
                    problems.append(error)
                    # Nothing will be kept, and what waits may be half a file.
                    waiting = tables.Waiting(connection)
        _raise_all(problems)
        waiting.insert()
        _check_key(connection, key)
    return Received(len(new), len(arrivals) - len(new))


def _to_read(
    arrivals: list[_Arrival], known: Mapping[tuple[str, str], _Known]
) -> Iterator[tuple[_Arrival, int | None]]:  # fmt: skip
    """Give the files that have to be read, with the number of those that were read before in another way."""
    for arrival in arrivals:
        newest = known.get((arrival.source.source_id, arrival.path.name))
        entry = newest if newest and newest.digest == arrival.digest else None
        if entry is None or entry.reading != arrival.reading:
            yield arrival, entry.file_id if entry else None


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
    check_inbox(settings, only)
    erased = read_erased(settings.internal_root, key)
    for source in settings.sources.values():
        if only and source.source_id not in only:
            continue
        profile = profiles[source.source_id]
        reading = _reading(source, profile, key)
        for path in files_in(settings.inbox / source.source_id):
            yield _Arrival(source, profile, path, file_digest(path), reading, key_id(key), erased)


def _reading(source: Source, profile: Profile, key: str) -> str:
    """Give a digest of all that decides how a file is read; while it stays, a known file is not read again."""
    decides = (str(READING_VERSION), profile.digest, key_id(key), source.case_register, source.client_register)
    return sha256("\n".join(decides).encode()).hexdigest()


def _known_files(connection: Connection) -> dict[tuple[str, str], _Known]:
    """Give the file that came last under each name: an earlier one that is put back has to be read again."""
    query = "select source_id, file_name, file_id, sha256, reading_digest from raw.files order by file_id"
    return {(source_id, name): _Known(*known) for source_id, name, *known in connection.execute(query).fetchall()}


def _store(waiting: tables.Waiting, arrival: _Arrival, file_id: int | None, reading: Reading) -> None:
    """Store one file; a file that was received before, under another version of its profile, is replaced."""
    connection = waiting.connection
    if file_id is None:
        ((file_id,),) = connection.execute("select coalesce(max(file_id), 0) + 1 from raw.files").fetchall()
    else:
        forget(connection, file_id)
    shelf = Shelf(waiting, arrival.source, arrival.profile, file_id, digest=arrival.digest, erased=arrival.erased)
    extracted = reading(shelf.take)
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
