"""The network's secret key: pseudonyms of cases and clients, and digests of inputs, are made with it.

Without the key nobody can check a guess against a pseudonym or a digest. It lies outside the workspace unless a setting
says otherwise, never in a log, a setting, an output or the warehouse. If it is lost, pseudonyms are made anew with a
new key.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from pipelines import disk
from pipelines.errors import SettingsError
from pipelines.modes import PRIVATE_FILE, PRIVATE_FOLDER
from pipelines.settings import Settings

# 128 bits: among a hundred million pseudonyms two are equal by chance once in 10^22 warehouses.
PSEUDONYM_LENGTH = 32
_KEY = re.compile(r"^[0-9a-f]{64}$")


def network_key(settings: Settings, variables: Mapping[str, str]) -> str:
    """Read the network's key, or make one on the first run.

    Args:
        settings: names the key file, or leaves it to the default place.
        variables: the environment; XDG_CONFIG_HOME or HOME decide the default place.
    Returns:
        64 hexadecimal characters.
    Raises:
        SettingsError: a named key file is missing, a key file holds something else, or none can be made.
    """
    path = key_path(settings, variables)
    if not path.is_file():
        if settings.key_file:
            raise SettingsError(f"The key file {path} that privacy.key_file names does not exist.")
        _make_key(path)
    key = path.read_bytes().decode("ascii", errors="replace").strip()
    if not _KEY.match(key):
        raise SettingsError(f"The key file {path} does not hold a key: it must be 64 characters from 0-9 and a-f.")
    return key


def key_path(settings: Settings, variables: Mapping[str, str]) -> Path:
    """Give the place of the network's key."""
    if settings.key_file:
        return settings.workspace / settings.key_file
    return configuration_folder(variables) / f"{settings.network_id}.key"


def configuration_folder(variables: Mapping[str, str]) -> Path:
    """Give the folder of what one user of the machine has for all workspaces: the keys."""
    home = variables.get("XDG_CONFIG_HOME") or f"{variables.get('HOME') or Path.home()}/.config"
    return Path(home) / "caseload"


def key_id(key: str) -> str:
    """Give what tells two keys apart and says nothing about either: 16 hexadecimal characters."""
    return keyed_digest(key, "caseload key id")[:16]


def pseudonym(key: str, name: str) -> str:
    """Give the pseudonym of a named thing, as `pseudonym_sql` makes it inside the warehouse.

    The key stands before and after the name, so that nobody without it can make the hash or extend it; its 64
    characters fill one block of the hash.

    Source: Yasuda, "Sandwich" is indeed secure: how to authenticate a message with just one hashing (ACISP 2007).
    """
    return sha256(f"{key}{name}{key}".encode()).hexdigest()[:PSEUDONYM_LENGTH]


def pseudonym_sql(name: str) -> str:
    """Give the SQL of the pseudonym of an SQL expression; the key is the variable `pseudonym_key`."""
    keyed = f"getvariable('pseudonym_key') || {name} || getvariable('pseudonym_key')"
    return f"substring(sha256({keyed}), 1, {PSEUDONYM_LENGTH})"


def stored_sql(digest: str) -> str:
    """Give the SQL of a digest of 32 hexadecimal characters as tables hold it.

    128 bits are what a UUID is made of. It takes half the room of its characters and is compared in one step.
    """
    return f"cast({digest} as uuid)"


def text_sql(column: str) -> str:
    """Give the SQL of the 32 hexadecimal characters of a digest that tables hold."""
    return f"replace(cast({column} as varchar), '-', '')"


def keyed_digest(key: str, text: str) -> str:
    """Give a digest that only a holder of the key can compare with a guess (HMAC-SHA-256, hexadecimal)."""
    return hmac.new(bytes.fromhex(key), text.encode(), sha256).hexdigest()


def _make_key(path: Path) -> None:
    """Make a key that is in its place whole and on the disk, or not at all; one made meanwhile stays."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        disk.make_folder(path.parent, PRIVATE_FOLDER, above=PRIVATE_FOLDER)
        for left in path.parent.glob(f".{path.name}.*.part"):
            left.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"{secrets.token_hex(32)}\n")
            file.flush()
            os.fsync(file.fileno())
        if not path.exists():
            beside.replace(path)
        beside.unlink(missing_ok=True)
        disk.flush_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise SettingsError(
            f"The key file {path} cannot be made: {error.strerror}. Name another place with privacy.key_file."
        ) from None
