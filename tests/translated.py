"""Languages that a test approved, from the packaged drafts: for tests alone, since nobody else approved them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pipelines.publish.catalogues import read_language
from pipelines.publish.languages import Language
from pipelines.publish.translatable import sections
from pipelines.resources import reference_file
from pipelines.translations import Translation


@cache
def language(tag: str) -> Language:
    """Read a packaged draft as if everything in it were approved."""
    return read_language(Translation(tag, reference_file("languages", tag), frozenset(sections())))


def partly(tag: str, approved: Iterable[str]) -> Language:
    """Read a packaged draft as if some sections were approved."""
    return read_language(Translation(tag, reference_file("languages", tag), frozenset(approved)))


def write_catalogue(folder: Path, entries: str, *, status: str = "") -> Translation:
    """Write a catalogue of a test's own; every section that the status names counts as approved."""
    folder.mkdir(parents=True, exist_ok=True)
    header = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plurals = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    (folder / "brief.po").write_text(header + plurals + entries, encoding="utf-8")
    (folder / "status.toml").write_text(status, encoding="utf-8")
    return Translation("pl", folder, frozenset(re.findall(r"^\[(\w+)\]", status, flags=re.MULTILINE)))
