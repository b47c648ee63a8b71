"""Checkers of the files in `sql/`, and of the suites in `expectations/`; each gives a list of problems.

DuckDB's own parser says what a file reads; the rules themselves are in `sql.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb

SEVERITIES = ("critical", "warning", "info")


def bare(sql: str) -> str:
    """Take out comments and mark quoted text (`'month'` becomes `#q_month#`), all in lower case."""
    without = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)
    return re.sub(r"'((?:[^']|'')*)'", _word_only, without).lower()


def _word_only(match: re.Match[str]) -> str:
    return f"#q_{re.sub(r'[^A-Za-z_]', '', match[1])}#"


def read_tables(sql: str) -> set[str]:
    """Give the qualified names of the tables a select reads, as DuckDB's parser sees them, without their aliases."""
    with duckdb.connect(config={"enable_external_access": False}) as connection:
        names = connection.get_table_names(sql, qualified=True)
    return {name.partition(" AS ")[0].replace('"', "") for name in names}


def wrong_model(path: Path, sql: str, rules: Mapping) -> list[str]:
    """Name what is wrong with one file of `sql/`.

    Args:
        path: the file's path inside `sql/`, such as `core/cases.sql`.
        sql: its text.
        rules: the content of `sql.toml`.
    """
    layer = path.parent.name
    found = [*wrong_name(path, rules), *wrong_header(sql), *wrong_length(layer, sql, rules), *wrong_idioms(sql, rules)]
    found += wrong_statements(sql) or wrong_reads(layer, sql, rules)
    if layer == "marts" and not ends_ordered(sql):
        found.append("a mart ends with order by")
    return [f"{path.as_posix()}: {problem}" for problem in found]


def wrong_name(path: Path, rules: Mapping) -> list[str]:
    """Say when a path is not `<layer>/<table>.sql`."""
    if len(path.parts) != 2 or path.parts[0] not in rules["layers"]:
        return ["lies in no layer's folder"]
    return [] if re.fullmatch(r"[a-z][a-z0-9_]*", path.stem) else ["a table's name is lower case with underscores"]


def wrong_header(sql: str) -> list[str]:
    """Say when the first line does not tell what one row is."""
    return [] if re.match(r"-- One row per \S", sql) else ["the first line begins '-- One row per'"]


def wrong_length(layer: str, sql: str, rules: Mapping) -> list[str]:
    """Say when a file is longer than its layer allows."""
    lines, most = len(sql.splitlines()), rules["most_lines"].get(layer)
    return [f"{lines} lines, at most {most}"] if most and lines > most else []


def wrong_idioms(sql: str, rules: Mapping) -> list[str]:
    """Name the idioms of the list to avoid that a file uses."""
    text = bare(sql)
    return [rule["reason"] for rule in rules["avoid"] if re.search(rule["pattern"], text, flags=re.DOTALL)]


def wrong_statements(sql: str) -> list[str]:
    """Say when a file is not exactly one select."""
    try:
        with duckdb.connect() as connection:
            kinds = [statement.type for statement in connection.extract_statements(sql)]
    except duckdb.Error:
        return ["DuckDB cannot parse it"]
    return [] if kinds == [duckdb.StatementType.SELECT] else ["holds one select and nothing else"]


def wrong_reads(layer: str, sql: str, rules: Mapping) -> list[str]:
    """Name the tables read without a schema, or from a higher layer."""
    layers, problems = rules["layers"], []
    try:
        tables = sorted(read_tables(sql))
    except duckdb.Error:
        return ["DuckDB cannot tell what it reads"]
    for table in tables:
        schema, dot, _ = table.partition(".")
        if not dot or schema not in layers:
            problems.append(f"reads {table}, which has no layer in front")
        elif layers[schema] > layers.get(layer, -1):
            problems.append(f"reads {table}, from a higher layer")
    return problems


def ends_ordered(sql: str) -> bool:
    """Tell whether the outermost select has an `order by`."""
    text, depth, outer = bare(sql), 0, []
    for character in text:
        depth += (character == "(") - (character == ")")
        outer.append(character if depth == 0 else " ")
    last_select = "".join(outer).rpartition("select")[2]
    return re.search(r"\border\s+by\b", last_select) is not None


def missing_models(reads: Mapping[str, Iterable[str]], models: Iterable[str]) -> list[str]:
    """Name the tables of the staging, core and marts layers that are read but that no file makes."""
    made = set(models)
    return [
        f"{path}: reads {table}, which no file makes"
        for path, tables in sorted(reads.items())
        for table in sorted(tables)
        if table.partition(".")[0] in {"staging", "core", "marts"} and table not in made
    ]


def wrong_suite(table: str, suite: Mapping, columns: Mapping[str, Iterable[str]]) -> list[str]:
    """Name what is wrong with one suite.

    Args:
        table: the file's stem, such as `core.cases`.
        suite: the file's content, Great Expectations' own form.
        columns: the columns of each real table, by qualified name.
    """
    if table not in columns:
        return [f"{table}: no such table"]
    problems = [] if suite.get("name") == table else [f"{table}: the suite has another name than its file"]
    problems += [] if suite.get("expectations") else [f"{table}: holds no rule"]
    for number, rule in enumerate(suite.get("expectations", []), start=1):
        problems += [f"{table}: rule {number}: {problem}" for problem in _wrong_rule(rule, set(columns[table]))]
    return problems


def _wrong_rule(rule: Mapping, columns: set[str]) -> Iterable[str]:
    kwargs = rule.get("kwargs", {})
    if rule.get("severity") not in SEVERITIES:
        yield "has no severity"
    if not (rule.get("notes") or rule.get("meta", {}).get("notes")):
        yield "has no notes that say why"
    for name in _named_columns(kwargs):
        if name not in columns:
            yield f"names the column {name}, which does not exist"


def _named_columns(kwargs: Mapping) -> list[str]:
    single = [kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs]
    return single + [name for key in ("column_list", "column_set") for name in kwargs.get(key, [])]
