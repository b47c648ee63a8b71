"""Which tables of the last build are still what their models would make of the warehouse now.

Answers "what has to be made again". What a model makes depends on its SQL, on what the tables hold that it reads, and
on the engine; a digest of these is kept for each. A table whose digest is the same stays. When in doubt it is made
again: a table made twice costs time, a stale one would cost figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import polars as pl

from pipelines import arrivals, tables
from pipelines.resources import reference_file
from pipelines.tables import loaded_tables
from pipelines.warehouse import Connection

TABLE = "reference.built_tables"
EVERY = "every model"
# What a model reads from outside the warehouse is not part of any table, so nobody can tell whether it is the same.
_FROM_OUTSIDE = "getvariable"


@dataclass(frozen=True)
class Model:
    """One SQL file: the table it makes (or the check it is) and the tables it reads."""

    name: str
    sql: str
    reads: frozenset[str]


def digests(connection: Connection, models: Sequence[Model]) -> dict[str, str]:
    """Give a digest of all that decides what each model makes.

    Args:
        connection: a warehouse with its loaded tables.
        models: those that are read before those that read them.
    Returns:
        Digests by the name of the model; a model that depends on anything unknown has none. Beside them stands, as
        `EVERY`, one of the SQL of all.
    """
    ((version,),) = connection.execute("select version()").fetchall()
    engine = f"{version} {_file_digest('columns.toml')}"
    contents = arrivals.look(connection, {name for model in models for name in model.reads} & set(loaded_tables()))
    found = {EVERY: _together([engine, _file_digest("updates.toml"), *(model.sql for model in models)])}
    for model in models:
        known = found | contents
        if model.reads <= set(known) and _FROM_OUTSIDE not in model.sql.lower():
            reads = (f"{name} {known[name]}" for name in sorted(model.reads))
            found[model.name] = _together([engine, model.sql, *reads])
    return found


def standing(connection: Connection, wanted: Mapping[str, str], checks: Sequence[str]) -> set[str]:
    """Name the models whose tables are there as they would be made now, and the checks that found nothing in them.

    Args:
        connection: a warehouse with its loaded tables.
        wanted: what `digests` gave.
        checks: names of checks, which make no table.
    """
    present, kept = _present(connection) | set(checks), _kept(connection)
    return {name for name, digest in wanted.items() if name in present and kept.get(name) == digest}


def outdated(connection: Connection, wanted: Mapping[str, str]) -> set[str]:
    """Name the models whose tables are there as the same SQL made them, of what was loaded at the last build.

    Args:
        connection: a warehouse with its loaded tables.
        wanted: what `digests` gave.
    """
    kept = _kept(connection)
    return _present(connection) & set(kept) & set(wanted) if kept.get(EVERY) == wanted[EVERY] else set()


def keep(connection: Connection, made: Mapping[str, str]) -> None:
    """Note what the tables were made from, in the transaction in which they were made and checked."""
    schema = {"model": pl.String, "inputs_digest": pl.String}
    tables.replace(connection, TABLE, pl.DataFrame(sorted(made.items()), schema=schema, orient="row"))
    arrivals.keep(connection)


def forget(connection: Connection) -> None:
    """Note that nothing is known of what the tables were made from."""
    for name in (TABLE, arrivals.KEPT, arrivals.FROZEN):
        connection.execute(f"delete from {name}")  # noqa: S608 - own names


def _present(connection: Connection) -> set[str]:
    query = "select schema_name, table_name from duckdb_tables()"
    return {f"{schema}.{name}" for schema, name in connection.execute(query).fetchall()}


def _kept(connection: Connection) -> dict[str, str]:
    return dict(connection.execute(f"select model, inputs_digest from {TABLE}").fetchall())  # noqa: S608 - own name


def _together(parts: Sequence[str]) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()


def _file_digest(name: str) -> str:
    return sha256(reference_file(name).read_bytes()).hexdigest()
