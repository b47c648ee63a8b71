"""The DuckDB warehouse: opened in one way, written by one process, replaced as a whole.

Answers "where are the tables and who may write them". Every run works on a copy of the last good database and puts it
in place only when everything went well, so a run is all or nothing and readers are never disturbed. `current` is a
small text file that names the database in force.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from filelock import FileLock, Timeout

from pipelines.errors import ModelError, WarehouseBusy
from pipelines.modes import PRIVATE_FOLDER, kept_private
from pipelines.tables import LOADED_LAYERS, loaded_tables

if TYPE_CHECKING:
    import polars as pl

Connection = duckdb.DuckDBPyConnection
DatabaseError = duckdb.Error
POINTER = "current"
WAY_OUT = (
    "Restore the warehouse folder from a backup. If the inbox still holds every file, you can move the folder away "
    "instead: the next run reads them again."
)
BUILT_LAYERS = ("staging", "core", "marts")
# One configuration everywhere: DuckDB refuses a second connection to a file with another one. Extensions are never
# fetched, so that a closed network gives an error at once and no name is ever looked up. DuckDB opens no file but its
# database, whatever a model, a check or a rule asks for, and nothing can change that: others read the inbox.
# Memory is bounded, so that a laptop stays usable; what does not fit goes to a folder beside the database for a while.
CONFIGURATION: dict[str, Any] = {
    "memory_limit": "1GB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "enable_external_access": "false",
    "lock_configuration": "true",
}


@contextmanager
def connect(database: Path, *, configuration: Mapping[str, Any] = CONFIGURATION) -> Iterator[Connection]:
    """Open a database and close it again, whatever happens.

    Args:
        database: its file.
        configuration: only what looks at DuckDB itself, away from any warehouse, has another one.
    Raises:
        ModelError: the file is not a database that this version can read.
    """
    try:
        connection = duckdb.connect(str(database), config=dict(configuration))
    except DatabaseError as error:
        raise ModelError(f"{database.parent} holds no readable database ({type(error).__name__}). {WAY_OUT}") from None
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def reading(database: Path) -> Iterator[Connection]:
    """Open a finished database for reading only, beside any number of other readers."""
    connection = duckdb.connect(str(database), read_only=True, config=CONFIGURATION)
    try:
        yield connection
    finally:
        connection.close()


def current_database(folder: Path) -> Path | None:
    """Give the database in force, or None before the first run.

    Args:
        folder: the workspace's `warehouse` folder.
    Raises:
        ModelError: there is one in force, but its file is gone.
    """
    pointer = folder / POINTER
    if not pointer.is_file():
        return None
    database = folder / pointer.read_text(encoding="utf-8").strip()
    if not database.is_file():
        raise ModelError(f"{database} is in force, but it is not there. {WAY_OUT}")
    return database


@contextmanager
def writing(folder: Path, *, keep: bool = True, patience: float = 0.0) -> Iterator[Path]:
    """Give a copy of the warehouse to write to, and put it in force at the end if nothing failed.

    Args:
        folder: the workspace's `warehouse` folder; made when it is missing.
        keep: False throws the copy away at the end in any case.
        patience: seconds to wait for another run to finish.
    Returns:
        The path of the copy, with every loaded table present.
    Raises:
        WarehouseBusy: another process is writing.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    folder.chmod(PRIVATE_FOLDER)  # one that was copied from elsewhere may be open to others
    with kept_private(), _locked(folder, patience):
        before = current_database(folder)
        candidate = _next_version(folder, before)
        _discard_all_but(folder, before)
        in_force = before
        try:
            if before:
                shutil.copyfile(before, candidate)
            with connect(candidate) as connection:
                _create_loaded_tables(connection)
            yield candidate
            if keep:
                _complete(candidate)
                _put_in_force(folder, candidate)
                in_force = candidate
        finally:
            _discard_all_but(folder, in_force)


def is_locked(folder: Path) -> bool:
    """Tell whether a process holds the lock of a warehouse; asking takes it for an instant where nobody does."""
    try:
        with FileLock(folder / ".lock", timeout=0):
            return False
    except Timeout:
        return True


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


@contextmanager
def _locked(folder: Path, patience: float) -> Iterator[None]:
    lock = FileLock(folder / ".lock", timeout=patience)
    holder = folder / ".holder"
    try:
        with lock:
            holder.write_text(str(os.getpid()), encoding="utf-8")
            yield
    except Timeout:
        who = f" (process {holder.read_text(encoding='utf-8')})" if holder.is_file() else ""
        raise WarehouseBusy(
            f"Another run{who} is writing {folder}. Wait until it has finished and run again; nothing was changed."
        ) from None


def _next_version(folder: Path, before: Path | None) -> Path:
    number = int(before.stem.split("-")[1]) + 1 if before else 1
    return folder / f"caseload-{number:06d}.duckdb"


def _complete(candidate: Path) -> None:
    """Make the file of a database hold everything, with no log of unwritten changes beside it.

    Raises:
        ModelError: changes are still outside the file, because something in this process kept it open.
    """
    with connect(candidate) as connection:
        connection.execute("force checkpoint")
    if candidate.with_name(f"{candidate.name}.wal").exists():
        raise ModelError("The new warehouse could not be written out in full, so the former one stays in force.")


def _put_in_force(folder: Path, candidate: Path) -> None:
    fresh = folder / f"{POINTER}.new"
    fresh.write_text(f"{candidate.name}\n", encoding="utf-8")
    fresh.replace(folder / POINTER)


def _discard_all_but(folder: Path, kept: Path | None) -> None:
    for path in folder.glob("caseload-*.duckdb*"):
        # A run that was killed may leave the folder of what did not fit into memory.
        if path.is_dir():
            shutil.rmtree(path)
        elif path != kept:
            path.unlink()


def _create_loaded_tables(connection: Connection) -> None:
    for layer in (*LOADED_LAYERS, *BUILT_LAYERS):
        connection.execute(f"create schema if not exists {layer}")
    for table, columns in loaded_tables().items():
        _check_shape(connection, table, columns)
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"create table if not exists {table} ({listed})")


def _check_shape(connection: Connection, table: str, columns: Mapping[str, str]) -> None:
    """Refuse raw tables of another version; reference tables are filled anew on every run and may go."""
    layer, name = table.split(".")
    query = "select column_name from duckdb_columns() where schema_name = ? and table_name = ?"
    present = {row[0] for row in connection.execute(query, [layer, name]).fetchall()}
    if not present or present == set(columns):
        return
    if layer == "raw":
        raise ModelError(f"The warehouse was made by another version of this product: {table} differs. {WAY_OUT}")
    connection.execute(f"drop table {table}")
