"""Backups for tests: made of hand-made workspaces, looked at from outside, and forged."""

from __future__ import annotations

import io
import tarfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pyrage
import pytest
from workspaces import Workspace

from pipelines.backup import BackupKey, Made, make_backup, restore_backup, verify_backup
from pipelines.backup.manifest import MANIFEST, PROOF, Manifest
from pipelines.errors import ReadError

NOW = datetime(2026, 12, 16, 2, 0, tzinfo=UTC)
Member = tuple[tarfile.TarInfo, bytes]


def back_up(workspace: Workspace, key: BackupKey, to: Path | None = None, *, key_file: Path | None = None) -> Made:
    """Do what `caseload backup` does."""
    return make_backup(workspace.settings, key, to=to, now=NOW, variables=workspace.variables, key_file=key_file)


def contents(folder: Path) -> dict[str, bytes]:
    """Give every file that a backup is to bring back."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and path.suffix != ".age"
    }


def refused(content: bytes, key: BackupKey, folder: Path) -> str:
    """Give the message of a backup that must not be restored, and make sure that nothing was written."""
    file = folder / "b.age"
    file.write_bytes(content)
    before = sorted(folder.rglob("*"))
    with pytest.raises(ReadError) as told:
        restore_backup(file, folder / "again", key, {"XDG_CONFIG_HOME": str(folder / "config")})
    assert sorted(folder.rglob("*")) == before
    with pytest.raises(ReadError):
        verify_backup(file, key)
    return str(told.value)


def member(name: str, data: bytes = b"", *, kind: bytes = tarfile.REGTYPE, link: str = "") -> Member:
    """Make one member of an archive, of any kind."""
    head = tarfile.TarInfo(name)
    head.type, head.linkname, head.size = kind, link, len(data)
    return head, data


def last_page(members: list[Member], key: BackupKey) -> list[Member]:
    """Give the manifest and the proof of members, as the product would write them."""
    files = {head.name: (len(data), sha256(data).hexdigest()) for head, data in members if head.isreg()}
    manifest = Manifest("1", "example", "2026", "", files, ()).as_bytes()
    return [member(MANIFEST, manifest), member(PROOF, key.proof(manifest).encode())]


def sealed_archive(members: list[Member], key: BackupKey) -> bytes:
    """Encrypt an archive with the public half of a key, as anybody could who knows it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for head, data in members:
            archive.addfile(head, io.BytesIO(data))
    sealed: bytes = pyrage.encrypt(out.getvalue(), [pyrage.x25519.Recipient.from_str(key.public)])
    return sealed
