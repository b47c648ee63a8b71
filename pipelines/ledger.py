"""The ledger: every figure that was ever released, to whom, under which rule.

Answers "what do readers know already". It is only ever added to, and each line holds the digest of the line before, so
that a changed or missing line is seen. An edition stands in the ledger before it stands on the shelf: a figure that
somebody may have seen is never forgotten. Values in it are published ones; it lies in the internal folder all the same,
for it holds those of every audience.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import Any

from pipelines import disk
from pipelines.disclosure.system import CellName
from pipelines.disclosure.time_links import Shown
from pipelines.errors import DisclosureError
from pipelines.modes import PRIVATE_FILE, PRIVATE_FOLDER
from pipelines.periods import Period

FILE_NAME = "ledger.jsonl"
_WAY_OUT = (
    "Nothing was released, because what readers know already is not certain. Restore the folders outputs/internal and "
    "outputs/release from a backup of the same day."
)


@dataclass(frozen=True, eq=False)
class Entry:
    """One audience's part of an edition; `shown` holds every figure of it, None where it is hidden.

    `manifest` is the digest of its manifest; `is_revision` tells that waiting changes were let in; `reach` is how far
    true counts may lie from rounded ones.
    """

    period: Period
    edition: int
    audience: str
    published_on: str
    rule: str
    key_id: str
    manifest: str
    shown: Shown
    is_revision: bool = False
    reach: int | None = None

    def __repr__(self) -> str:
        return f"Entry({self.period}, {self.edition}, {self.audience})"


@dataclass(frozen=True, eq=False)
class Ledger:
    """Every entry, in the order they were made."""

    path: Path
    entries: tuple[Entry, ...]
    last_digest: str

    def newest(self, period: Period, audience: str) -> Entry | None:
        """Give the standing edition of a period for an audience."""
        found = [each for each in self.entries if each.period == period and each.audience == audience]
        return found[-1] if found else None

    def rounded(self, period: Period) -> Entry | None:
        """Give the standing rounded figures of a period, which all audiences but centres share."""
        found = [each for each in self.entries if each.period == period and each.audience in {"network", "public"}]
        return found[-1] if found else None

    def periods(self, audience: str | None = None) -> tuple[Period, ...]:
        """Give every period that was published, to anybody or to one audience."""
        named = (each.period for each in self.entries if audience in {None, each.audience})
        return tuple(sorted(set(named)))

    def newest_edition(self, period: Period) -> int:
        """Give the highest number of an edition of a period; 0 when there is none."""
        return max((each.edition for each in self.entries if each.period == period), default=0)

    def position(self, entry: Entry) -> int:
        """Tell where an entry stands; later ones were made later."""
        return self.entries.index(entry)

    @cached_property
    def manifests(self) -> dict[tuple[str, int, str], str]:
        """Give the digest of each edition's manifest; the last entry counts."""
        return {(str(each.period), each.edition, each.audience): each.manifest for each in self.entries}


@dataclass(frozen=True, eq=False)
class Known:
    """What is known of a period before it is published.

    `is_revision` tells that its published figures give way to those of its cases as they are now.
    """

    ledger: Ledger
    is_revision: bool


def read_ledger(internal_root: Path, release_root: Path) -> Ledger:
    """Read the ledger and compare it with the editions on the shelf.

    A last line without an end was being written when a run was stopped; its edition was never on the shelf.

    Args:
        internal_root: the folder of what never leaves the machine.
        release_root: the folder of all releases.
    Raises:
        DisclosureError: a line was changed or is missing, or an edition on the shelf is not the one that it names.
    """
    path = internal_root / FILE_NAME
    whole, _, _ = (path.read_bytes() if path.is_file() else b"").rpartition(b"\n")
    ledger = _parsed(whole, path)
    _compare(ledger, release_root)
    return ledger


# A run asks several times; as long as the bytes are the same, so is what they say. The shelf is compared every time.
@lru_cache(maxsize=1)
def _parsed(whole: bytes, path: Path) -> Ledger:
    entries, digest = [], ""
    for number, line in enumerate(whole.split(b"\n") if whole else [], start=1):
        entry, before = _entry(line, number, path)
        if before != digest:
            raise DisclosureError(f"Line {number} of {path} does not follow from the line before. {_WAY_OUT}")
        entries.append(entry)
        digest = sha256(line).hexdigest()
    return Ledger(path, tuple(entries), digest)


def added(ledger: Ledger, entries: Iterable[Entry], *, announce: Callable[[str], None] = lambda _: None) -> Ledger:
    """Write entries at the end of the ledger, on disk before anything else happens; give the ledger with them.

    Args:
        ledger: as it was read; nobody may have written to it since.
        entries: all of them are written, or none.
        announce: called with the digest that the last line will have, before anything is written.
    """
    further = list(entries)
    digest, lines = ledger.last_digest, []
    for entry in further:
        line = json.dumps({**_as_json(entry), "before": digest}, separators=(",", ":"), sort_keys=True).encode()
        digest = sha256(line).hexdigest()
        lines.append(line + b"\n")
    announce(digest)
    disk.make_folder(ledger.path.parent, PRIVATE_FOLDER)
    _append(ledger.path, b"".join(lines))
    return replace(ledger, entries=(*ledger.entries, *further), last_digest=digest)


def _append(path: Path, lines: bytes) -> None:
    """Write whole lines after the last whole line, and put them on the disk; what could not be is taken back."""
    content = path.read_bytes() if path.is_file() else b""
    end = content.rfind(b"\n") + 1
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, PRIVATE_FILE), "wb", buffering=0) as file:
        try:
            file.truncate(end)
            file.seek(end)
            _write_all(file, lines)
            os.fsync(file.fileno())
        except BaseException:
            file.truncate(end)
            raise
    disk.flush_folder(path.parent)


def _write_all(file: FileIO, data: bytes) -> None:
    """Write every byte; the system may take fewer at once than it is given."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]


def _compare(ledger: Ledger, release_root: Path) -> None:
    """Every brief on the shelf must be one of the ledger's, unchanged; one that is gone is made again if asked for."""
    for path in sorted(release_root.glob("[0-9]*/[0-9]*/*/manifest.json")):
        period, number, audience = path.relative_to(release_root).parts[:3]
        known = ledger.manifests.get((period, int(number), audience))
        if known is None:
            raise DisclosureError(f"{path.parent} is on the shelf, but not in the ledger {ledger.path}. {_WAY_OUT}")
        if known != sha256(path.read_bytes()).hexdigest():
            raise DisclosureError(f"{path} is not the manifest that was released. {_WAY_OUT}")


def _entry(line: bytes, number: int, path: Path) -> tuple[Entry, str]:
    try:
        told: dict[str, Any] = json.loads(line)
        shown = {CellName(table, tuple(codes), unit): n for table, codes, unit, n in told.pop("shown")}
        before = told.pop("before")
        return Entry(**{**told, "period": Period.parse(told["period"])}, shown=shown), before
    except (ValueError, KeyError, TypeError):
        raise DisclosureError(f"Line {number} of {path} is damaged. {_WAY_OUT}") from None


def _as_json(entry: Entry) -> dict[str, Any]:
    return {
        **{name: value for name, value in vars(entry).items() if name not in {"shown", "period"}},
        "period": str(entry.period),
        "shown": [[name.table_id, list(name.codes), name.unit, n] for name, n in entry.shown.items()],
    }
