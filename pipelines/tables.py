"""The loaded tables of the warehouse: which there are, and how frames get into them.

Answers "which columns has this table" and "how is it filled". Tables that are derived are the business of `models.py`;
which database is open, of `warehouse.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from pipelines import machine
from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.resources import reference_file

if TYPE_CHECKING:
    import polars as pl

LOADED_LAYERS = ("raw", "reference")
_STORING = machine.decided("storing")
MOST_WAITING, ROWS_OF_A_PART = int(_STORING["most_waiting_rows"]), int(_STORING["rows_of_a_part"])


class Connection(Protocol):
    """What is needed of an open warehouse here; `warehouse.connect` gives one."""

    def execute(self, query: str, parameters: Any = None) -> Any:
        """Run one statement."""

    def from_arrow(self, arrow_object: Any) -> Any:
        """Give a relation over rows that are in memory."""


@cache
def loaded_tables() -> dict[str, dict[str, str]]:
    """Give the columns and types of every table that is loaded rather than derived, by qualified name."""
    declared = read_toml(reference_file("tables.toml"), SettingsError)
    return {
        f"{layer}.{name}": dict(table["columns"]) for layer in LOADED_LAYERS for name, table in declared[layer].items()
    }


def insert(connection: Connection, table: str, frame: pl.DataFrame) -> None:
    """Append a frame to a loaded table.

    Args:
        connection: an open warehouse.
        table: a qualified name of `tables.toml`.
        frame: exactly the table's columns, in any order.
    """
    columns = ", ".join(loaded_tables()[table])
    insert_selected(connection, table, frame, query=f"select {columns} from incoming")  # noqa: S608 - own names


def insert_selected(
    connection: Connection, table: str, incoming: pl.DataFrame, *, query: str, values: Mapping[str, Any] | None = None
) -> None:
    """Append what a query makes of a frame to a loaded table, by the names of the columns.

    The frame is handed over, not registered: within a transaction a registered one is held until the end. Nor is it
    found by its name, which DuckDB does only where it may read files as well.

    Args:
        connection: an open warehouse.
        table: a qualified name.
        incoming: the frame.
        query: SQL that reads `incoming`.
        values: what the query reads with `getvariable`, by name.
    """
    for name, value in (values or {}).items():
        connection.execute(f"set variable {name} = $value", {"value": value})
    whole = incoming.to_arrow()
    parts = whole.from_batches(whole.to_batches(max_chunksize=ROWS_OF_A_PART), whole.schema)
    connection.from_arrow(parts).query("incoming", f"insert into {table} by name {query}")


@dataclass(frozen=True)
class Way:
    """How a frame gets into a table: by which query of `incoming`, and what that reads with `getvariable`."""

    table: str
    query: str
    values: tuple[tuple[str, str], ...] = ()


class Waiting:
    """Frames on their way to tables: those that go the same way go together, as many are inserted as fast as one.

    Whoever reads such a table has to call `insert` before.
    """

    def __init__(self, connection: Connection) -> None:
        """Begin with none; `connection` is an open warehouse."""
        self.connection = connection
        self._frames: dict[Way, list[pl.DataFrame]] = {}

    def add(self, frame: pl.DataFrame, way: Way) -> None:
        """Let a frame wait; frames that go another way to the same table go before it."""
        for other in [each for each in self._frames if each.table == way.table and each != way]:
            self._insert(other)
        frames = self._frames.setdefault(way, [])
        frames.append(frame)
        if sum(each.height for each in frames) >= MOST_WAITING:
            self._insert(way)

    def insert(self) -> None:
        """Append all that waits."""
        for way in list(self._frames):
            self._insert(way)

    def _insert(self, way: Way) -> None:
        import polars as pl

        frames = self._frames.pop(way)
        if any(frame.height for frame in frames):
            insert_selected(self.connection, way.table, pl.concat(frames), query=way.query, values=dict(way.values))


def insert_row(connection: Connection, table: str, row: Mapping[str, Any]) -> None:
    """Append one row to a loaded table."""
    columns, places = ", ".join(row), ", ".join("?" for _ in row)
    connection.execute(f"insert into {table} ({columns}) values ({places})", list(row.values()))  # noqa: S608 - own names


def replace(connection: Connection, table: str, frame: pl.DataFrame) -> None:
    """Put a frame in the place of everything a loaded table holds."""
    connection.execute(f"delete from {table}")  # noqa: S608 - a name of our own
    insert(connection, table, frame)


def present_columns(connection: Connection) -> dict[str, set[str]]:
    """Give the names of the columns of every table that is there, by its qualified name."""
    query = """
        select schema_name || '.' || table_name, list(column_name)
        from duckdb_columns() where database_name = current_database() group by all
    """
    return {table: set(columns) for table, columns in connection.execute(query).fetchall()}
