"""A run that is killed at any moment leaves the warehouse as it was before, or as it is after, and nothing between."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from workspaces import Workspace, make_rows, write_workspace

from pipelines import warehouse

RUN = """
import os, sys
from pathlib import Path
from workspaces import Workspace
Workspace(Path(sys.argv[1]), {"XDG_CONFIG_HOME": sys.argv[2]}).run(None)
sys.stdout.flush()
os._exit(0)
"""
FEW, MANY = 8, 60


def fingerprint(workspace: Workspace) -> tuple[int, int, str]:
    """Tell two states of a warehouse apart: its files, its rows and its cases."""
    database = warehouse.current_database(workspace.folder / "warehouse")
    if database is None:
        return (0, 0, "")
    with warehouse.reading(database) as connection:
        ((files,),) = connection.execute("select count(*) from raw.files").fetchall()
        ((rows,),) = connection.execute("select count(*) from core.row_states").fetchall()
        cases = warehouse.read_frame(connection, "select case_key from core.cases order by case_key")
    return (files, rows, str(cases.select(pl.all().hash().sum()).item()))


def start(workspace: Workspace) -> subprocess.Popen[bytes]:
    tests = Path(__file__).resolve().parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    arguments = [sys.executable, "-c", RUN, str(workspace.folder), workspace.variables["XDG_CONFIG_HOME"]]
    return subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def interrupt_again_and_again(folder: Path, times: int) -> None:
    workspace = write_workspace(folder / "workspace")
    workspace.run(None)
    before = fingerprint(workspace)
    workspace.put("2026-Q4.csv", make_rows(30, first=31, gender="Male"))
    began = time.monotonic()
    whole = write_workspace(folder / "whole")
    whole.put("2026-Q4.csv", make_rows(30, first=31, gender="Male"))
    assert start(whole).wait() == 0
    duration = time.monotonic() - began
    chance = random.Random(times)  # noqa: S311 - no secret
    for _ in range(times):
        process = start(workspace)
        time.sleep(chance.uniform(0.2, duration))
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = fingerprint(workspace)
        assert found == before or found[:2] == (3, 90)
    assert start(workspace).wait() == 0
    assert fingerprint(workspace)[:2] == (3, 90)
    assert sorted(path.suffix for path in (workspace.folder / "warehouse").glob("caseload-*")) == [".duckdb"]


def test_a_killed_run_leaves_nothing_half_done(tmp_path: Path) -> None:
    interrupt_again_and_again(tmp_path, FEW)


@pytest.mark.slow
def test_a_run_killed_many_times_leaves_nothing_half_done(tmp_path: Path) -> None:
    interrupt_again_and_again(tmp_path, MANY)
