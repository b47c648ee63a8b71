"""Files read side by side: the same rows in the same order, and the same refusals."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from workspaces import HARBOUR, Workspace, make_rows, write_workspace

from pipelines import reading_ahead, warehouse
from pipelines.errors import ReadError
from pipelines.run import opened, receive_files

TABLES = ("raw.files", "raw.records", "raw.set_aside", "raw.drift")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give a workspace with three small files, and one that is too large to be read elsewhere."""
    made = write_workspace(tmp_path / "workspace")
    made.put("late.csv", make_rows(200, first=700))
    made.put("2026-Q4.csv", make_rows(5, source=HARBOUR), source=HARBOUR)
    return made


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read even a few rows side by side, but for the longest file."""
    monkeypatch.setattr(reading_ahead, "LEAST_BYTES_EACH", 1)
    monkeypatch.setattr(reading_ahead, "MOST_BYTES", 6000)


def received(workspace: Workspace, workers: int) -> tuple[list[pl.DataFrame], float]:
    """Store the files, read by so many processes; give the tables, and the seconds that other processes worked."""
    before = os.times()
    request = workspace.request(variables=workspace.variables | {"CASELOAD_LIMITS__WORKERS": str(workers)})
    with opened(request, keep=False) as work:
        assert receive_files(work) == (4, 0)
        with warehouse.connect(work.database) as connection:
            frames = [warehouse.read_frame(connection, f"select * from {table} order by all") for table in TABLES]  # noqa: S608
    return frames, os.times().children_user - before.children_user


def test_files_read_side_by_side_are_stored_as_if_read_one_after_the_other(workspace: Workspace):
    assert len(list((workspace.folder / "inbox").rglob("*.csv"))) == 4
    alone, nobody = received(workspace, 1)
    together, others = received(workspace, 2)
    assert nobody < 0.05 < others
    assert alone[1].height == 265
    assert all(one.equals(other) for one, other in zip(alone, together, strict=True))


def test_a_file_that_cannot_be_read_elsewhere_is_refused_as_ever(workspace: Workspace):
    workspace.put("2026-Q4.csv", b"\x00\x01\x02\x03")
    refusals = []
    for workers in (1, 2):
        with pytest.raises(ReadError) as refused:
            received(workspace, workers)
        refusals.append(str(refused.value))
    assert refusals[0] == refusals[1]
    assert refusals[0].count("2026-Q4.csv") == 1
