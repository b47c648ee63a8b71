"""Reads invented workspaces back with the csv module and the profiles alone, not with the code that wrote them."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipelines.synthetic import SyntheticSummary, write_workspace


@dataclass(frozen=True)
class Made:
    """A workspace and what was said about it."""

    folder: Path
    summary: SyntheticSummary
    truth: dict[str, Any]

    @property
    def settings(self) -> dict[str, Any]:
        """Give the workspace's settings."""
        return read_toml(self.folder / "caseload.toml")

    @property
    def case_sources(self) -> list[str]:
        """Give the sources whose rows are cases."""
        return [name for name in self.settings["sources"] if "records" not in self.profile(name)["rows"]]

    def profile(self, source_id: str) -> dict[str, Any]:
        """Give a source's profile."""
        return read_toml(self.folder / "profiles" / f"{self.settings['sources'][source_id]['profile']}.toml")

    def files(self, source_id: str) -> list[Path]:
        """Give a source's files in order of time."""
        return sorted((self.folder / "inbox" / source_id).glob("*.csv"))

    def rows(self, path: Path) -> tuple[list[str], list[list[str]]]:
        """Give the headings of a file and every row below them."""
        profile = self.profile(path.parent.name)
        encoding = {"utf-8": "utf-8-sig", "windows-1252": "cp1252"}[profile["file"]["encoding"]]
        text = path.read_bytes().decode(encoding)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=profile["file"]["delimiter"]))
        first = next(at for at, row in enumerate(rows) if profile["columns"]["case_ref"] in row)
        return rows[first], rows[first + 1 :]

    def records(self, path: Path) -> list[dict[str, str]]:
        """Give the rows of a file that are records, as the profile tells them from blank and total rows."""
        ignored = tuple(self.profile(path.parent.name)["rows"].get("ignore_starting_with", ["\0"]))
        headings, rows = self.rows(path)
        return [dict(zip(headings, row, strict=True)) for row in rows if any(row) and not row[0].startswith(ignored)]

    def final_records(self, source_id: str) -> dict[str, dict[str, str]]:
        """Give the last version of every case of a source, by its reference."""
        heading = self.profile(source_id)["columns"]["case_ref"]
        return {row[heading]: row for path in self.files(source_id) for row in self.records(path)}

    def recorded(self, dimension: str, unit: str, source_id: str | None = None) -> Counter[str]:
        """Give the true counts of a dimension over all quarters, of one source or of all."""
        found: Counter[str] = Counter()
        for row in self.truth["recorded"]:
            if (row["dimension"], row["unit"]) == (dimension, unit) and source_id in (None, row["source_id"]):
                found[row["code"]] += row["n"]
        return found


@cache
def read_toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def make(folder: Path, **arguments: Any) -> Made:
    truth = folder.parent / f"{folder.name}.json"
    summary = write_workspace(folder, truth=truth, **arguments)
    return Made(folder, summary, json.loads(truth.read_text(encoding="utf-8")))


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def is_readable(made: Made, source_id: str) -> Callable[[dict[str, str]], bool]:
    """Give a test for a record whose words the profile knows and which was not closed before it was opened."""
    profile = made.profile(source_id)
    columns, values = profile["columns"], profile["values"]
    absent = {word.casefold() for words in profile["missing"].values() for word in words} | {""}
    date_format = profile["formats"].get("date", "")
    code = "%d/%m/%Y" if date_format == "DD/MM/YYYY" else "%Y-%m-%d"
    known = {field: {word.casefold() for word in values[field]} | absent for field in ("gender", "advice_type")}

    def readable(row: dict[str, str]) -> bool:
        issues = as_list(columns["advice_type"])
        separator = profile["formats"].get("separators", {}).get("advice_type", ["\0"])[0]
        words = [word.strip().casefold() for name in issues for word in row[name].split(separator)]
        if row[columns["gender"]].strip().casefold() not in known["gender"] or not set(words) <= known["advice_type"]:
            return False
        opened, closed = row.get(columns.get("opened", ""), ""), row.get(columns.get("closed", ""), "")
        return not closed or datetime.strptime(closed, code) >= datetime.strptime(opened, code)

    return readable


def as_list(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names
