"""One writer, whole replacements, and readers who are never disturbed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from workspaces import Workspace, make_rows

from pipelines import warehouse
from pipelines.errors import ModelError, WarehouseBusy

HOLD = """
import sys, pathlib
from pipelines import warehouse
with warehouse.writing(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_second_run_is_told_which_process_is_writing(published: Workspace, caseload: Callable[..., object]) -> None:
    command = [sys.executable, "-c", HOLD, str(published.folder / "warehouse")]
    before = (published.folder / "warehouse/current").read_text(encoding="utf-8")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        outcome = caseload(published, "run")
        other.communicate("\n")
    assert (outcome.code, outcome.out) == (15, "")
    assert f"process {other.pid}" in outcome.err
    assert "run again; nothing was changed" in outcome.err
    assert (published.folder / "warehouse/current").read_text(encoding="utf-8") != before  # the other one went well
    assert caseload(published, "check").code == 0


def test_a_writer_that_fails_leaves_the_file_in_force(published: Workspace) -> None:
    before = published.snapshot()

    def write_and_stop() -> None:
        with warehouse.writing(published.folder / "warehouse") as database:
            with warehouse.connect(database) as connection:
                connection.execute("delete from raw.records")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_stop()
    assert published.snapshot() == before


def test_a_writer_that_was_killed_leaves_nothing_in_the_way(published: Workspace) -> None:
    command = [sys.executable, "-c", HOLD, str(published.folder / "warehouse")]
    before = published.snapshot()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()
        other.kill()
    published.check()
    assert published.snapshot() == before


def test_a_reader_keeps_its_tables_while_a_run_replaces_them(published: Workspace) -> None:
    with warehouse.connect(published.database) as reader:
        published.put("2026-Q4.csv", make_rows(5, first=41, opened="06/10/2026"))
        published.check()
        assert reader.execute("select count(*) from core.cases").fetchone() == (60,)


def test_only_the_owner_may_look_into_the_warehouse(published: Workspace) -> None:
    assert (published.folder / "warehouse").stat().st_mode & 0o777 == 0o700


def test_one_database_is_kept(published: Workspace) -> None:
    published.run()
    assert len(list((published.folder / "warehouse").glob("*.duckdb*"))) == 1


def test_nobody_waits_for_a_lock_for_ever(tmp_path: Path) -> None:
    with warehouse.writing(tmp_path), pytest.raises(WarehouseBusy, match=str(os.getpid())), warehouse.writing(tmp_path):
        pass


@pytest.mark.parametrize("damage", ["lost", "broken"])
def test_a_warehouse_that_is_lost_or_broken_is_told_with_the_way_out(
    published: Workspace, caseload: Callable[..., object], damage: str
) -> None:
    if damage == "lost":
        published.database.unlink()
    else:
        published.database.write_bytes(b"not a database" * 1000)
    outcome = caseload(published, "run")
    assert outcome.code == 16
    assert "warehouse" in outcome.err
    assert "inbox" in outcome.err


def test_a_warehouse_of_another_version_is_refused_and_left_alone(published: Workspace) -> None:
    with warehouse.connect(published.database) as connection:
        connection.execute("alter table raw.records add column case_ref varchar")
    before = published.snapshot()
    with pytest.raises(ModelError, match=r"made by another version of this product: raw\.records differs"):
        published.run()
    assert published.snapshot() == before


def test_what_a_killed_run_left_is_cleared_away(published: Workspace) -> None:
    left = published.folder / "warehouse" / "caseload-000009.duckdb.tmp"
    left.mkdir()
    (left / "spilled").write_bytes(b"rows")
    published.check()
    assert not left.exists()
