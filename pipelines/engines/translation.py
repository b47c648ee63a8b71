"""From DuckDB's way of writing SQL to Spark's; the files of `sql/` stay the only source.

Answers "what does Spark get to read". Only the way of writing changes: the idioms whose meaning would change are kept
out of `sql/` by `tests/rules/test_sql.py`.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp

from pipelines.errors import ModelError

PARTS = "parts"
"""The schema of what a model asks to be worked out once."""
_NUMBERINGS = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Ntile)


def to_spark(name: str, sql: str) -> dict[str, str]:
    """Write a model or a check as Spark reads it, in steps.

    A part that is `as materialized` is a step of its own, whose table the later ones read. Spark would work it out
    each time it is named, and knows no word that keeps it from doing so.

    Args:
        name: its qualified name.
        sql: one select in DuckDB's dialect.
    Returns:
        By the name of the table each makes, the parts in their order and last the model: selects without comments.
        Nulls are ordered as DuckDB orders them, which is said everywhere.
    Raises:
        ModelError: it has no translation.
    """
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
        once = {f"{PARTS}.{_joined(name, part.alias)}": part for part in tree.ctes if part.args.get("materialized")}
        for table, part in once.items():
            _read_from(tree, part.alias, table)
        steps = {table: _with_parts(part.this.copy(), _before(tree, part)) for table, part in once.items()}
        return {table: _written(query) for table, query in {**steps, name: _with_parts(tree, _kept(tree.ctes))}.items()}
    except sqlglot.errors.SqlglotError as error:
        raise ModelError(
            f"sql/{name.replace('.', '/')}.sql cannot be translated for Spark ({type(error).__name__}). "
            "Keep to the idioms of sql/README.md."
        ) from None


def _joined(name: str, part: str) -> str:
    return f"{name.replace('.', '_')}_{part}"


def _read_from(tree: exp.Expression, part: str, table: str) -> None:
    """Let every reading of a part be one of the table it was made into, under the name it had."""
    for reading in [each for each in tree.find_all(exp.Table) if not each.db and each.name == part]:
        named = exp.to_table(table, dialect="duckdb")
        for place, joined in reading.args.items():
            if place not in named.args or named.args[place] is None:
                named.set(place, joined)
        named.set("alias", reading.args.get("alias") or exp.TableAlias(this=exp.to_identifier(part)))
        reading.replace(named)


def _before(tree: exp.Expression, part: exp.CTE) -> list[exp.CTE]:
    return [*_kept(tree.ctes[: tree.ctes.index(part)]), *part.this.ctes]


def _kept(parts: list[exp.CTE]) -> list[exp.CTE]:
    return [part for part in parts if not part.args.get("materialized")]


def _with_parts(query: exp.Expression, parts: list[exp.CTE]) -> exp.Expression:
    query.set("with_", exp.With(expressions=[part.copy() for part in parts]) if parts else None)
    return query


def _written(query: exp.Expression) -> str:
    for part in query.find_all(exp.CTE):
        # Within a part the word stays advice, and Spark does not know it.
        part.set("materialized", None)
    for numbering in [each for each in query.find_all(exp.Window) if isinstance(each.this, _NUMBERINGS)]:
        # DuckDB numbers in 64 bits and Spark in 32, which what is worked out from a number may not fit into.
        numbering.replace(exp.cast(numbering.copy(), "bigint"))
    return str(query.sql(dialect="spark", comments=False, unsupported_level=sqlglot.ErrorLevel.RAISE))
