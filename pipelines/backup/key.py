"""The key of backups: an age identity, made once, kept apart from what it opens.

Answers "with which key" and "where does it come from": a file, a variable, or the system's keyring. It is never an
argument of the command line, where other users could see it, and shows itself nowhere.
"""

from __future__ import annotations

import hmac
import importlib.util
import os
import re
import stat
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

from pipelines.errors import SettingsError, UsageError
from pipelines.keys import configuration_folder
from pipelines.modes import PRIVATE_FOLDER

VARIABLE = "CASELOAD_BACKUP_KEY"
FILE_NAME = "backup.key"
# Where the key lies in the system's keyring, for those who have the package `keyring`.
SERVICE, USER = "caseload", "backup-key"
OTHERS = 0o077
_SECRET = re.compile(r"^AGE-SECRET-KEY-1[0-9A-Z]+$", re.MULTILINE)


class BackupKey:
    """Opens backups and proves that one was made by its holder; what it prints of itself is its public half."""

    __slots__ = ("_identity", "_secret")

    def __init__(self, secret: str, *, place: str) -> None:
        """Take the secret line of a key file; `place` is named when it holds none."""
        from pyrage import IdentityError, x25519  # type: ignore[import-untyped]

        try:
            self._identity = x25519.Identity.from_str(secret)
        except IdentityError:
            _refuse(place)
        self._secret = secret

    def __repr__(self) -> str:
        return f"BackupKey({self.public})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be stored, such as among the results of a task."""
        raise TypeError("a backup key is not stored")

    @property
    def public(self) -> str:
        """Give the public half: whoever has it can encrypt for this key, and open nothing."""
        return str(self._identity.to_public())

    @property
    def identity(self) -> Any:
        """Give what decrypts."""
        return self._identity

    @property
    def recipient(self) -> Any:
        """Give what encrypts."""
        return self._identity.to_public()

    def proof(self, content: bytes) -> str:
        """Give a code over some bytes that only a holder of the key can make (HMAC-SHA-256, hexadecimal).

        Age files can be made by anybody who knows the public half; a backup must be one of our own.
        """
        own = hmac.new(self._secret.encode(), b"caseload backup manifest 1", sha256).digest()
        return hmac.new(own, content, sha256).hexdigest()


def find_key(named: Path | None, variables: Mapping[str, str]) -> BackupKey:
    """Find the key of backups.

    The first of these that is there: the file that was named, the variable, the file in its usual place, the keyring.

    Args:
        named: a key file, or None.
        variables: the environment.
    Raises:
        SettingsError: there is none, it is no key, or others can read its file.
    """
    if named:
        return _from_file(named)
    if variables.get(VARIABLE):
        return _parsed(variables[VARIABLE], f"The variable {VARIABLE}")
    if usual_path(variables).is_file():
        return _from_file(usual_path(variables))
    kept = _from_keyring()
    if kept:
        return _parsed(kept, "The system's keyring")
    raise SettingsError(
        "There is no backup key. Make one with caseload backup --make-key, or name yours: with --key-file, in the "
        f"variable {VARIABLE}, or in the system's keyring."
    )


def make_key(named: Path | None, variables: Mapping[str, str]) -> tuple[Path, BackupKey]:
    """Make a new key and write it to a file for its owner alone, in the form that age-keygen writes.

    Args:
        named: where to; the usual place unless given.
        variables: the environment; decides the usual place.
    Returns:
        Where the key is, and the key.
    Raises:
        UsageError: there is a file already; a key is never overwritten. SettingsError: it cannot be written.
    """
    from pyrage import x25519

    path = named or usual_path(variables)
    identity = x25519.Identity.generate()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(
            f"{path} exists already, and a backup key is never overwritten: older backups may need it."
        ) from None
    except OSError as error:
        raise SettingsError(f"The backup key {path} cannot be written: {error.strerror}.") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
        file.flush()
        os.fsync(file.fileno())
    return path, BackupKey(str(identity), place=str(path))


def usual_path(variables: Mapping[str, str]) -> Path:
    """Give the usual place of the key, beside those of networks and outside every workspace."""
    return configuration_folder(variables) / FILE_NAME


def _from_file(path: Path) -> BackupKey:
    try:
        if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & OTHERS:
            raise SettingsError(
                f"Other users of this machine can read the backup key {path}. Take that away with chmod 600, and think "
                "whether somebody has read it."
            )
        text = path.read_bytes().decode("ascii", errors="replace")
    except OSError as error:
        raise SettingsError(f"The backup key {path} cannot be read: {error.strerror}.") from None
    return _parsed(text, str(path))


def _parsed(text: str, place: str) -> BackupKey:
    found = _SECRET.findall(text.replace("\r", "").strip())
    if len(found) != 1:
        _refuse(place)
    return BackupKey(found[0], place=place)


def _refuse(place: str) -> NoReturn:
    raise SettingsError(f"{place} does not hold a backup key: it must be one line that begins with AGE-SECRET-KEY-1.")


def _from_keyring() -> str | None:
    """Ask the system's keyring, where there is one and the package for it is installed."""
    if importlib.util.find_spec("keyring") is None:
        return None
    keyring: Any = importlib.import_module("keyring")
    failures: Any = importlib.import_module("keyring.errors")
    try:
        kept: str | None = keyring.get_password(SERVICE, USER)
    except failures.NoKeyringError:
        return None
    except failures.KeyringError as error:
        raise SettingsError(f"The system's keyring gives no answer ({type(error).__name__}).") from None
    return kept
