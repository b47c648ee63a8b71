"""The acceptance list of files: cases written in data, made into workspaces, and what came out of them.

The cases are `spec/variants/files/*.toml`; `spec/variants/base.toml` says how a case is written and holds the profile
that all cases change.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from sheet_grids import saved
from workspaces import RIVERSIDE, Workspace

FOLDER = Path(__file__).parent / "spec" / "variants"
Case = dict[str, Any]


def listed_variants() -> dict[str, str]:
    """Give the title of every variant of the acceptance list by its number."""
    with (FOLDER / "list.csv").open(encoding="utf-8", newline="") as file:
        return {row["variant"]: row["title"] for row in csv.DictReader(file)}


def cases() -> list[Case]:
    """Give every case; one that names several kinds of file is a case for each of them."""
    found = []
    for path in sorted((FOLDER / "files").glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            kinds = case.get("kinds", [])
            found += [_of_kind(case, kind) for kind in kinds] if kinds else [case]
    return found


def _of_kind(case: Case, kind: str) -> Case:
    profile = merged({"file": {"format": kind}}, case.get("profile", {}))
    return case | {"kind": kind, "profile": profile, "title": f"{case['title']} ({kind})"}


@cache
def _base() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "base.toml").read_text(encoding="utf-8"))


def prepare(workspace: Workspace, case: Case) -> None:
    """Write the profile, the settings and the files of a case into a hand-made workspace.

    Its own source is emptied first; the other keeps its twenty cases, so that there is enough to publish, unless the
    case has files for it.
    """
    base = _base()
    profile = _without(base["profile"], case.get("without", []))
    _write_toml(workspace.folder / "profiles" / "export.toml", merged(profile, case.get("profile", {})))
    path = workspace.folder / "caseload.toml"
    settings = merged(tomllib.loads(path.read_text(encoding="utf-8")), base["settings"])
    settings = _without(settings, case.get("settings_without", []))
    _write_toml(path, merged(settings, case.get("settings", {})))
    for source in sources_of(case):
        (workspace.folder / "inbox" / source / "2026-Q3.csv").unlink()
    for file in files_of(case):
        workspace.put(file["name"], _content(file), source=file["source"])


def files_of(case: Case) -> Iterator[Case]:
    """Give the files of a case with their names and sources; a case with one file describes it itself."""
    for file in case.get("files", [case]):
        kind = case.get("kind", file.get("kind", ""))
        yield {"name": f"2026-Q3.{kind or 'csv'}", "source": RIVERSIDE, **file, "kind": kind}


def sources_of(case: Case) -> list[str]:
    """Give the sources that a case has files for."""
    return sorted({file["source"] for file in files_of(case)} | {RIVERSIDE})


def _content(file: Case) -> bytes:
    if "text" in file:
        text = file["text"] + file.get("then", "") * file.get("times", 1)
        return str(text).encode(file.get("encoding", "utf-8"))
    return saved(file["kind"], file)


def cases_stored(workspace: Workspace, case: Case) -> list[dict[str, Any]]:
    """Give every case that counts, in the order of its rows, in the short words of a case file."""
    keys = workspace.table("core.case_keys").select("case_key", "record_id")
    found = workspace.table("core.cases").join(keys, on="case_key").sort("record_id")
    nationalities = _by_case(workspace, "core.case_nationalities", "nationality_code")
    advice = _by_case(workspace, "core.case_advice_types", "advice_type_code")
    return [
        {
            **{name.removesuffix("_code").removesuffix("_id"): value for name, value in row.items()},
            "opened": str(row["opened_on"] or ""),
            "closed": str(row["closed_on"] or ""),
            "age": _age(row),
            "family": row["family_evidence_code"],
            "nationality": nationalities.get(row["case_key"], row["nationality_class_code"]),
            "advice": advice[row["case_key"]],
        }
        for row in found.filter(pl.col("source_id").is_in(sources_of(case))).iter_rows(named=True)
    ]


def _age(row: Mapping[str, Any]) -> str:
    low, high = row["age_low"], row["age_high"]
    if low is None:
        return str(row["age_group_code"])
    return str(low) if low == high else f"{low}+" if high is None else f"{low}-{high}"


def _by_case(workspace: Workspace, table: str, column: str) -> dict[str, str]:
    frame = workspace.table(table).sort(column).group_by("case_key", maintain_order=True).agg(column)
    return {key: ";".join(codes) for key, codes in frame.iter_rows()}


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Give one table of settings with the changes of another; tables inside are merged in the same way."""
    result = dict(base)
    for key, value in changes.items():
        is_table = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if is_table else value
    return result


def _without(values: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """Give a table without some keys; a full stop stands between a table and what is in it."""
    result = dict(values)
    for key in keys:
        first, _, rest = key.partition(".")
        if rest:
            result[first] = _without(result[first], [rest])
        else:
            del result[first]
    return result


def _write_toml(path: Path, values: Mapping[str, Any]) -> None:
    path.write_text("".join(f"{json.dumps(key)} = {_toml(value)}\n" for key, value in values.items()), encoding="utf-8")


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(key)} = {_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
