"""What a backup holds: the whole workspace as it is in force, and the network's key.

Answers "which files, and in which state". The warehouse and the ledger must fit together while a run may be going on,
so they are taken without a lock and taken again if a run put something in force meanwhile. Nothing waits for a backup.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import sleep
from typing import BinaryIO

from pipelines import holders, promises, warehouse
from pipelines.backup.manifest import NETWORK_KEY, WORKSPACE
from pipelines.errors import ModelError, ReadError, WarehouseBusy
from pipelines.ledger import FILE_NAME as LEDGER
from pipelines.settings import Settings

# What ends so is encrypted: an earlier backup, which a later one does not hold.
SEALED = ".age"
ATTEMPTS = 20
# Seconds: putting another database in force takes less.
PAUSE = 0.02
WAREHOUSE = "warehouse"


@dataclass(frozen=True)
class Item:
    """One file of a backup: its name in the archive, the file or its bytes, and how many bytes of it count.

    Without a number, as many as it has when it is opened: a file that is replaced as a whole is then whole.
    """

    name: str
    modified: float
    file: Path | BinaryIO
    size: int | None = None

    def opened(self) -> BinaryIO:
        """Open it for reading."""
        if isinstance(self.file, Path):
            return self.file.open("rb")
        self.file.seek(0)
        return self.file


@dataclass(frozen=True)
class Contents:
    """Everything that goes into a backup; `left_out` names links and devices, which are no files of the workspace."""

    items: tuple[Item, ...]
    folders: tuple[str, ...]
    left_out: tuple[str, ...]

    def close(self) -> None:
        """Let go of the files that were kept open."""
        for item in self.items:
            if not isinstance(item.file, Path):
                item.file.close()


def gather(settings: Settings, network_key: Path, *, never: Path | None) -> Contents:
    """Say what a backup of a workspace holds.

    That is every file of the folder but hidden ones, former versions of the warehouse, and backups. Published files
    never change and the ledger only grows, so the shelf is listed before the ledger is measured: an edition that is in
    the backup is then in its ledger too.

    Args:
        settings: the workspace.
        network_key: the network's key; left out where there is none yet.
        never: the key of backups, which must not lie in one.
    Raises:
        ReadError: runs follow each other so closely that no moment between them was found, or a file cannot be read.
    """
    for _ in range(ATTEMPTS):
        database = _database(settings)
        try:
            found = _walk(settings.workspace, never)
            ledger = _ledger(settings)
        except OSError as error:
            _let_go(database)
            raise ReadError(f"{error.filename} cannot be read for the backup: {error.strerror}.") from None
        if _is_settled(settings) and _in_force(settings) == (database[0] if database else None):
            items = [item for item in found.items if item.name != f"{WORKSPACE}/outputs/internal/{LEDGER}"]
            items += [*(database[1] if database else ()), *([ledger] if ledger else [])]
            items += _key_items(network_key, settings.workspace)
            return Contents(tuple(sorted(items, key=lambda item: item.name)), found.folders, found.left_out)
        _let_go(database)
    raise ReadError(
        f"{settings.workspace} changes all the time, so no backup was made. Wait until its runs have finished."
    )


def _database(settings: Settings) -> tuple[Path, tuple[Item, Item]] | None:
    """Open the database in force: a run that takes its place, and removes it, does not take it from an open file."""
    for _ in range(ATTEMPTS):
        path = _in_force(settings)
        if path is None:
            return None
        try:
            file = path.open("rb")
        except FileNotFoundError:
            continue
        status = os.fstat(file.fileno())
        pointer = f"{path.name}\n".encode()
        place = f"{WORKSPACE}/{WAREHOUSE}"
        return path, (
            Item(f"{place}/{path.name}", status.st_mtime, file, status.st_size),
            Item(f"{place}/{warehouse.POINTER}", status.st_mtime, io.BytesIO(pointer), len(pointer)),
        )
    raise ReadError(
        f"{settings.workspace} changes all the time, so no backup was made. Wait until its runs have finished."
    )


def _let_go(database: tuple[Path, tuple[Item, Item]] | None) -> None:
    for item in database[1] if database else ():
        if not isinstance(item.file, Path):
            item.file.close()


def _in_force(settings: Settings) -> Path | None:
    """Give the database in force; one that a run removes between the look at its name and at its file is no loss."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return warehouse.current_database(settings.workspace / WAREHOUSE)
        except ModelError:
            if attempt == ATTEMPTS:
                raise
            sleep(PAUSE)
    return None


def _is_settled(settings: Settings) -> bool:
    """Tell whether the ledger and the warehouse agree; between the two, an edition that is being placed is promised.

    A promise that a killed run left is settled here; one of a run that is going on is settled by that run.
    """
    folder = settings.workspace / WAREHOUSE
    if promises.promised(folder) is None:
        return True
    with suppress(WarehouseBusy), holders.held(folder):
        return False
    sleep(PAUSE)
    return False


def _walk(workspace: Path, never: Path | None) -> Contents:
    """List the workspace. Links to folders are followed, each folder once; links to files are none of its files."""
    items, folders, left_out, seen = [], [], [], set()
    for top, inner, names in os.walk(workspace, followlinks=True, onerror=_raise):
        here = Path(top)
        status = here.stat()
        if (status.st_dev, status.st_ino) in seen:
            inner.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        inner[:] = sorted(name for name in inner if not name.startswith(".") and here / name != workspace / WAREHOUSE)
        if here != workspace:
            folders.append(_name(here, workspace))
        for path in (here / name for name in sorted(names) if _is_kept(here / name, never)):
            item = _item(path, workspace)
            if item:
                items.append(item)
            elif path.exists():
                left_out.append(str(path))
    return Contents(tuple(items), tuple(folders), tuple(left_out))


def _is_kept(path: Path, never: Path | None) -> bool:
    is_backup_key = never is not None and never.exists() and path.exists() and path.samefile(never)
    return not path.name.startswith(".") and not path.name.endswith(SEALED) and not is_backup_key


def _ledger(settings: Settings) -> Item | None:
    """Take the ledger as long as it is now: what is added while it is copied belongs to a later state."""
    path = settings.internal_root / LEDGER
    return replace(item, size=path.stat().st_size) if (item := _item(path, settings.workspace)) else None


def _item(path: Path, workspace: Path) -> Item | None:
    """Take a file; None when it is gone, or none."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return Item(_name(path, workspace), status.st_mtime, path)


def _key_items(path: Path, workspace: Path) -> list[Item]:
    """Take the network's key from outside the workspace; inside it is a file like any other."""
    if not path.is_file() or path.resolve().is_relative_to(workspace.resolve()):
        return []
    content = path.read_bytes()
    return [Item(NETWORK_KEY, path.stat().st_mtime, io.BytesIO(content), len(content))]


def _name(path: Path, workspace: Path) -> str:
    return f"{WORKSPACE}/{path.relative_to(workspace).as_posix()}"


def _raise(error: OSError) -> Iterator[None]:
    raise error
