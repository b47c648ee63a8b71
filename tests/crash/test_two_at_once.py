"""Two runs at once: one works, the other waits or says so; readers are disturbed by neither."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread

from workspaces import QUARTER, Workspace, make_rows

from pipelines import warehouse
from pipelines.reports import executed

HOLD = """
import os, sys, pathlib
from pipelines.settings import load_settings
from pipelines.shelving import alone
with alone(load_settings(pathlib.Path(sys.argv[1]), {})):
    print("held", flush=True)
    sys.stdin.readline()
"""
WRITE = """
import sys, pathlib
from pipelines import warehouse
for _ in range(int(sys.argv[2])):
    with warehouse.writing(pathlib.Path(sys.argv[1]), patience=60):
        pass
"""


@contextmanager
def publishing(workspace: Workspace) -> Iterator[subprocess.Popen[str]]:
    """Be in the middle of publishing, in another process, as far as locks can tell."""
    command = [sys.executable, "-c", HOLD, str(workspace.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
        other.communicate("\n")


def release(other: subprocess.Popen[str]) -> None:
    """Let the other process go on, a moment after somebody began to wait for it."""
    assert other.stdin is not None
    time.sleep(0.5)
    other.stdin.write("\n")
    other.stdin.flush()


def test_nobody_stores_or_publishes_while_a_run_publishes(
    published: Workspace, caseload: Callable[..., object]
) -> None:
    before = published.snapshot()
    with publishing(published) as other:
        for command in (["run", "--period", QUARTER], ["check"], ["run", "--dry-run"]):
            outcome = caseload(published, *command)
            assert outcome.code == 15
            assert f"process {other.pid}" in outcome.err
    assert published.snapshot() == before


def test_the_second_waits_as_long_as_it_is_told_to(published: Workspace) -> None:
    with publishing(published) as other:
        ready = Thread(target=release, args=[other])
        ready.start()
        with warehouse.writing(published.folder / "warehouse", keep=False, patience=60) as database:
            assert database.is_file()
        ready.join()


def test_a_lock_whose_holder_was_killed_is_free(published: Workspace) -> None:
    with publishing(published) as other:
        other.kill()
        other.wait()
        published.check()


def test_readers_find_a_whole_warehouse_while_runs_replace_it(published: Workspace) -> None:
    folder = published.folder / "warehouse"
    reads = 0
    with subprocess.Popen([sys.executable, "-c", WRITE, str(folder), "15"]) as writer:
        while writer.poll() is None:
            database = warehouse.current_database(folder)
            assert database is not None
            with warehouse.reading(database) as connection:
                assert connection.execute("select count(*) from core.cases").fetchone() == (60,)
            reads += 1
    assert writer.returncode == 0
    assert reads > 5


def test_many_writers_take_turns_and_none_is_lost(tmp_path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITE, str(tmp_path), "3"]) for _ in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert warehouse.current_database(tmp_path) == tmp_path / "caseload-000009.duckdb"


def test_a_clock_that_goes_back_loses_nothing(published: Workspace) -> None:
    internal = published.folder / "outputs/internal"
    records, ledger = set(internal.glob("2*")), (internal / "ledger.jsonl").read_bytes()
    before = published.snapshot()
    published.put("2026-Q4.csv", make_rows(40, first=41, opened="06/10/2026"))
    request = published.request(as_of=date(2026, 12, 14))
    earlier = [executed(request, now=datetime(2026, 12, 1, tzinfo=UTC)).record for _ in range(2)]
    assert len({*records, *earlier}) == len(records) + 2
    assert (internal / "ledger.jsonl").read_bytes().startswith(ledger)
    after = published.snapshot()
    editions = [path for path in before if f"/{QUARTER}/1/" in path]
    assert editions
    assert all(after[path] == before[path] for path in editions)
    assert published.table("core.cases").height == 100
