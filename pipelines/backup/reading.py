"""Reading a backup: every byte decrypted, every file held against its digest, every name looked at.

Answers "is this backup whole, and ours". Nothing is written here; who wants the files takes them as they pass, and may
rely on them only once all of them have.
"""

from __future__ import annotations

import hmac
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO, NoReturn

from pipelines.backup.key import BackupKey
from pipelines.backup.manifest import MANIFEST, NETWORK_KEY, PROOF, Manifest, is_inside
from pipelines.backup.sealing import BLOCK, CHANGED, WAY_OUT, unsealed
from pipelines.errors import ReadError

# Takes the blocks of one file, by its name in the archive and its time.
Take = Callable[[str, float, Iterator[bytes]], None]
# A manifest of a million files is smaller.
MOST_BYTES_OF_MANIFEST = 400_000_000


def read_backup(path: Path, key: BackupKey, take: Take | None = None) -> Manifest:
    """Read a whole backup and make sure of all of it.

    Args:
        path: the file.
        key: opens it.
        take: gets every file as it passes; none of them is sure before this function returns.
    Raises:
        ReadError: it was made for another key, is damaged, or is no backup of ours.
    """
    with _opened(path) as file, unsealed(file, key, name=path) as plain:
        try:
            with tarfile.open(fileobj=plain, mode="r|", bufsize=BLOCK) as archive:
                return _checked(archive, key, take or _pass_by, path)
        except (tarfile.TarError, EOFError, ValueError, KeyError, TypeError, OverflowError):
            _damaged(path, CHANGED)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise ReadError(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        yield file


def _checked(archive: tarfile.TarFile, key: BackupKey, take: Take, path: Path) -> Manifest:
    files: dict[str, tuple[int, str]] = {}
    last: dict[str, bytes] = {}
    for member in archive:
        _require_allowed(member, {*files, *last}, path)
        stream = archive.extractfile(member)
        if stream is None:
            _damaged(path, "it holds something that is no file")
        if member.name in (MANIFEST, PROOF):
            last[member.name] = b"".join(_blocks(stream, member, path))
            continue
        digest = sha256()
        take(member.name, member.mtime, _digested(_blocks(stream, member, path), digest.update))
        files[member.name] = (member.size, digest.hexdigest())
    if set(last) != {MANIFEST, PROOF}:
        _damaged(path, "its end is missing")
    if not hmac.compare_digest(last[PROOF], key.proof(last[MANIFEST]).encode()):
        _damaged(path, "it was made by somebody who does not have the key")
    manifest = Manifest.parse(last[MANIFEST])
    if dict(manifest.files) != files:
        _damaged(path, CHANGED)
    if not all(is_inside(name) for name in manifest.folders):
        _damaged(path, "it holds a name that leads elsewhere")
    return manifest


def _require_allowed(member: tarfile.TarInfo, known: set[str], path: Path) -> None:
    """Refuse what no backup of ours holds: links, devices, names that lead elsewhere or occur twice, a late file."""
    if member.type != tarfile.REGTYPE or member.sparse is not None:
        _damaged(path, "it holds something that is no file")
    if not (is_inside(member.name) or member.name in (NETWORK_KEY, MANIFEST, PROOF)):
        _damaged(path, "it holds a name that leads elsewhere")
    if member.name in known or (MANIFEST in known and member.name != PROOF) or PROOF in known:
        _damaged(path, "it holds a file twice, or one after its end")
    if member.name in (MANIFEST, PROOF) and member.size > MOST_BYTES_OF_MANIFEST:
        _damaged(path, "its list of files is too long")


def _blocks(stream: IO[bytes], member: tarfile.TarInfo, path: Path) -> Iterator[bytes]:
    left = member.size
    while left:
        block = stream.read(min(BLOCK, left))
        if not block:
            _damaged(path, "its end is missing")
        left -= len(block)
        yield block


def _digested(blocks: Iterator[bytes], update: Callable[[bytes], None]) -> Iterator[bytes]:
    for block in blocks:
        update(block)
        yield block


def _pass_by(_name: str, _modified: float, blocks: Iterator[bytes]) -> None:
    for _ in blocks:
        pass


def _damaged(path: Path, why: str) -> NoReturn:
    raise ReadError(f"{path} is damaged: {why}. {WAY_OUT}")
