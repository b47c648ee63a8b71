"""A copy of the warehouse that was begun ahead is the one that is written to, or it is gone."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from workspaces import Workspace

from pipelines import warehouse
from pipelines.errors import DiskError

Copied = list[tuple[str, bool]]


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> Copied:
    """Give of each copy that is made its name, and whether it was made beside other work."""
    found: Copied = []
    copy = shutil.copyfile

    def noted(source: Path, target: Path) -> object:
        found.append((Path(target).name, threading.current_thread() is not threading.main_thread()))
        return copy(source, target)

    monkeypatch.setattr(shutil, "copyfile", noted)
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

    def refuse(source: Path, target: Path) -> object:
        target.write_bytes(source.read_bytes()[:4096])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    def attempt(work: Callable[[], None]) -> None:
        with warehouse.copied_ahead(published.folder / "warehouse"):
            work()

    monkeypatch.setattr(shutil, "copyfile", refuse)
    attempt(lambda: None)
    with pytest.raises(DiskError, match="the disk is full"):
        attempt(lambda: write(published))
    assert published.snapshot() == before


def test_before_the_first_run_there_is_nothing_to_copy(tmp_path: Path, copied: Copied) -> None:
    with warehouse.copied_ahead(tmp_path / "warehouse"):
        assert copied == []
