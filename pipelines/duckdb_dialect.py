"""A small SQLAlchemy dialect through which Great Expectations reads DuckDB.

Importing this module registers the scheme `caseloadduckdb`. Five things of the two libraries do not fit together; each
override says which. Remove this module when Great Expectations has a DuckDB data source of its own.
"""

from __future__ import annotations

from typing import Any

import duckdb
import duckdb_engine
from sqlalchemy import types
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGCompiler

from pipelines.warehouse import CONFIGURATION

SCHEME = "caseloadduckdb"
_TYPES: dict[str, type[types.TypeEngine[Any]]] = {
    "VARCHAR": types.VARCHAR,
    "BIGINT": types.BIGINT,
    "INTEGER": types.INTEGER,
    "DOUBLE": types.DOUBLE,
    "BOOLEAN": types.BOOLEAN,
    "DATE": types.DATE,
    "TIMESTAMP": types.TIMESTAMP,
}


class _OwnCursorConnection(duckdb_engine.ConnectionWrapper):
    """Gives every cursor a DuckDB cursor of its own.

    Great Expectations fetches rows after its connection went back to the pool, which rolls back; with the library's
    shared cursor the rows are gone by then.
    """

    def cursor(self) -> Any:
        return duckdb_engine.CursorWrapper(self._ConnectionWrapper__c.cursor(), self)


class _Compiler(PGCompiler):
    """Hands the values of a list over as rows: DuckDB compares every row with every value of a written list."""

    def visit_bindparam(self, bindparam: Any, *arguments: Any, **options: Any) -> str:
        """Write a parameter; one that stands for a list of values becomes a query that gives them."""
        text: str = super().visit_bindparam(bindparam, *arguments, **options)  # type: ignore[no-untyped-call]
        is_list = bindparam.expanding and bool(bindparam.value) and text.startswith("(")
        return f"(SELECT unnest([{text[1:-1]}]))" if is_list else text


class CaseloadDuckDBDialect(duckdb_engine.Dialect):
    """DuckDB under the name `postgresql`, whose regular expressions DuckDB 2 shares."""

    # Great Expectations picks the SQL of a rule by this name and knows no "duckdb".
    name = "postgresql"
    statement_compiler = _Compiler
    supports_statement_cache = False

    def connect(self, *arguments: Any, **options: Any) -> Any:
        """Open DuckDB with the one configuration of the warehouse; the library's own would be refused as another."""
        options.pop("url_config", None)
        options["config"] = CONFIGURATION
        return _OwnCursorConnection(duckdb.connect(*arguments, **options))

    def get_columns(self, connection: Any, table_name: str, schema: str | None = None, **_: Any) -> list[Any]:
        """List a table's columns; the inherited way asks for a Postgres catalogue that DuckDB does not have."""
        rows = connection.exec_driver_sql(
            "select column_name, data_type, is_nullable from information_schema.columns "
            "where table_name = $1 and table_schema = coalesce($2, table_schema) order by ordinal_position",
            (str(table_name), schema),
        ).fetchall()
        return [
            {
                "name": name,
                "type": _TYPES.get(kind.split("(")[0], types.VARCHAR)(),
                "nullable": nullable == "YES",
                "default": None,
                "comment": None,
            }
            for name, kind, nullable in rows
        ]

    def get_pk_constraint(self, *_: Any, **__: Any) -> Any:
        """Tell that no table has a primary key, as none of ours has: to ask a catalogue of Postgres takes long."""
        return {"constrained_columns": [], "name": None}


registry.register(SCHEME, __name__, "CaseloadDuckDBDialect")
