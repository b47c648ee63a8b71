"""What is in a workbook beside its cells, by `reference/workbook_parts.toml`.

Answers "does the file name who made it, and does it carry comments or hidden copies of records". Only that they are
there is found out; what they say is never kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.ingest.reading.archives import Archive
from pipelines.ingest.reading.markup import Attributes, Elements
from pipelines.resources import reference_file

PROPERTIES = ("docprops/core.xml", "docprops/app.xml", "meta.xml")
NAMING = ("creator", "lastModifiedBy", "Manager", "initial-creator", "printed-by")
PERSONS = re.compile(r"^xl/persons/")


@cache
def known_parts() -> dict[str, dict[str, Any]]:
    """Give every kind of part that is looked for, and the names of programs that are no authors."""
    return read_toml(reference_file("workbook_parts.toml"), SettingsError)


def part_meaning(part: str) -> str:
    """Say what a part holds, for a message."""
    meanings = {key: str(entry.get("means", "")) for key, entry in known_parts().items()}
    return {**meanings, "other_sheets": "other sheets that hold something and are not read"}[part]


def parts_of(path: Path, archive: Archive, file_format: str) -> list[str]:
    """Give the kinds of parts an archive has.

    Args:
        path: the file, for messages.
        archive: the opened workbook.
        file_format: `xlsx` or `ods`.
    Returns:
        Keys of `reference/workbook_parts.toml`, in its order.
    Raises:
        ReadError: a part that may name people cannot be read.
    """
    found = {
        key
        for key, entry in known_parts().items()
        if file_format in entry and any(re.search(entry[file_format], name) for name in archive.names)
    }
    if _names_author(path, archive):
        found.add("author")
    if any(_lists_persons(path, archive, name) for name in archive.names if PERSONS.search(name)):
        found.add("comments")
    return [key for key in known_parts() if key in found]


class _Names(Elements):
    """Tells whether any of the elements that name people is filled with more than a program's name."""

    def __init__(self, programs: Sequence[str]) -> None:
        super().__init__()
        self.is_named = False
        self._programs = programs
        self.starts = dict.fromkeys(NAMING, self._begin)
        self.ends = dict.fromkeys(NAMING, self._done)

    def _begin(self, _: Attributes) -> None:
        self.gather()

    def _done(self) -> None:
        written = " ".join(self.gathered().lower().split())
        # Programs add a version to their name.
        bare = re.sub(r"[\s/(v-]*\d[\d.]*.*$", "", written)
        if written not in self._programs and bare not in self._programs:
            self.is_named = True


def _names_author(path: Path, archive: Archive) -> bool:
    reader_of = known_parts()["programs"]["names"]
    for part in PROPERTIES:
        if part in archive:
            reader = _Names(reader_of)
            reader.read(path, archive.blocks(part))
            if reader.is_named:
                return True
    return False


class _Persons(Elements):
    def __init__(self) -> None:
        super().__init__()
        self.is_any = False
        self.starts = {"person": self._person}

    def _person(self, _: Attributes) -> None:
        self.is_any = True


def _lists_persons(path: Path, archive: Archive, part: str) -> bool:
    reader = _Persons()
    reader.read(path, archive.blocks(part))
    return reader.is_any
