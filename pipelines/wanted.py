"""Whom to erase: pseudonyms of the warehouse, or references as a source writes them.

Answers "who is meant", without a reference ever standing on a command line, where other users of the computer and its
history would see it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import UsageError, named_rows
from pipelines.ingest.profiles import Profile
from pipelines.ingest.records import read_reference
from pipelines.keys import PSEUDONYM_LENGTH, pseudonym
from pipelines.settings import Settings

STANDARD_INPUT = "-"
_PSEUDONYM = re.compile(rf"^[0-9a-f]{{{PSEUDONYM_LENGTH}}}$")


@dataclass(frozen=True)
class Wanted:
    """Whom to erase: one pseudonym, or references of one source; no message and no record repeats either."""

    client_key: str = field(default="", repr=False)
    references: tuple[str, ...] = field(default=(), repr=False)
    source_id: str = ""
    is_case: bool = False


def wanted_people(client: str | None, file: str | None, source: str | None, *, is_case: bool) -> Wanted:
    """Read whom a person asked to erase.

    Args:
        client: a pseudonym, as `client_key` of the warehouse has it.
        file: a file with one reference a line, `-` for standard input; instead of a pseudonym.
        source: the source that the references belong to.
        is_case: whether they are references of cases.
    Raises:
        UsageError: both or neither is given, or one of them cannot be used; the message repeats nothing of it.
    """
    if bool(client) == bool(file):
        raise UsageError("Name one person: with --client and a key, or with --reference-file and --source.")
    if client:
        # Tables show it in five groups of characters.
        client = client.replace("-", "")
        if not _PSEUDONYM.fullmatch(client):
            raise UsageError(
                f"--client takes a client_key of the warehouse: {PSEUDONYM_LENGTH} characters from 0-9 and a-f, "
                "hyphens aside. Give a reference of a source with --reference-file, never on the command line."
            )
        return Wanted(client_key=client)
    if not source:
        raise UsageError("--reference-file needs --source: equal references of two sources are two people.")
    references = tuple(line for line in _read(str(file)).splitlines() if line.strip())
    if not references:
        raise UsageError("There is no reference in what --reference-file names. Write one a line.")
    return Wanted(references=references, source_id=source, is_case=is_case)


def pseudonyms(wanted: Wanted, settings: Settings, profiles: Mapping[str, Profile], key: str) -> list[str]:
    """Give the pseudonyms of references, made as a file of the source would make them.

    Args:
        wanted: references of a source.
        settings: names the registers of references.
        profiles: one per source id; says how references are read.
        key: the network's secret key.
    Raises:
        UsageError: there is no such source, it has no such references, or a line holds none.
    """
    if wanted.source_id not in settings.sources:
        raise UsageError(f"There is no source {wanted.source_id}. Sources: {', '.join(settings.sources)}.")
    source, profile = settings.sources[wanted.source_id], profiles[wanted.source_id]
    name = "case_ref" if wanted.is_case else "client_ref"
    if name not in profile.sources or (wanted.is_case and profile.rows.one_row_per == "person"):
        fitting = [each for each in ("client_ref", "case_ref") if each in profile.sources and each != name]
        other = f"a {fitting[0]}" if fitting else "--client"
        raise UsageError(f"{wanted.source_id} does not tell people apart by a {name}. Name them by {other}.")
    read = [read_reference(profile, name, line) for line in wanted.references]
    empty = [number for number, reference in enumerate(read, start=1) if not reference]
    if empty:
        raise UsageError(f"No reference can be read in {named_rows(empty)} of what --reference-file names.")
    register, kind = (
        (source.case_register, profile.register_word) if wanted.is_case else (source.client_register, "client")
    )
    return [pseudonym(key, f"{register} {kind} {reference}") for reference in read]


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == STANDARD_INPUT else Path(file).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("What --reference-file names is not UTF-8 text.") from None
    except OSError as error:
        raise UsageError(f"What --reference-file names cannot be opened: {error.strerror}.") from None
