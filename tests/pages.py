"""The files that are made from data files: pages of docs/, and the template for translators.

`make docs` writes them; `tests/rules/test_pages.py` fails when one is stale.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines import models, warehouse
from pipelines.ingest.fields import fields
from pipelines.ingest.row_states import row_reasons
from pipelines.publish.catalogues import template_of_catalogues
from pipelines.resources import reference_file, sql_folder

ROOT = Path(__file__).resolve().parents[1]
NOTE = "Written by `make docs`; do not edit."
CODES_INTRO = f"""# Codes

{NOTE} The lists themselves are the CSV files in `pipelines/reference/codelists/`.

A profile maps the words of a source to these codes. In released tables `_T` stands for the total and `_U` for not
known, which gathers the four kinds of missing. A network can add advice types of its own in `caseload.toml`.
"""
DICTIONARY_INTRO = f"""# Data dictionary

{NOTE}

The tables of the warehouse, in layers: raw is what arrived, reference what words mean, staging has codes in the place
of words, core one row for each case and client, marts the counts. What a column means is said once, in
`pipelines/reference/columns.toml`; the same name means the same everywhere. The descriptions also stand in the
warehouse itself, as comments. Everything here is internal; released tables are described by the `metadata.json` beside
them.
"""
ROWS_INTRO = f"""# What became of each row

{NOTE} The list itself is `pipelines/reference/row_reasons.toml`.

Every row of a file ends in exactly one state: *accepted*, or one of those below with its reason. The states of a file
add up to the rows read. A reason that begins with `rule_` is a rule of `expectations/raw.records.json`.
"""
LAYERS = ("raw", "reference", "staging", "core", "marts")
# Columns of a code list that a reader of this page does not need.
LEFT_OUT = ("source", "iso3", "valid_from", "valid_to", "eu_from", "eu_to", "eea_from", "eea_to")


def codes_page() -> str:
    """Write docs/codes.md."""
    paths = sorted(reference_file("codelists").glob("*.csv"))
    return "\n".join([CODES_INTRO, *(_code_list(path) for path in paths if path.stem != "nationality_name_kinds")])


def dictionary_page() -> str:
    """Write docs/data-dictionary.md, from an empty warehouse that the product itself builds."""
    with tempfile.TemporaryDirectory() as folder, warehouse.writing(Path(folder), keep=False) as database:
        models.build(database)
        with warehouse.reading(database) as connection:
            columns = connection.execute(
                "select schema_name, table_name, column_name, data_type from duckdb_columns() where not internal "
                "order by schema_name, table_name, column_index"
            ).fetchall()
    tables: dict[str, list[tuple[str, str]]] = {}
    for layer, table, column, kind in sorted(columns, key=lambda row: LAYERS.index(row[0])):
        tables.setdefault(f"{layer}.{table}", []).append((column, kind.lower()))
    return "\n".join([DICTIONARY_INTRO, *(_table(name, listed) for name, listed in tables.items())])


def rows_page() -> str:
    """Write docs/rows.md."""
    rows = [
        {"reason": f"`{name}`", "state": entry["state"], "rows": entry["means"], "what to do": entry.get("remedy", "")}
        for name, entry in row_reasons().items()
    ]
    return "\n".join([ROWS_INTRO, *_pipes(["reason", "state", "rows", "what to do"], rows), ""])


PAGES = {
    "docs/codes.md": codes_page,
    "docs/data-dictionary.md": dictionary_page,
    "docs/rows.md": rows_page,
    "pipelines/reference/languages/caseload.pot": template_of_catalogues,
}


def _code_list(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [name for name in rows[0] if name not in LEFT_OUT]
    about = [f"For the field `{field.name}`." for field in fields().values() if field.code_list == path.stem]
    sources = "; ".join(dict.fromkeys(row["source"] for row in rows))
    told = [*about, *([f"Source: {sources}."] if len(sources) < 300 else [])]
    return "\n".join([f"## {path.stem}\n", *(f"{line}\n" for line in told), *_pipes(columns, rows), ""])


def _table(name: str, columns: Iterable[tuple[str, str]]) -> str:
    meanings = models.column_meanings()
    rows = [{"column": f"`{column}`", "type": kind, "meaning": _meaning(meanings[column])} for column, kind in columns]
    return "\n".join([f"## {name}\n", f"{_grain(name)}\n", *_pipes(["column", "type", "meaning"], rows), ""])


def _meaning(entry: Mapping[str, str]) -> str:
    unit = f" Unit: {entry['unit']}." if entry.get("unit") else ""
    listed = f" Codes: [{entry['code_list']}](codes.md#{entry['code_list']})." if entry.get("code_list") else ""
    return f"{entry['description']}{unit}{listed}"


def _grain(name: str) -> str:
    """Say what one row is: from tables.toml for loaded tables, from the header of its SQL file for the others."""
    layer, table = name.split(".")
    path = sql_folder() / layer / f"{table}.sql"
    if not path.is_file():
        return str(tomllib.loads(reference_file("tables.toml").read_text(encoding="utf-8"))[layer][table]["grain"])
    header = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("-- ")]
    return " ".join(line.removeprefix("-- ") for line in header)


def _pipes(columns: list[str], rows: Iterable[Mapping[str, str]]) -> list[str]:
    lines = ["| " + " | ".join(row[name].replace("|", "\\|") for name in columns) + " |" for row in rows]
    return ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns), *lines]


if __name__ == "__main__":
    for name, write in PAGES.items():
        (ROOT / name).write_text(write(), encoding="utf-8")
        sys.stdout.write(f"{name}\n")
