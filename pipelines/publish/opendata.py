"""The figures as open data: one CSV file per table and one CSVW description of them all.

Answers: how do machines read a release. Columns mean the same in every file and are described once, in
`reference/columns.toml`.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Mapping
from functools import cache
from io import StringIO
from typing import Any

from pipelines.disclosure.protected import ProtectedTable
from pipelines.publish.area_data import TABLE_ID as AREA_RATES
from pipelines.publish.area_data import area_rates_csv, area_rates_schema
from pipelines.publish.area_section import has_rates
from pipelines.publish.brief import Brief
from pipelines.publish.findings_data import DIALECT, findings_csv, findings_schema
from pipelines.publish.policy_data import policy_files, policy_schemas
from pipelines.publish.sentences import to_text
from pipelines.publish.wording import say, table_wording
from pipelines.resources import reference_file

MEASURES = ("unit", "n", "share", "status", "provisional")
_COUNTS = ("n", "network_n")
_SHARES = ("share", "network_share")
_DATATYPES: dict[str, Any] = {
    "policy_score": {"base": "integer", "minimum": 0, "maximum": 100},
    **{name: {"base": "integer", "minimum": 0} for name in _COUNTS},
    **{name: {"base": "decimal", "minimum": 0, "maximum": 1} for name in _SHARES},
    "status": {"base": "string", "format": "A|C"},
    "provisional": {"base": "boolean", "format": "true|false"},
}
ColumnMeanings = Mapping[str, Mapping[str, str]]


@cache
def column_meanings() -> ColumnMeanings:
    """Read what every column means."""
    with reference_file("columns.toml").open("rb") as file:
        found: ColumnMeanings = tomllib.load(file)["columns"]
    return found


def data_files(brief: Brief, meanings: ColumnMeanings) -> dict[str, bytes]:
    """Write every table of a brief as data.

    Args:
        brief: its tables.
        meanings: description, unit and code list of each column.
    Returns:
        `data/<table_id>.csv` for each table, `data/findings.csv`, `data/policy_context.csv` where something is set
        beside scores of policy, `data/area_rates.csv` where there are rates by area, and `data/metadata.json`.
    """
    files = {f"data/{name}.csv": csv_bytes(table) for name, table in brief.tables.items()}
    files["data/findings.csv"] = findings_csv(brief)
    files |= policy_files(brief)
    if has_rates(brief):
        files[f"data/{AREA_RATES}.csv"] = area_rates_csv(brief)
    return files | {"data/metadata.json": json_bytes(csvw(brief, meanings))}


def csv_bytes(table: ProtectedTable) -> bytes:
    """Write one table.

    Grain: one row per period, combination of dimension codes and unit.

    Args:
        table: a protected table.
    Returns:
        Columns period, the dimensions, unit, n, share (four decimals), in a centre's own brief network_n and
        network_share, then status and provisional; what is hidden or has no base is empty.
    """
    names = _columns(table)
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    for row in table.frame.select(names).iter_rows(named=True):
        writer.writerow([_written(name, row[name]) for name in names])
    return file.getvalue().encode()


def csvw(brief: Brief, meanings: ColumnMeanings) -> dict[str, Any]:
    """Describe the CSV files for machines, after the W3C's CSV on the Web."""
    edition = brief.edition
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": f"{edition.title}, {edition.period.label}",
        "dc:publisher": edition.network_name,
        "dc:issued": edition.published_on.isoformat(),
        "dc:description": brief.rule.statement,
        "tables": [
            *(_described(brief, table, meanings) for table in brief.tables.values()),
            findings_schema(meanings),
            *policy_schemas(brief, lambda name: _column(name, meanings.get(name, {}))),
            *([area_rates_schema(brief, meanings)] if has_rates(brief) else []),
        ],
    }


def json_bytes(value: object) -> bytes:
    """Write JSON in one canonical form: sorted keys, two spaces, one line feed at the end."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n").encode()


def _columns(table: ProtectedTable) -> list[str]:
    further = [name for name in table.frame.columns if name not in {"period", *table.dimensions, *MEASURES}]
    return ["period", *table.dimensions, "unit", "n", "share", *further, "status", "provisional"]


def _written(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.4f}" if name in _SHARES else str(value)


def _described(brief: Brief, table: ProtectedTable, meanings: ColumnMeanings) -> dict[str, Any]:
    return {
        "url": f"{table.table_id}.csv",
        "dc:title": to_text(say(brief, table_wording(table.table_id)["title"])),
        "dialect": DIALECT,
        "tableSchema": {
            "columns": [_column(name, meanings.get(name, {})) for name in _columns(table)],
            "primaryKey": ["period", *table.dimensions, "unit"],
        },
    }


def _column(name: str, meaning: Mapping[str, str]) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "titles": name, "datatype": _DATATYPES.get(name, "string")}
    for key, target in (("description", "dc:description"), ("unit", "dc:format"), ("code_list", "dc:conformsTo")):
        if meaning.get(key):
            described[target] = meaning[key]
    return described | {"required": name not in {*_COUNTS, *_SHARES}}
