"""A backup that somebody else made is refused, and nothing in one can lead out of the folder it is restored into.

Whoever knows the public half of a key can encrypt for it.
"""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from backups import Member, last_page, member, refused, sealed_archive

from pipelines.backup import BackupKey, make_key, restore_backup
from pipelines.backup.manifest import MANIFEST, PROOF
from pipelines.errors import CaseloadError

X = member("workspace/x", b"[network]\n")


def forged(members: list[Member], key: BackupKey) -> bytes:
    """Seal members with a right manifest and proof, as a faulty version of the product might."""
    return sealed_archive([*members, *last_page(members, key)], key)


def test_the_forging_of_these_tests_would_be_restored(backup_key: BackupKey, tmp_path: Path) -> None:
    (tmp_path / "a.age").write_bytes(forged([X], backup_key))
    restored = restore_backup(tmp_path / "a.age", tmp_path / "again", backup_key, {})
    assert (restored.folder / "x").read_bytes() == X[1]


@pytest.mark.parametrize(
    "wrong",
    [
        member("workspace/../../out.txt"),
        member("/out.txt"),
        member("workspace//out.txt"),
        member("workspace/./out.txt"),
        member("workspace"),
        member("out.txt"),
        member("../out.txt"),
        member("workspace/" + "a" * 5000),
        member("workspace/link", kind=tarfile.SYMTYPE, link="/etc"),
        member("workspace/link", kind=tarfile.LNKTYPE, link="workspace/x"),
        member("workspace/pipe", kind=tarfile.FIFOTYPE),
        member("workspace/device", kind=tarfile.CHRTYPE),
        member("workspace/device", kind=tarfile.BLKTYPE),
        member("workspace/folder", kind=tarfile.DIRTYPE),
        member("workspace/contiguous", kind=tarfile.CONTTYPE),
        member("workspace/x"),
    ],
    ids=lambda wrong: f"{wrong[0].name[:30]} {wrong[0].type!r}",
)
def test_what_could_leave_the_folder_is_refused(backup_key: BackupKey, tmp_path: Path, wrong: Member) -> None:
    assert "is damaged" in refused(forged([X, wrong], backup_key), backup_key, tmp_path)


def test_a_file_below_a_file_is_refused(backup_key: BackupKey, tmp_path: Path) -> None:
    (tmp_path / "a.age").write_bytes(forged([X, member("workspace/x/y")], backup_key))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(CaseloadError):
        restore_backup(tmp_path / "a.age", tmp_path / "again", backup_key, {})
    assert sorted(tmp_path.rglob("*")) == before


def test_an_archive_of_somebody_who_knows_only_the_public_half_is_refused(
    backup_key: BackupKey, tmp_path: Path
) -> None:
    stranger = make_key(tmp_path / "stranger.key", {})[1]
    manifest, proof = last_page([X], stranger)
    for end in (proof, member(PROOF), member(PROOF, b"0" * 64), member(PROOF, b"\xff")):
        content = sealed_archive([X, manifest, end], backup_key)
        assert "somebody who does not have the key" in refused(content, backup_key, tmp_path)


def test_an_archive_with_other_files_than_its_last_page_names_is_refused(backup_key: BackupKey, tmp_path: Path) -> None:
    last, proof = last_page([X], backup_key)
    wrong: tuple[list[Member], ...] = (
        [],
        [X],
        [X, last],
        [last, proof],
        [X, member("workspace/y"), last, proof],
        [member("workspace/x", b"[another]\n"), last, proof],
        [last, proof, X],
        [X, last, proof, last],
        [X, member(MANIFEST), last, proof],
    )
    for members in wrong:
        assert "is damaged" in refused(sealed_archive(members, backup_key), backup_key, tmp_path)
