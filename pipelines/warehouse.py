"""The DuckDB warehouse: opened in one way, written by one process, replaced as a whole.

Answers "where are the tables and who may write them". Every run works on a copy of the last good database and puts it
in place only when everything went well, so a run is all or nothing and readers are never disturbed. `current` is a
small text file that names the database in force; what survives a power cut is told in docs/recovery.md.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from pipelines import copying, disk, holders, machine, migrations, promises
from pipelines.errors import ModelError

if TYPE_CHECKING:
    import polars as pl

Connection = duckdb.DuckDBPyConnection
DatabaseError = duckdb.Error
POINTER = promises.POINTER
WAY_OUT = migrations.WAY_OUT
BUILT_LAYERS = migrations.BUILT_LAYERS
# One configuration everywhere: DuckDB refuses a second connection to a file with another one. Extensions are never
# fetched, so that a closed network gives an error at once and no name is ever looked up. DuckDB opens no file but its
# database, whatever a model, a check or a rule asks for, and nothing can change that: others read the inbox.
# Memory is bounded, so that a laptop stays usable; what does not fit goes to a folder beside the database for a while.
CONFIGURATION: dict[str, Any] = {
    "memory_limit": machine.memory_limit(),
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "lock_configuration": "true",
}
# Where many tables are made at once, rows need not keep the order in which they were read, which takes less memory and
# both processors; a table that has an order says so itself.
IN_ANY_ORDER: dict[str, Any] = {**CONFIGURATION, "preserve_insertion_order": "false"}
# Folders of which this process is writing a copy; whoever looks holds their lock.
_being_written: set[Path] = set()


@contextmanager
def connect(database: Path, *, configuration: Mapping[str, Any] = CONFIGURATION) -> Iterator[Connection]:
    """Open a database and close it again, whatever happens.

    Args:
        database: its file.
        configuration: another one is for what makes many tables (`IN_ANY_ORDER`), and for what looks at DuckDB itself,
            away from any warehouse.
    Raises:
        ModelError: the file is not a database that this version can read.
    """
    connection = _open(database, read_only=False, configuration=configuration)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def reading(database: Path) -> Iterator[Connection]:
    """Open a finished database for reading only, beside any number of other readers.

    A reader who comes a moment too late, when a run has just put another in force, reads that one.

    Raises:
        ModelError: the file is not a database that this version can read.
    """
    connection = None
    while connection is None:
        try:
            connection = _open(database, read_only=True)
        except ModelError:
            later = None if database.is_file() else current_database(database.parent)
            if later in (None, database):
                raise
            database = later
    try:
        yield connection
    finally:
        connection.close()


def current_database(folder: Path) -> Path | None:
    """Give the database in force, or None before the first run.

    Args:
        folder: the workspace's `warehouse` folder.
    Raises:
        ModelError: there is one in force, but its file is gone, or nothing tells which of several it is.
    """
    name = promises.named(folder)
    while name:
        if (folder / name).is_file():
            return folder / name
        # A run may have put another in force, and thrown this one away, since the name was read.
        former, name = name, promises.named(folder)
        if name == former:
            raise ModelError(f"{folder / former} is in force, but it is not there. {WAY_OUT}")
    return None


@contextmanager
def writing(folder: Path, *, keep: bool = True, patience: float = 0.0) -> Iterator[Path]:
    """Give a copy of the warehouse to write to, and put it in force at the end if nothing failed.

    Args:
        folder: the workspace's `warehouse` folder; made when it is missing.
        keep: False throws the copy away at the end in any case.
        patience: seconds to wait for another run to finish.
    Returns:
        The path of the copy, with every loaded table present, in the shape of this version.
    Raises:
        WarehouseBusy: another process is writing. DiskError: the disk is full, or refuses to be written to.
    """
    with holders.held(folder, patience=patience), _refusals_told(folder):
        if folder in _being_written:
            raise holders.busy(folder)
        promises.settle(folder)
        before = current_database(folder)
        candidate = _next_version(folder, before)
        _discard_all_but(folder, before, candidate if before and copying.is_begun(before, candidate) else None)
        _being_written.add(folder)
        try:
            if before:
                copying.copy(before, candidate)
            with connect(candidate) as connection:
                migrations.bring_up(connection)
            yield candidate
            if keep:
                complete(candidate)
                promises.put_in_force(candidate)
        finally:
            _being_written.discard(folder)
            # What cannot be cleared away now, the next run clears away.
            with suppress(OSError, ModelError):
                _discard_all_but(folder, current_database(folder), promises.promised(folder))


@contextmanager
def copied_ahead(folder: Path) -> Iterator[None]:
    """Let the copy for the next `writing` be made while the block goes on.

    Args:
        folder: the workspace's `warehouse` folder, with a database in force; the caller holds it (`holders.held`).
    """
    before = current_database(folder)
    if before is None:
        yield
        return
    _discard_all_but(folder, before)
    with copying.begun(before, _next_version(folder, before)):
        yield


def complete(candidate: Path) -> None:
    """Put a new database on the disk whole, with no log of unwritten changes beside it.

    Raises:
        ModelError: changes are still outside the file, because something in this process kept it open.
    """
    with connect(candidate) as connection:
        connection.execute("force checkpoint")
    if candidate.with_name(f"{candidate.name}.wal").exists():
        raise ModelError("The new warehouse could not be written out in full, so the former one stays in force.")
    disk.flush_file(candidate)
    disk.flush_folder(candidate.parent)


def read_frame(connection: Connection, query: str, parameters: Sequence[Any] | None = None) -> pl.DataFrame:
    """Run a query and give its rows.

    Args:
        connection: an open warehouse.
        query: SQL; values only through `?`.
        parameters: one value per `?`.
    """
    frame: pl.DataFrame = connection.sql(query, params=list(parameters or [])).pl()
    return frame


def read_table(database: Path, table: str) -> pl.DataFrame:
    """Read one whole table or mart of a database file."""
    with reading(database) as connection:
        return read_frame(connection, f"select * from {table}")  # noqa: S608 - a name of our own


def set_variables(connection: Connection, variables: Mapping[str, str]) -> None:
    """Set the values that models read with `getvariable`."""
    for name, value in variables.items():
        connection.execute(f"set variable {name} = $value", {"value": value})


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Do everything inside or nothing."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _open(
    database: Path, *, read_only: bool, configuration: Mapping[str, Any] = CONFIGURATION
) -> Connection:  # fmt: skip
    try:
        return duckdb.connect(str(database), read_only=read_only, config=dict(configuration))
    except DatabaseError as error:
        if refusal := disk.refusal_in(str(error)):
            raise disk.refused(refusal, database.parent, doing="The warehouse could not be opened") from None
        raise ModelError(f"{database.parent} holds no readable database ({type(error).__name__}). {WAY_OUT}") from None


@contextmanager
def _refusals_told(folder: Path) -> Iterator[None]:
    """Say what the disk refused, to Python or to DuckDB."""
    with disk.told(folder, doing=holders.NOT_WRITTEN):
        try:
            yield
        except DatabaseError as error:
            raise disk.refusal_in(str(error)) or error from None


def _next_version(folder: Path, before: Path | None) -> Path:
    number = int(before.stem.split("-")[1]) + 1 if before else 1
    return folder / f"caseload-{number:06d}.duckdb"


def _discard_all_but(folder: Path, *kept: Path | None) -> None:
    for path in folder.glob("caseload-*.duckdb*"):
        # A run that was killed may leave the folder of what did not fit into memory.
        if path.is_dir():
            shutil.rmtree(path)
        elif path not in kept:
            path.unlink()
