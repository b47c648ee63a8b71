"""Making a backup: one stream of files into one encrypted file, read back before it gets its name.

Answers "where is the backup, and can it be relied on". Nothing is written in plain, and a file that bears the name of a
backup is whole.
"""

from __future__ import annotations

import io
import os
import secrets
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NoReturn

from pipelines import __version__
from pipelines.backup.contents import SEALED, WAREHOUSE, Contents, Item, gather
from pipelines.backup.key import BackupKey, usual_path
from pipelines.backup.manifest import MANIFEST, PROOF, WORKSPACE, Manifest
from pipelines.backup.reading import read_backup
from pipelines.backup.sealing import BLOCK, sealed
from pipelines.errors import ReadError, UsageError
from pipelines.keys import key_path
from pipelines.modes import PRIVATE_FOLDER
from pipelines.settings import Settings

FOLDER = "backups"


@dataclass(frozen=True)
class Made:
    """A backup that was made and read back; `left_out` names links and devices of the workspace."""

    file: Path
    n_files: int
    n_bytes: int
    size: int
    sha256: str
    left_out: tuple[str, ...]


def make_backup(
    settings: Settings, key: BackupKey, *, to: Path | None, now: datetime, variables: Mapping[str, str],
    key_file: Path | None = None,
) -> Made:  # fmt: skip
    """Back a workspace up, encrypted, while runs may be going on.

    Args:
        settings: the workspace.
        key: encrypts; the same one opens it again.
        to: the file, or a folder to put it into; the folder `backups` of the workspace unless given.
        now: names the file.
        variables: the environment; decides where the network's key lies.
        key_file: where the key of backups came from, which is never part of one.
    Raises:
        UsageError: there is a file of that name, or it cannot be written. ReadError: a file cannot be read, or what
            was written is not what was meant. Nothing is left behind then.
    """
    target = _target(settings, to, now)
    contents = gather(settings, key_path(settings, variables), never=key_file or usual_path(variables))
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        manifest = _write(beside, contents, settings, key=key, now=now)
        if read_backup(beside, key).files != manifest.files:
            raise ReadError(f"The backup {target} is not what was written. Nothing was kept; look at the disk.")
        made = _made(beside, target, manifest, contents)
        _put_in_place(beside, target)
    except OSError as error:
        raise UsageError(
            f"The backup {target} cannot be written: {error.strerror}. Choose another place with --to."
        ) from None
    finally:
        contents.close()
        beside.unlink(missing_ok=True)
    return made


def _target(settings: Settings, to: Path | None, now: datetime) -> Path:
    own_name = f"caseload-{settings.network_id}-{now:%Y%m%dT%H%M%SZ}.tar{SEALED}"
    target = to or settings.workspace / FOLDER
    if to is None or target.is_dir():
        target = target / own_name
    if target.suffix != SEALED:
        raise UsageError(f"{target}: the name of a backup ends with {SEALED}, which keeps it out of later backups.")
    if target.exists():
        _refuse_to_overwrite(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    except OSError as error:
        raise UsageError(
            f"The folder {target.parent} cannot be made: {error.strerror}. Choose another place with --to."
        ) from None
    return target


def _write(path: Path, contents: Contents, settings: Settings, *, key: BackupKey, now: datetime) -> Manifest:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        with (
            sealed(file, key, name=path) as plain,
            tarfile.open(fileobj=plain, mode="w|", format=tarfile.PAX_FORMAT, bufsize=BLOCK) as archive,
        ):
            files = {item.name: _add(archive, item) for item in contents.items}
            manifest = _manifest(contents, settings, files, now)
            content = manifest.as_bytes()
            for name, data in ((MANIFEST, content), (PROOF, key.proof(content).encode())):
                archive.addfile(_header(name, len(data), now.timestamp()), io.BytesIO(data))
        file.flush()
        os.fsync(file.fileno())
    return manifest


def _manifest(contents: Contents, settings: Settings, files: dict[str, tuple[int, str]], now: datetime) -> Manifest:
    place = f"{WORKSPACE}/{WAREHOUSE}/"
    database = next((name for name in files if name.startswith(place) and name.endswith(".duckdb")), "")
    made_at = now.isoformat(timespec="seconds")
    return Manifest(__version__, settings.network_id, made_at, database, files, contents.folders)


def _refuse_to_overwrite(target: Path) -> NoReturn:
    raise UsageError(f"{target} exists already, and a backup is never overwritten. Choose another name with --to.")


class _Digesting:
    """Reads a file and digests what it gives."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = sha256()

    def read(self, size: int) -> bytes:
        """Read some bytes."""
        block = self._file.read(size)
        self.digest.update(block)
        return block


def _add(archive: tarfile.TarFile, item: Item) -> tuple[int, str]:
    try:
        with item.opened() as file:
            reader = _Digesting(file)
            size = os.fstat(file.fileno()).st_size if item.size is None else item.size
            archive.addfile(_header(item.name, size, item.modified), reader)  # type: ignore[arg-type]
    except BrokenPipeError:
        raise
    except OSError as error:
        why = error.strerror or "it became shorter while it was copied"
        raise ReadError(
            f"{item.name} cannot be read for the backup: {why}. Run it again when nobody writes to it."
        ) from None
    return size, reader.digest.hexdigest()


def _header(name: str, size: int, modified: float) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mtime, header.mode = size, int(modified), 0o600
    return header


def _made(beside: Path, target: Path, manifest: Manifest, contents: Contents) -> Made:
    digest = sha256()
    with beside.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    size = beside.stat().st_size
    return Made(target, len(manifest.files), manifest.n_bytes, size, digest.hexdigest(), contents.left_out)


def _put_in_place(beside: Path, target: Path) -> None:
    """Give a file its name unless another one took it meanwhile, durably."""
    try:
        os.link(beside, target)
    except FileExistsError:
        _refuse_to_overwrite(target)
    except OSError:
        # Memory sticks and network drives often know no links.
        beside.replace(target)
    if os.name != "nt":
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
