"""The tripwire at the door: direct identifiers in what a profile wants to keep.

Answers "does this file name people". Headings and cells are compared with `reference/identifiers.toml`; what a profile
lists under `[drop]` is not looked at, because it is not stored. A find stops the file. It is told by kind, column and
row number, never by value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError, named_rows
from pipelines.ingest.words import normalised
from pipelines.resources import reference_file


@dataclass(frozen=True)
class Kind:
    """One kind of direct identifier; `value` is empty where cells do not show it, `unless` where nothing excuses it."""

    name: str
    heading: str
    unless: str
    value: str
    why: str


@cache
def kinds() -> tuple[Kind, ...]:
    """Give every kind of identifier that is looked for."""
    declared = read_toml(reference_file("identifiers.toml"), SettingsError)
    return tuple(
        Kind(
            name=name.replace("_", " "),
            heading=entry["heading"],
            unless=entry.get("unless", ""),
            value=f"(?i){entry['value']}" if "value" in entry else "",
            why=entry["why"],
        )
        for name, entry in declared.items()
    )


def identifying_headings(headings: Iterable[str]) -> list[str]:
    """Describe every heading that promises an identifier.

    Args:
        headings: those of the columns that would be stored.
    Returns:
        One sentence per such column.
    """
    found = []
    for heading in headings:
        words = " ".join(re.findall(r"[a-z0-9]+", normalised(heading)))
        kind = next((kind for kind in kinds() if _is_promised(kind, words)), None)
        if kind:
            found.append(f'column "{heading}" looks like: {kind.name}. {kind.why}')
    return found


def _is_promised(kind: Kind, words: str) -> bool:
    excused = bool(kind.unless) and re.search(kind.unless, words) is not None
    return re.search(kind.heading, words) is not None and not excused


def identifying_cells(records: pl.DataFrame, columns: Mapping[str, str]) -> list[str]:
    """Describe every column in whose cells an identifier stands.

    Args:
        records: row_number and the cells that would be stored, as text.
        columns: column of `records` to the heading a person knows it by.
    Returns:
        One sentence per column and kind, with row numbers.
    """
    looked_for = [kind for kind in kinds() if kind.value]
    # One pattern for all kinds first: nearly every file is clean, and each pattern costs a pass over the cells.
    anything = "|".join(f"(?:{kind.value})" for kind in looked_for)
    is_suspect = pl.any_horizontal(pl.col(column).str.contains(anything).fill_null(value=False) for column in columns)
    suspects = records.filter(is_suspect)
    if suspects.is_empty():
        return []
    tests = [
        pl.col(column).str.contains(kind.value).fill_null(value=False).alias(f"{column} {kind.name}")
        for column in columns
        for kind in looked_for
    ]
    hits = suspects.select("row_number", *tests)
    return [
        f'column "{heading}" holds: {kind.name} ({named_rows(rows)}). {kind.why}'
        for column, heading in columns.items()
        for kind in looked_for
        if (rows := hits.filter(pl.col(f"{column} {kind.name}"))["row_number"].to_list())
    ]
