"""A damaged backup is told, wherever the damage is, and nothing of it is ever written."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from backups import NOW, back_up, refused
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workspaces import write_workspace

from pipelines.backup import BackupKey, make_backup, make_key, verify_backup
from pipelines.errors import ReadError

# Of an encrypted piece, with its seal.
PIECE = (1 << 16) + 16


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, BackupKey]:
    """Give a backup of several pieces, and its key."""
    folder = tmp_path_factory.mktemp("kept")
    workspace = write_workspace(folder / "workspace")
    noise = b"".join(sha256(bytes([number % 256])).digest() for number in range(9000))
    (workspace.folder / "commentary").mkdir()
    (workspace.folder / "commentary" / "noise").write_bytes(noise)
    key = make_key(folder / "backup.key", {})[1]
    return back_up(workspace, key, folder / "a.age").file.read_bytes(), key


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_changed_byte_is_found(kept: tuple[bytes, BackupKey], tmp_path: Path, place: float, flip: int) -> None:
    content = bytearray(kept[0])
    content[int(place * len(content))] ^= flip
    refused(bytes(content), kept[1], tmp_path)


@pytest.mark.slow
def test_every_changed_byte_is_found(tmp_path: Path) -> None:
    """Each byte of a whole small backup, one after the other."""
    workspace = write_workspace(tmp_path / "workspace")
    for path in workspace.folder.rglob("*.csv"):
        path.unlink()
    key = make_key(tmp_path / "own.key", {})[1]
    made = make_backup(workspace.settings, key, to=tmp_path / "a.age", now=NOW, variables=workspace.variables)
    content = made.file.read_bytes()
    file = tmp_path / "b.age"
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << (place % 8)
        file.write_bytes(changed)
        with pytest.raises(ReadError):
            verify_backup(file, key)
    assert len(content) > 10_000


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1, exclude_max=True))
def test_a_cut_backup_is_found(kept: tuple[bytes, BackupKey], tmp_path: Path, share: float) -> None:
    content = kept[0]
    refused(content[: int(share * len(content))], kept[1], tmp_path)


def test_pieces_that_are_added_left_out_or_reordered_are_found(kept: tuple[bytes, BackupKey], tmp_path: Path) -> None:
    content = kept[0]
    body = content.index(b"\n--- ")
    begin = content.index(b"\n", body + 1) + 1 + 16
    head, pieces = content[:begin], [content[i : i + PIECE] for i in range(begin, len(content), PIECE)]
    assert len(pieces) > 3
    assert head + b"".join(pieces) == content
    wrong = {
        "added": [*pieces, b"x"],
        "twice": [*pieces, pieces[-1]],
        "whole file twice": [*pieces, content],
        "left out": [pieces[0], *pieces[2:]],
        "last left out": pieces[:-1],
        "reordered": [pieces[1], pieces[0], *pieces[2:]],
    }
    for parts in wrong.values():
        assert "is damaged" in refused(head + b"".join(parts), kept[1], tmp_path)


def test_pieces_of_two_backups_cannot_be_mixed(kept: tuple[bytes, BackupKey], tmp_path: Path) -> None:
    workspace = write_workspace(tmp_path / "workspace")
    other = make_backup(workspace.settings, kept[1], to=tmp_path / "o.age", now=NOW, variables={}).file.read_bytes()
    content = kept[0]
    refused(content[:PIECE] + other[PIECE:], kept[1], tmp_path)
    refused(other[:300] + content[300:], kept[1], tmp_path)


@pytest.mark.parametrize("content", [b"", b"age-encryption.org/v1\n", b"PK\x03\x04", b"x" * 300_000])
def test_what_is_no_backup_is_told(kept: tuple[bytes, BackupKey], tmp_path: Path, content: bytes) -> None:
    assert "Nothing was written" in refused(content, kept[1], tmp_path)


def test_a_file_that_is_not_there_is_told(kept: tuple[bytes, BackupKey], tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="cannot be read: No such file"):
        verify_backup(tmp_path / "gone.age", kept[1])
