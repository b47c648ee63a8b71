"""What else lies in a release: files nobody listed, files nobody can judge, remarks inside pictures.

Answers "is there anything here but what the manifest says". What cannot be judged counts as a problem.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from pipelines.audit.reading import FINDINGS, MANIFEST, Release

_JUDGED = frozenset({".csv", ".html", ".svg", ".png", ".json"})
_DOCUMENTS = frozenset({".xlsx", ".pdf"})
_END = b"IEND"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What draws the picture; every other chunk of a PNG file can hold words, dates or a second picture.
_DRAWING = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"pHYs", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"sBIT"})
METADATA = "data/metadata.json"


def residue_problems(release: Release) -> Iterator[str]:
    """Name everything in a release that is not as its manifest says, or that this program cannot judge."""
    for problem in (*_unlisted(release), *_files(release), *_tables(release)):
        yield release.problem(problem)


def _unlisted(release: Release) -> Iterator[str]:
    told = release.manifest.get("outputs")
    outputs = told if isinstance(told, dict) else {}
    present = {path for path in release.files if path != MANIFEST}
    for path in sorted(present - outputs.keys()):
        yield f"{path} is not listed in manifest.json. Move it out of the release."
    for path in sorted(outputs.keys() - present):
        yield f"{path} is listed in manifest.json and missing. Release the edition again."
    for path in sorted(present & outputs.keys()):
        if hashlib.sha256(release.files[path]).hexdigest() != outputs[path]:
            yield f"{path} was changed after its release. Put the released file back."


def _files(release: Release) -> Iterator[str]:
    for path, data in sorted(release.files.items()):
        suffix = PurePosixPath(path).suffix
        if suffix in _DOCUMENTS:
            yield from document_problems(path)
        elif suffix not in _JUDGED or (suffix == ".json" and path not in {MANIFEST, METADATA}):
            yield f"{path} is of a kind that nobody knows how to judge. Move it out of the release."
        elif suffix == ".csv" and not (path.startswith("data/") and path.count("/") == 1):
            yield f"{path} lies outside data, where nobody judges it. Move it out of the release."
        elif suffix == ".png":
            yield from (f"{path}: {problem}" for problem in _picture(data))


def document_problems(path: str) -> Iterator[str]:
    """Name what a workbook or a PDF file tells beyond the data files; none can be judged, so each is a problem."""
    yield f"{path} cannot be judged, so it is not known to be safe. Move it out of the release."


def _picture(data: bytes) -> Iterator[str]:
    if not data.startswith(_SIGNATURE):
        yield "it is no PNG picture. Release the edition again."
        return
    place = len(_SIGNATURE)
    while place + 12 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        if kind not in _DRAWING:
            yield "it holds more than the picture. Save it again without remarks."
            return
        place += 12 + length
        if kind == _END:
            break
    if place != len(data):
        yield "it is cut off, or something follows the picture. Release the edition again."


def _tables(release: Release) -> Iterator[str]:
    """The manifest and the description name the tables that are there, with their dimensions."""
    listed = {str(item.get("table_id")): tuple(item.get("dimensions") or ()) for item in _listed(release)}
    present = {name: table.dimensions for name, table in release.tables.items()}
    for name in sorted(listed.keys() | present.keys()):
        if listed.get(name) != present.get(name):
            yield f"{name} is not the table that manifest.json lists. Release the edition again."
    try:
        described = json.loads(release.files.get(METADATA, b"{}").decode("utf-8"))
        addresses = {str(item["url"]) for item in described.get("tables", ())}
    except (ValueError, KeyError, TypeError, AttributeError):
        yield f"{METADATA} is damaged. Release the edition again."
        return
    files = {f"{name}.csv" for name in present} | (
        {f"{FINDINGS}.csv"} if f"data/{FINDINGS}.csv" in release.files else set()
    )
    if METADATA in release.files and addresses != files:
        yield f"{METADATA} describes other files than there are. Release the edition again."


def _listed(release: Release) -> list[dict[str, Any]]:
    told = release.manifest.get("tables")
    return [item for item in told if isinstance(item, dict)] if isinstance(told, list) else []
