"""The register of people who were erased: digests that recognise them when a file brings them again.

Answers "is this row about somebody who was erased". A digest is made of a pseudonym with the network's secret key, so
that the register says nothing about anybody to whoever has not got the key, and matches no pseudonym of an old backup.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines import chains
from pipelines.errors import DisclosureError, SettingsError
from pipelines.keys import key_id, pseudonym, pseudonym_sql, text_sql

FILE_NAME = "erasures.jsonl"
REASON = "erased"
_MARK = "erased "


@dataclass(frozen=True)
class Erased:
    """Digests of clients and of cases that must not come back."""

    clients: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.clients or self.cases)


def mark(key: str, keyed: str) -> str:
    """Give the digest of a pseudonym that the register holds."""
    return pseudonym(key, f"{_MARK}{keyed}")


def mark_sql(column: str) -> str:
    """Give the SQL of `mark` for a column of pseudonyms; the key is the variable `pseudonym_key`."""
    return pseudonym_sql(f"'{_MARK}' || {text_sql(column)}")


def is_erased_sql() -> str:
    """Give the SQL that tells whether a record is about an erased person; `$clients` and `$cases` are the digests."""
    client, case = mark_sql("coalesce(client_key, case_key)"), mark_sql("case_key")
    return f"coalesce(list_contains($clients, {client}), false) or coalesce(list_contains($cases, {case}), false)"


def read_erased(internal_root: Path, key: str) -> Erased:
    """Read who was erased from a workspace.

    Args:
        internal_root: the folder of what never leaves the machine.
        key: the network's secret key.
    Raises:
        DisclosureError: the register was changed.
        SettingsError: somebody was erased under another key, and could not be recognised.
    """
    path = internal_root / FILE_NAME
    problems = chains.broken(path)
    if problems:
        raise DisclosureError(
            f"{problems[0]} Nothing was read, because erased people could come back. Restore outputs/internal from a "
            "backup."
        )
    entries = chains.read(path)
    if any(entry["key_id"] != key_id(key) for entry in entries):
        raise SettingsError(
            f"People were erased under another key ({path}), and this key cannot recognise them in the inbox. Put the "
            "old key file back. If it is lost, take the rows of these people out of the inbox, then move the register "
            "and the warehouse folder away."
        )
    return Erased(
        frozenset(each for entry in entries for each in entry["clients"]),
        frozenset(each for entry in entries for each in entry["cases"]),
    )


def require_register(internal_root: Path, n_erased_rows: int) -> None:
    """Refuse to go on when the warehouse knows of erased rows and the register is gone.

    Raises:
        DisclosureError: it is.
    """
    path = internal_root / FILE_NAME
    if n_erased_rows and not path.is_file():
        raise DisclosureError(
            f"People were erased from this warehouse, but {path} is not there. Nothing was read, because they could "
            "come back. Restore it from a backup."
        )


def add_to_register(
    internal_root: Path,
    key: str,
    *,
    clients: Iterable[str],
    cases: Iterable[str],
    told: Mapping[str, Any],
    now: datetime,
) -> Path:
    """Write down that people were erased, on disk before the warehouse changes.

    Args:
        internal_root: the folder of what never leaves the machine.
        key: the network's secret key.
        clients: pseudonyms of the people.
        cases: pseudonyms of their cases.
        told: what was removed, in counts and names of files.
        now: when.
    Returns:
        The register.
    """
    path = internal_root / FILE_NAME
    entry = {
        "key_id": key_id(key),
        "clients": sorted(mark(key, each) for each in clients),
        "cases": sorted(mark(key, each) for each in cases),
        **told,
    }
    chains.append(path, entry, now=now)
    return path
