"""What else lies in a release: files nobody listed, files nobody can judge, remarks inside pictures.

Answers "is there anything here but what the manifest says". What cannot be judged counts as a problem.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from pipelines.audit.descriptions import METADATA
from pipelines.audit.reading import MANIFEST, Release

_JUDGED = frozenset({".csv", ".html", ".svg", ".png", ".json"})
# Documents that are held against a page: the workbook has one name, a PDF that of its page.
_WORKBOOK, _DOCUMENTS = "tables.xlsx", frozenset({".xlsx", ".pdf"})
_PAGE = "brief.html"
_NUMBER = re.compile(r"\d+")
_END = b"IEND"
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What draws the picture; every other chunk of a PNG file can hold words, dates or a second picture.
_DRAWING = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"pHYs", b"tRNS", b"sRGB", b"gAMA", b"cHRM", b"sBIT"})


def residue_problems(release: Release) -> Iterator[str]:
    """Name everything in a release that is not as its manifest says, or that this program cannot judge."""
    for problem in (*_unlisted(release), *_files(release), *_tables(release), *_rule(release)):
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
            page = _PAGE if path == _WORKBOOK else str(PurePosixPath(path).with_suffix(".html"))
            if page not in release.files or (suffix == ".xlsx" and path != _WORKBOOK):
                yield f"{path} stands beside no page that it could be held against. Move it out of the release."
        elif suffix not in _JUDGED or (suffix == ".json" and path not in {MANIFEST, METADATA}):
            yield f"{path} is of a kind that nobody knows how to judge. Move it out of the release."
        elif suffix == ".csv" and not (path.startswith("data/") and path.count("/") == 1):
            yield f"{path} lies outside data, where nobody judges it. Move it out of the release."
        elif suffix == ".png":
            yield from (f"{path}: {problem}" for problem in _picture(data))


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
    """The manifest names the tables that are there, with their dimensions and units."""
    listed = {str(item.get("table_id")): item for item in _listed(release)}
    for name in sorted(listed.keys() | release.tables.keys()):
        table, item = release.tables.get(name), listed.get(name, {})
        units = list(dict.fromkeys(row.unit for row in table.rows)) if table else []
        told = tuple(item.get("dimensions") or ()), item.get("units", units)
        if table is None or told != (table.dimensions, units):
            yield f"{name} is not the table that manifest.json lists. Release the edition again."


def _rule(release: Release) -> Iterator[str]:
    """What is said of the rule names its numbers: the base and how far it reaches, or below what counts are hidden."""
    statement = str(release.manifest.get("disclosure", {}).get("statement") or "")
    numbers = {int(number) for number in _NUMBER.findall(statement)}
    if release.base is None:
        is_told = numbers == {1, release.limit - 1}
    else:
        is_told = release.base in numbers and bool(numbers & {release.reach, release.reach + 1} - {release.base})
        is_told = is_told and release.manifest["disclosure"].get("reach") in {None, release.reach}
    if statement and release.is_ours and not is_told:
        yield "manifest.json says of its rule something else than it is. Release the edition again."


def _listed(release: Release) -> list[dict[str, Any]]:
    told = release.manifest.get("tables")
    return [item for item in told if isinstance(item, dict)] if isinstance(told, list) else []
