"""A published folder of one audience: its manifest and its tables, as a reader has them.

Answers "what does this edition say". A folder that is not as it was published is refused, because nobody could tell
whether a difference was published or made afterwards.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from pipelines.errors import ReadError

MANIFEST, METADATA, DATA = "manifest.json", "data/metadata.json", "data/"
# Columns that say which row it is, or how it is to be read; all others are measures.
_NO_MEASURE = frozenset({"period", "unit", "status", "provisional"})
# What has to stand in a manifest, and as what.
_NEEDED: Mapping[str, type] = {
    "period": str,
    "edition": int,
    "audience": str,
    "network": str,
    "published_on": str,
    "provisional": bool,
    "product": dict,
    "disclosure": dict,
    "tables": list,
    "findings": list,
    "benchmarks": list,
    "outputs": dict,
}
# Lists of comparisons that older versions do not have, in the order of a brief.
LATER = ("waiting", "opening", "barriers", "enquiries", "area_rates")
# Codes and unit of a row.
RowKey = tuple[tuple[str, ...], str]


@dataclass(frozen=True)
class Table:
    """One data file.

    Grain: `rows` has one entry per combination of codes and unit, in file order: its columns as they are written.
    """

    table_id: str
    dimensions: tuple[str, ...]
    rows: Mapping[RowKey, Mapping[str, str]]

    @property
    def measures(self) -> tuple[str, ...]:
        """Give the columns that hold figures, in file order."""
        first = next(iter(self.rows.values()), {})
        return tuple(name for name in first if name not in _NO_MEASURE and name not in self.dimensions)


@dataclass(frozen=True, eq=False)
class Published:
    """One audience's part of an edition: `place` names its folder, `columns` say what each column of a file means."""

    place: str
    manifest: Mapping[str, Any]
    tables: Mapping[str, Table]
    columns: Mapping[str, str]

    @property
    def edition(self) -> int:
        """Give the number of the edition."""
        return int(self.manifest["edition"])

    @property
    def version(self) -> str:
        """Give the version of the product that made it."""
        return str(self.manifest["product"].get("version", ""))

    def label(self, dimension: str, code: str) -> str:
        """Say a code in words, or give the code where the manifest has none."""
        labels = self.manifest.get("labels")
        told = labels.get(dimension) if isinstance(labels, dict) else None
        return str(told.get(code, code)) if isinstance(told, dict) else code


def read_published(folder: Path, *, figures_alone: bool = False) -> Published:
    """Read the folder of one audience.

    Args:
        folder: it has a manifest.json.
        figures_alone: look at the data files and at nothing else.
    Returns:
        What is published in it.
    Raises:
        ReadError: a file is missing, damaged or another than the one that was published.
    """
    manifest = _manifest(folder)
    listed = {path: told for path, told in manifest["outputs"].items() if not figures_alone or path.startswith(DATA)}
    files = {path: _file(folder, path, told) for path, told in listed.items()}
    dimensions = _dimensions(folder, manifest)
    missing = [name for name in dimensions if f"data/{name}.csv" not in files]
    if missing:
        raise _damaged(folder / f"data/{missing[0]}.csv")
    tables = read_tables({name: files[f"data/{name}.csv"] for name in dimensions}, dimensions, place=folder)
    return Published(str(folder), manifest, tables, _columns(folder, files.get(METADATA)))


def read_tables(
    data: Mapping[str, bytes], dimensions: Mapping[str, tuple[str, ...]], *, place: Path
) -> dict[str, Table]:  # fmt: skip
    """Read tables from the bytes of their data files.

    Args:
        data: the file of each table.
        dimensions: the columns of each that hold codes.
        place: the folder that a message names.
    Raises:
        ReadError: a file is no table, or lacks one of its columns.
    """
    return {name: _table(place / f"data/{name}.csv", name, dimensions[name], content) for name, content in data.items()}


def _damaged(path: Path) -> ReadError:
    return ReadError(f"{path} is missing, damaged or not as it was published. Compare folders as they were published.")


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError):
        raise _damaged(path) from None
    if not isinstance(manifest, dict) or not all(
        isinstance(manifest.get(name), kind) for name, kind in _NEEDED.items()
    ):
        raise _damaged(path)
    lists = [manifest["findings"], manifest["benchmarks"], *(manifest.get(name) or [] for name in LATER)]
    if not all(isinstance(each, list) and all(isinstance(item, dict) for item in each) for each in lists):
        raise _damaged(path)
    return manifest


def _file(folder: Path, path: str, digest: object) -> bytes:
    target = folder / path
    try:
        is_inside = target.resolve().is_relative_to(folder.resolve())
        content = target.read_bytes() if is_inside else b""
    except (OSError, ValueError):
        raise _damaged(target) from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise _damaged(target)
    return content


def _dimensions(folder: Path, manifest: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    try:
        return {str(item["table_id"]): tuple(map(str, item["dimensions"])) for item in manifest["tables"]}
    except (KeyError, TypeError):
        raise _damaged(folder / MANIFEST) from None


def _table(path: Path, table_id: str, dimensions: tuple[str, ...], content: bytes) -> Table:
    try:
        rows = list(csv.DictReader(StringIO(content.decode("utf-8"), newline=""), strict=True))
        keyed = {(tuple(row[name] for name in dimensions), row["unit"]): row for row in rows}
    except (ValueError, csv.Error, KeyError):
        raise _damaged(path) from None
    is_whole = all(None not in row and None not in row.values() and {"n", "status"} <= row.keys() for row in rows)
    if not rows or len(keyed) != len(rows) or not is_whole:
        raise _damaged(path)
    return Table(table_id, dimensions, keyed)


def _columns(folder: Path, content: bytes | None) -> dict[str, str]:
    """Give what each column of each data file means, as its description for machines says."""
    if content is None:
        return {}
    try:
        described = json.loads(content.decode("utf-8"))
        return {
            f"{str(table['url']).removesuffix('.csv')}.{column['name']}": str(column.get("dc:description", ""))
            for table in described["tables"]
            for column in table["tableSchema"]["columns"]
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _damaged(folder / METADATA) from None
