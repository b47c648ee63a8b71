"""A copy of the warehouse that was begun ahead is the one that is written to, or it is gone."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from workspaces import Workspace

from pipelines import copying, warehouse
from pipelines.errors import DiskError

Copied = list[tuple[str, bool]]


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> Copied:
    """Give of each copy that is made its name, and whether it was made beside other work."""
    found: Copied = []
    copy = copying.write_copy

    def noted(source: Path, target: Path) -> None:
        found.append((target.name, threading.current_thread() is not threading.main_thread()))
        copy(source, target)

    monkeypatch.setattr(copying, "write_copy", noted)
    return found


def databases(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in (workspace.folder / "warehouse").glob("caseload-*"))


def write(workspace: Workspace) -> None:
    with warehouse.writing(workspace.folder / "warehouse") as database, warehouse.connect(database) as connection:
        connection.execute("insert into raw.published_quarters values ('2031-Q1')")


def test_what_is_written_goes_to_the_copy_that_was_begun(published: Workspace, copied: Copied) -> None:
    before = databases(published)
    with warehouse.copied_ahead(published.folder / "warehouse"):
        write(published)
    assert databases(published) == [copied[0][0]] != before
    assert [is_ahead for _, is_ahead in copied] == [True]
    assert "2031-Q1" in set(warehouse.read_table(published.database, "raw.published_quarters")["quarter"])


def test_a_second_writer_within_the_block_works_on_what_the_first_wrote(published: Workspace, copied: Copied) -> None:
    with warehouse.copied_ahead(published.folder / "warehouse"):
        write(published)
        write(published)
    assert [is_ahead for _, is_ahead in copied] == [True, False]
    quarters = warehouse.read_table(published.database, "raw.published_quarters")["quarter"].to_list()
    assert quarters.count("2031-Q1") == 2


def test_a_copy_that_nobody_wrote_to_is_thrown_away(published: Workspace, copied: Copied) -> None:
    before = published.snapshot()
    with warehouse.copied_ahead(published.folder / "warehouse"):
        pass
    assert len(copied) == 1
    assert published.snapshot() == before

    def stopped() -> None:
        with warehouse.copied_ahead(published.folder / "warehouse"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert published.snapshot() == before


def test_a_disk_that_refuses_the_copy_is_told_when_it_is_needed(
    published: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    before = published.snapshot()

    def refuse(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:4096])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    def attempt(work: Callable[[], None]) -> None:
        with warehouse.copied_ahead(published.folder / "warehouse"):
            work()

    monkeypatch.setattr(copying, "write_copy", refuse)
    attempt(lambda: None)
    with pytest.raises(DiskError, match="the disk is full"):
        attempt(lambda: write(published))
    assert published.snapshot() == before


def test_before_the_first_run_there_is_nothing_to_copy(tmp_path: Path, copied: Copied) -> None:
    with warehouse.copied_ahead(tmp_path / "warehouse"):
        assert copied == []


@pytest.mark.parametrize("answer", [errno.EXDEV, errno.ENOSYS, None])
def test_a_copy_is_whole_where_the_system_does_not_copy_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: int | None
) -> None:  # fmt: skip
    """It may refuse at once, or stop half-way and say no more."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(os.urandom(300_000))

    def half(_read: int, written: int, n: int) -> int:
        if answer:
            raise OSError(answer, os.strerror(answer))
        return os.write(written, bytes(100_000)) if n == 300_000 else 0

    monkeypatch.setattr(os, "copy_file_range", half, raising=False)
    copying.write_copy(source, target)
    assert target.read_bytes() == source.read_bytes()


def test_a_copy_holds_the_same_bytes_and_no_longer_follows_the_file(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(before := os.urandom(3_000_000))
    target.write_bytes(os.urandom(4_000_000))
    copying.write_copy(source, target)
    source.write_bytes(b"later")
    assert target.read_bytes() == before


def test_a_full_disk_is_not_taken_for_a_system_that_cannot_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def full(_read: int, _written: int, _n: int) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "source").write_bytes(b"some")
    monkeypatch.setattr(os, "copy_file_range", full, raising=False)
    with pytest.raises(OSError, match="No space left"):
        copying.write_copy(tmp_path / "source", tmp_path / "target")


@pytest.fixture
def sharing_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder on a small disk whose files can share their bytes."""
    image, folder = tmp_path / "image", tmp_path / "disk"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(400_000_000)
    subprocess.run(["mkfs.xfs", "-q", image], check=True)
    subprocess.run(["mount", "-o", "loop", image, folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mkfs.xfs") is None,
    reason="only an administrator may mount a disk, and mkfs.xfs has to be installed",
)
def test_where_the_file_system_can_a_copy_takes_no_room(sharing_disk: Path) -> None:
    source, target = sharing_disk / "source", sharing_disk / "target"
    source.write_bytes(os.urandom(100_000_000))
    free = shutil.disk_usage(sharing_disk).free
    copying.write_copy(source, target)
    assert free - shutil.disk_usage(sharing_disk).free < 5_000_000
    with target.open("r+b") as file:
        file.write(b"changed")
    assert not source.read_bytes().startswith(b"changed")
    assert target.read_bytes()[7:] == source.read_bytes()[7:]
