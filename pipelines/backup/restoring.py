"""Restoring a backup: checked as a whole first, then written into a folder of its own, audited, and put in place.

Answers "is everything back". Until the last step the wanted folder does not exist, so that half a workspace is never
mistaken for a whole one.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipelines import warehouse
from pipelines.accounting import FileAccount, read_accounts, totals
from pipelines.backup.key import BackupKey
from pipelines.backup.manifest import NETWORK_KEY, WORKSPACE, Manifest
from pipelines.backup.reading import read_backup
from pipelines.errors import CaseloadError, ReadError, UsageError
from pipelines.keys import configuration_folder, key_path
from pipelines.ledger import read_ledger
from pipelines.modes import PRIVATE_FOLDER
from pipelines.settings import load_settings

SPARE_MEGABYTES = 50
_UNCERTAIN = "so it was not put in place. Take another backup."


@dataclass(frozen=True)
class Restored:
    """What was restored; `accounts` are the rows of every file, true and internal, `key` says where the key went."""

    folder: Path
    manifest: Manifest
    accounts: tuple[FileAccount, ...]
    n_editions: int
    key: str


def verify_backup(file: Path, key: BackupKey) -> Manifest:
    """Make sure of a whole backup and write nothing.

    Raises:
        ReadError: it cannot be opened with this key, or is damaged.
    """
    return read_backup(file, key)


def restore_backup(file: Path, folder: Path, key: BackupKey, variables: Mapping[str, str]) -> Restored:
    """Write a backup into a new folder, for its owner alone.

    Args:
        file: the backup.
        folder: must be missing or empty.
        key: opens it.
        variables: the environment; decides the usual place of the network's key, which is put there if none is.
    Returns:
        What was restored, after the warehouse was opened, its accounting added up and the ledger held against the
        shelf.
    Raises:
        UsageError: the folder holds something, or has no room. ReadError: the backup cannot be opened, is damaged, or
            its parts do not fit together. The folder is then as it was.
    """
    folder = folder.absolute()
    _require_empty(folder)
    manifest = read_backup(file, key)
    _require_room(folder, manifest)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        _extract(file, key, beside, manifest)
        accounts, n_editions = _audit(beside / WORKSPACE, manifest)
        place = _place_key(beside, folder, variables)
        with suppress(FileNotFoundError):
            folder.rmdir()
        (beside / WORKSPACE).rename(folder)
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}. Choose another place with --to.") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Restored(folder, manifest, accounts, n_editions, place)


def _require_empty(folder: Path) -> None:
    try:
        if folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir()):
            return
        if not folder.exists() and not folder.is_symlink():
            folder.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
            return
    except OSError as error:
        raise UsageError(f"{folder} cannot be used: {error.strerror}. Choose another place with --to.") from None
    raise UsageError(
        f"{folder} holds something already. Restore into a new or empty folder with --to; nothing was written."
    )


def _require_room(folder: Path, manifest: Manifest) -> None:
    free = shutil.disk_usage(folder.parent).free // 1_000_000
    wanted = manifest.n_bytes // 1_000_000 + SPARE_MEGABYTES
    if free < wanted:
        raise UsageError(
            f"{folder.parent} has room for {free:,} MB, and the backup needs "
            f"{wanted:,} MB. Nothing was written; choose another place with --to."
        )


def _extract(file: Path, key: BackupKey, root: Path, manifest: Manifest) -> None:
    (root / WORKSPACE).mkdir(mode=PRIVATE_FOLDER)

    def take(name: str, modified: float, blocks: Iterator[bytes]) -> None:
        target = root / name
        _make_folders(root, name.split("/")[:-1])
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(handle, "wb") as out:
            for block in blocks:
                out.write(block)
            out.flush()
            os.fsync(out.fileno())
        os.utime(target, (modified, modified))

    if read_backup(file, key, take) != manifest:
        raise ReadError(f"{file} changed while it was read. Nothing was written.")
    for name in manifest.folders:
        _make_folders(root, name.split("/"))


def _make_folders(root: Path, parts: list[str]) -> None:
    for number in range(1, len(parts) + 1):
        root.joinpath(*parts[:number]).mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def _audit(workspace: Path, manifest: Manifest) -> tuple[tuple[FileAccount, ...], int]:
    """Open what was restored: every row of every file in one state, and every published edition in the ledger."""
    internal, release = workspace / "outputs" / "internal", workspace / "outputs" / "release"
    try:
        n_editions = len({(str(each.period), each.edition) for each in read_ledger(internal, release).entries})
        database = warehouse.current_database(workspace / "warehouse")
        accounts = read_accounts(database) if database else ()
    except (CaseloadError, warehouse.DatabaseError) as error:
        raise ReadError(
            f"The backup's warehouse or ledger cannot be used ({type(error).__name__}), {_UNCERTAIN}"
        ) from None
    if bool(database) != bool(manifest.database):
        raise ReadError(f"The backup's warehouse is missing, {_UNCERTAIN}")
    counted = totals(accounts)
    if counted["rows_read"] != sum(n for state, n in counted.items() if state != "rows_read"):
        raise ReadError(f"The accounting of the backup's warehouse does not add up, {_UNCERTAIN}")
    return accounts, n_editions


def _place_key(root: Path, folder: Path, variables: Mapping[str, str]) -> str:
    """Put the network's key where runs look for it, or into the workspace where something else is there."""
    found = root / NETWORK_KEY
    if not found.is_file():
        return "The backup holds no key from outside the workspace."
    content = found.read_bytes()
    looked_for = _where_runs_look(root / WORKSPACE, variables)
    if looked_for and looked_for.is_file() and looked_for.read_bytes().strip() == content.strip():
        return f"The network's key is there already: {looked_for}."
    # Only ever into the user's own folder of keys: a setting could name any other place.
    if looked_for and not looked_for.exists() and looked_for.parent == configuration_folder(variables):
        _write_key(looked_for, content)
        return f"The network's key was put back: {looked_for}."
    found.rename(root / WORKSPACE / NETWORK_KEY)
    return (
        f"The network's key was put into {folder / NETWORK_KEY}, because another one is in use on this machine or the "
        f'settings name another place. Write key_file = "{NETWORK_KEY}" under [privacy] of caseload.toml, or move it '
        "where the settings look; with another key people would get other pseudonyms."
    )


def _where_runs_look(workspace: Path, variables: Mapping[str, str]) -> Path | None:
    try:
        return key_path(load_settings(workspace, variables), variables)
    except CaseloadError:
        return None


def _write_key(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    beside.replace(path)
