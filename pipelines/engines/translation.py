"""From DuckDB's way of writing SQL to Spark's; the files of `sql/` stay the only source.

Answers "what does Spark get to read". Only the way of writing changes: the idioms whose meaning would change are kept
out of `sql/` by `tests/rules/test_sql.py`.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from pipelines.errors import ModelError


def to_spark(name: str, sql: str) -> str:
    """Write a model or a check as Spark reads it.

    Args:
        name: its qualified name, for the message.
        sql: one select in DuckDB's dialect.
    Returns:
        The same select without comments; nulls are ordered as DuckDB orders them, which is said everywhere.
    Raises:
        ModelError: it has no translation.
    """
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
        for part in tree.find_all(exp.CTE):
            # Advice to DuckDB, to work a part out once; Spark does not know the word, and the result is the same.
            part.set("materialized", None)
        return str(tree.sql(dialect="spark", comments=False, unsupported_level=sqlglot.ErrorLevel.RAISE))
    except sqlglot.errors.SqlglotError as error:
        raise ModelError(
            f"sql/{name.replace('.', '/')}.sql cannot be translated for Spark ({type(error).__name__}). "
            "Keep to the idioms of sql/README.md."
        ) from None
