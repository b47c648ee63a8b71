"""The description of the data files: does it say of every column what stands in it?

Answers "can a machine rely on data/metadata.json". What a column means is told alike in every table, and as this
version tells it where the release was made by this version.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pipelines.audit.reading import DERIVED, POLICY, Release, read_rows
from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

METADATA = "data/metadata.json"
_DIALECT = {"header": True, "delimiter": ",", "encoding": "utf-8", "lineTerminators": ["\n"]}
_CONTEXT = "http://www.w3.org/ns/csvw"
_NUMBERS = frozenset({"integer", "decimal", "double", "number"})
_MEASURES = re.compile(
    r"(network_)?(n|share)|base|not_known|reach_\w+|\w+_low|\w+_high|benchmark|effective_sample|expected|ratio|q_value|family_size|population|rounded_to|rate"
)
# Files whose columns are described in their own way; that of scores of policy has the columns of a table.
_OWN_WAY = DERIVED - {f"data/{POLICY}.csv"}
# Columns in which every row has a value, beside those of its key.
_LATE = "provisional"
_ALWAYS = frozenset({"period", "unit", "state", "status", _LATE})
_TOLD = {"dc:description": "description", "dc:format": "unit", "dc:conformsTo": "code_list"}


def description_problems(release: Release) -> Iterator[str]:
    """Name everything in the description of the data files that differs from the files or from the manifest."""
    if METADATA not in release.files:
        return
    try:
        described = json.loads(release.files[METADATA].decode("utf-8"))
        tables = {str(item["url"]): item for item in described.get("tables", ())}
        yield from dict.fromkeys((*_whole(release, described), *_tables(release, tables), *_meanings(release, tables)))
    except (ValueError, KeyError, TypeError, AttributeError):
        yield f"{METADATA} is damaged. Release the edition again."


def _whole(release: Release, described: Mapping[str, Any]) -> Iterator[str]:
    told = release.manifest
    expected = {
        "dc:title": f"{told.get('title')}, {told.get('period_label')}",
        "dc:publisher": told.get("network"),
        "dc:issued": told.get("published_on"),
        "dc:description": told.get("disclosure", {}).get("statement"),
    }
    context = described.get("@context", _CONTEXT)
    if _CONTEXT not in (context if isinstance(context, list) else [context]) or not _is_english(context):
        yield f"{METADATA} is of a kind that nobody knows. Release the edition again."
    if any(described[name] != value for name, value in expected.items() if name in described):
        yield f"{METADATA} names the release otherwise than manifest.json. Release the edition again."


def _is_english(context: object) -> bool:
    told = [item["@language"] for item in context if isinstance(item, dict)] if isinstance(context, list) else []
    return set(told) <= {"en", "en-GB"}


def _tables(release: Release, tables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    files = {f"{name}.csv" for name in release.tables}
    files |= {path.removeprefix("data/") for path in DERIVED & release.files.keys()}
    if tables.keys() != files:
        yield f"{METADATA} describes other files than there are. Release the edition again."
        return
    for url, item in tables.items():
        header, rows = read_rows(f"{release.key}/data/{url}", release.files[f"data/{url}"])
        schema = item.get("tableSchema")
        if schema is None:
            continue
        names = [str(column.get("name")) for column in schema["columns"]]
        is_alike = names == header and item.get("dialect", _DIALECT) == _DIALECT
        if not is_alike or not _is_key(schema, header, rows):
            yield f"{METADATA} describes {url} with other columns than it has. Release the edition again."
            continue
        always = _ALWAYS - ({_LATE} if f"data/{url}" in _OWN_WAY else set()) | {*schema["primaryKey"]}
        for place, column in enumerate(schema["columns"]):
            is_told = bool(column.get("required")) == (column["name"] in always)
            if not is_told or not _fits(column, [row[place] for row in rows]):
                yield f"{METADATA} says of {column['name']} in {url} what it is not. Release the edition again."


def _is_key(schema: Mapping[str, Any], header: list[str], rows: list[list[str]]) -> bool:
    """Tell whether the columns named as a key tell all rows apart, and none of them could be left out."""
    key = schema.get("primaryKey", ())
    places = [header.index(name) for name in key if name in header]
    is_apart = len({tuple(row[place] for place in places) for row in rows}) == len(rows)
    before_unit = header[: header.index("unit") + 1] if "unit" in header else header
    return len(places) == len(key) and is_apart and set(key) <= set(before_unit)


def _fits(column: Mapping[str, Any], values: list[str]) -> bool:
    titles = column.get("titles", column["name"])
    kind = column.get("datatype", "string")
    rule = kind if isinstance(kind, dict) else {"base": kind}
    is_filled = all(values) or not column.get("required")
    is_told = titles in (column["name"], [column["name"]]) and is_filled
    return is_told and _is_measure(column, rule) and all(_is_of(rule, text) for text in values if text)


def _is_measure(column: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    """Tell whether a measure is said to be a number: the names of the measures are fixed."""
    return rule.get("base") in _NUMBERS or not _MEASURES.fullmatch(str(column["name"]))


def _is_of(rule: Mapping[str, Any], text: str) -> bool:
    base = rule.get("base")
    if base == "boolean":
        return text in {"true", "false"} and rule.get("format") in {None, "true|false"}
    if base == "string":
        return rule.get("format") is None or re.fullmatch(str(rule["format"]), text) is not None
    if base not in _NUMBERS:
        return False
    try:
        value = int(text) if base == "integer" else float(text)
    except ValueError:
        return False
    return bool(rule.get("minimum", value) <= value <= rule.get("maximum", value))


def _meanings(release: Release, tables: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """A column means the same in every table; by this version, what this version says."""
    seen: dict[str, dict[str, Any]] = {}
    for url, item in tables.items():
        # A comparison tells its share in full, a table with four decimals.
        kind = {"datatype"} if f"data/{url}" not in _OWN_WAY else set()
        for column in (item.get("tableSchema") or {}).get("columns", ()):
            name = str(column["name"])
            told = {key: value for key, value in column.items() if ":" in key or key in kind}
            ours = _ours().get(name, {}) if release.is_ours else {}
            differs = any(key in _TOLD and value != ours.get(_TOLD[key], value) for key, value in told.items())
            alike = {key: value for key, value in seen.setdefault(name, told).items() if key in told}
            if differs or any(told[key] != value for key, value in alike.items()):
                yield f"{METADATA} tells the meaning of {name} in several ways. Release the edition again."


@cache
def _ours() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = read_toml(reference_file("columns.toml"), DisclosureError)["columns"]
    return found
