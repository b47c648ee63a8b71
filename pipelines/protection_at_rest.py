"""Protection of the warehouse on the disk: what encrypts it, and what does not.

Answers "who can read the records of a stolen computer". DuckDB can encrypt its file, but writes encrypted files safely
only with its extension `httpfs`, which its package does not hold; until it does, the disk has to be encrypted. Backups
are always encrypted, see `backup`.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines import warehouse

# Nothing is fetched: an extension is there or it is not.
_BARE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
_SYSTEM = Path("/sys/dev/block")
_ENCRYPTED = ("CRYPT-LUKS", "CRYPT-PLAIN", "CRYPT-TCRYPT", "CRYPT-BITLK")
MARKER = "a word that must not be found"


def encryption_state(workspace: Path | None = None) -> str:
    """Say in one or two sentences what protects the warehouse of a workspace on the disk.

    Args:
        workspace: whose disk to look at; no disk unless given.
    """
    if can_encrypt():
        database = "DuckDB could encrypt its files on this machine, but caseload does not rely on it yet."
    else:
        database = (
            "DuckDB cannot write encrypted files on this machine: its extension httpfs is not installed. The warehouse "
            "is not encrypted by itself."
        )
    disk = is_on_encrypted_disk(workspace) if workspace else None
    if disk:
        return f"{database} The disk that it lies on is encrypted."
    unsure = "No encryption of its disk can be seen either" if disk is False else "Make sure that its disk is"
    return f"{database} {unsure}: encrypt it with LUKS, FileVault or BitLocker (docs/security.md)."


def can_encrypt() -> bool:
    """Tell whether DuckDB can write an encrypted file here, by writing one with an invented word in it."""
    with TemporaryDirectory(prefix="caseload-") as folder:
        file = Path(folder) / "trial.duckdb"
        try:
            with warehouse.connect(Path(":memory:"), configuration=_BARE) as connection:
                connection.execute("load httpfs")
                quoted = str(file).replace("'", "''")
                connection.execute(f"attach '{quoted}' as trial (encryption_key 'of a trial')")
                connection.execute("create table trial.words as select ? as word", [MARKER])
                connection.execute("detach trial")
        except warehouse.DatabaseError:
            return False
        return file.is_file() and MARKER.encode() not in file.read_bytes()


def is_on_encrypted_disk(folder: Path, *, system: Path = _SYSTEM) -> bool | None:
    """Tell whether a folder lies on an encrypted block device; None where that cannot be told.

    Args:
        folder: any folder.
        system: where Linux describes block devices by their numbers; other systems have nothing there.
    """
    number = folder.resolve().stat().st_dev
    device = system / f"{os.major(number)}:{os.minor(number)}" if hasattr(os, "major") else system / "none"
    return _is_encrypted(device.resolve()) if device.exists() else None


def _is_encrypted(device: Path) -> bool:
    """Look at a device and at what it is made of: an encrypted disk may lie below others, such as logical volumes."""
    name = device / "dm" / "uuid"
    if name.is_file() and name.read_text(encoding="ascii", errors="replace").startswith(_ENCRYPTED):
        return True
    below = sorted((device / "slaves").glob("*"))
    return bool(below) and all(_is_encrypted(each.resolve()) for each in below)
