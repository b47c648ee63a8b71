"""The shape of the warehouse, and how one of an earlier version gets it.

Answers "can this version write to that database". Steps are data, in `reference/migrations.toml`. They run on the copy
that a run works on, in one transaction: the file in force keeps its shape until the run has gone well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipelines import tables
from pipelines.declarations import read_toml
from pipelines.errors import ModelError, SettingsError
from pipelines.resources import reference_file
from pipelines.tables import LOADED_LAYERS, Connection, loaded_tables

BUILT_LAYERS = ("staging", "core", "marts")
VERSION_TABLE = "raw.shape"
WAY_OUT = (
    "Restore the warehouse folder from a backup. If the inbox still holds every file, you can move the folder away "
    "instead: the next run reads them again."
)
STAYS = "The former one stays in force. Go on with the version that made it, and report this."


@dataclass(frozen=True)
class Step:
    """The way to one version of the shape from the version before."""

    to: int
    what: str
    statements: tuple[str, ...]


@cache
def steps() -> tuple[Step, ...]:
    """Give every step, in order."""
    told = read_toml(reference_file("migrations.toml"), SettingsError)["steps"]
    return tuple(Step(int(each["to"]), str(each["what"]), tuple(each["statements"])) for each in told)


def bring_up(connection: Connection, way: Sequence[Step] | None = None) -> None:
    """Give a database the shape of this version, with every loaded table present.

    Args:
        connection: a database open for writing; an empty one gets the newest shape at once.
        way: the steps; those of this version unless given.
    Raises:
        ModelError: the database is of a later version, a step fails or would lose a row, or no step leads to the shape.
    """
    way = steps() if way is None else way
    newest = max((step.to for step in way), default=0)
    for layer in (*LOADED_LAYERS, *BUILT_LAYERS):
        connection.execute(f"create schema if not exists {layer}")
    connection.execute("begin transaction")
    try:
        found = version(connection)
        if found is not None:
            _walk(connection, [step for step in way if step.to > found], found, newest)
        _create_loaded_tables(connection)
        connection.execute(f"delete from {VERSION_TABLE}")  # noqa: S608 - own name
        tables.insert_row(connection, VERSION_TABLE, {"shape_version": newest})
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def version(connection: Connection) -> int | None:
    """Give the version of a database's shape: 0 when it was made before versions were written down, None when empty."""
    present = _raw_tables(connection)
    if not present:
        return None
    if VERSION_TABLE not in present:
        return 0
    query = f"select coalesce(max(shape_version), 0) from {VERSION_TABLE}"  # noqa: S608 - own name
    ((found,),) = connection.execute(query).fetchall()
    return int(found)


def _walk(connection: Connection, missing: Sequence[Step], found: int, newest: int) -> None:
    """Take the steps that are missing, and see that every raw table has at least the rows that it had."""
    if found > newest:
        raise ModelError(
            f"The warehouse was made by a later version of this product: its shape is {found}, this version knows "
            f"{newest}. Nothing was changed. Install the later version again."
        )
    before = _rows(connection)
    for step in missing:
        _take(connection, step)
    after = _rows(connection)
    lost = sorted(name for name, n in before.items() if after.get(name, 0) < n)
    if lost:
        raise ModelError(
            f"The warehouse could not be brought to this version: {', '.join(lost)} would lose rows. {STAYS}"
        )


def _take(connection: Connection, step: Step) -> None:
    for statement in step.statements:
        try:
            connection.execute(statement)
        except Exception as error:  # of the database; its message can quote a value
            kind = type(error).__name__
            raise ModelError(
                f"The warehouse could not be brought to this version: step {step.to} failed ({kind}). {STAYS}"
            ) from None


def _raw_tables(connection: Connection) -> set[str]:
    query = "select table_name from duckdb_tables() where schema_name = 'raw'"
    return {f"raw.{name}" for (name,) in connection.execute(query).fetchall()}


def _rows(connection: Connection) -> dict[str, int]:
    """Count the rows of every raw table."""
    counts = {}
    for name in sorted(_raw_tables(connection) - {VERSION_TABLE}):
        ((counts[name],),) = connection.execute(f"select count(*) from {name}").fetchall()  # noqa: S608 - own names
    return counts


def _create_loaded_tables(connection: Connection) -> None:
    present = tables.present_columns(connection)
    for table, columns in loaded_tables().items():
        if table in present and present[table] != set(columns):
            _drop_other_shape(connection, table)
        listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        connection.execute(f"create table if not exists {table} ({listed})")


def _drop_other_shape(connection: Connection, table: str) -> None:
    """Refuse a raw table that no step leads to; reference tables are filled anew on every run and may go."""
    if table.startswith("raw."):
        raise ModelError(f"The warehouse was made by another version of this product: {table} differs. {WAY_OUT}")
    connection.execute(f"drop table {table}")
