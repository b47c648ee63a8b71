"""Which database is in force, and which one will be once the ledger says so.

Answers "what does `current` name, and may it be changed". An edition changes two things that belong together: the
ledger, and the warehouse whose cases are frozen with it. The new database is promised before the ledger is written, and
put in force afterwards; whoever comes next keeps the promise if the ledger was written, and drops it if not.
"""

from __future__ import annotations

import json
import os
import re
from hashlib import sha256
from pathlib import Path

from pipelines import disk
from pipelines.errors import ModelError

POINTER = "current"
PROMISE = "promised.json"
_NAME = re.compile(r"caseload-\d{6,}\.duckdb")


def named(folder: Path) -> str | None:
    """Give the name of the database in force, or None before the first run.

    Raises:
        ModelError: the pointer is damaged, or is gone although databases are there.
    """
    pointer = folder / POINTER
    try:
        name = pointer.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        # A first run that was killed leaves the first database; a later one stands beside a pointer.
        later = sorted(path.name for path in folder.glob("caseload-*.duckdb") if not path.stem.endswith("-000001"))
        if not later:
            return None
        name = ""
    if not _NAME.fullmatch(name):
        raise ModelError(
            f"{pointer} does not name the database in force. Nothing was changed. Restore the warehouse folder from a "
            f"backup, or write the name of the only caseload-….duckdb beside it into it, if there is but one."
        )
    return name


def put_in_force(database: Path) -> None:
    """Let `current` name a database that is whole and on the disk."""
    folder = database.parent
    disk.replace_file(folder / POINTER, f"{database.name}\n".encode("ascii"))
    (folder / PROMISE).unlink(missing_ok=True)


def promise(database: Path, sign: Path, digest: str) -> None:
    """Say that a database is to be in force as soon as the last line of a file has a digest.

    Args:
        database: whole and on the disk.
        sign: the file.
        digest: SHA-256 of its last line, in hexadecimal, without the end of the line.
    """
    told = {"database": database.name, "digest": digest, "sign": os.path.relpath(sign, database.parent)}
    disk.replace_file(database.parent / PROMISE, json.dumps(told, sort_keys=True).encode("ascii"))


def promised(folder: Path) -> Path | None:
    """Give the database that was promised and is there; None without one."""
    told = _read(folder)
    database = folder / told["database"] if told else None
    return database if database and database.is_file() else None


def settle(folder: Path) -> None:
    """Keep a promise that a stopped run left, or drop it when its sign was never given."""
    told, database = _read(folder), promised(folder)
    if told and database and _last_line(folder / told["sign"]) == told["digest"]:
        put_in_force(database)
    (folder / PROMISE).unlink(missing_ok=True)


def _read(folder: Path) -> dict[str, str] | None:
    try:
        told: dict[str, str] = json.loads((folder / PROMISE).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return told if set(told) == {"database", "digest", "sign"} and _NAME.fullmatch(told["database"]) else None


def _last_line(path: Path) -> str:
    """Give the digest of the last whole line of a file; of nothing when there is none."""
    whole = path.read_bytes().rpartition(b"\n")[0] if path.is_file() else b""
    return sha256(whole.rpartition(b"\n")[2]).hexdigest()
