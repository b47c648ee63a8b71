"""The data file of findings beside the manifest: the same findings, with the same figures, states and dates.

Answers "do both lists of findings agree". One row stands for each finding about a group.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.audit.reading import FINDINGS, Release, read_rows
from pipelines.codelists import TOTAL

_NAMED = {"group_code": "group", "share": "observed", "share_low": "low", "share_high": "high"}


def file_problems(release: Release, findings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Name every row of the data file of findings that differs from the manifest, and every finding without a row."""
    path = f"data/{FINDINGS}.csv"
    if path not in release.files:
        return
    header, rows = read_rows(f"{release.key}/{path}", release.files[path])
    told = {(str(each.get("dimension")), str(each.get("group"))): each for each in findings}
    seen = set()
    for row in (dict(zip(header, values, strict=True)) for values in rows):
        key = row.get("dimension", ""), row.get("group_code", "")
        seen.add(key)
        finding = told.get(key)
        if finding is None or not _agrees(release, row, finding):
            yield f"{path}: the row {' '.join(key)} differs from manifest.json. Release the edition again."
    for key in sorted({each for each in told if each[1] != TOTAL} - seen):
        yield f"{path} has no row {' '.join(key)}. Release the edition again."


def _agrees(release: Release, row: Mapping[str, str], finding: Mapping[str, Any]) -> bool:
    expected = {name: written(finding.get(_NAMED.get(name, name))) for name in row}
    expected |= {
        "period": release.period,
        "status": "C" if finding.get("state") == "withheld" else "A",
        "provisional": str(release.manifest.get("provisional", row.get("provisional"))).lower(),
    }
    return all(expected[name] == value for name, value in row.items())


def written(value: object) -> str:
    """Write a value as a data file has it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
