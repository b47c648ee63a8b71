"""What is past its retention goes from the warehouse, its bytes and the records of runs; published figures stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from erasures import files_that_hold
from workspaces import QUARTER, Workspace, account, adds_up, make_rows, states

from pipelines.errors import SettingsError
from pipelines.retention import Retention

OLD = {"opened": "06/05/2023", "closed": "01/06/2023"}


def keep_for(workspace: Workspace, records: int = 0, runs: int = 0) -> None:
    limits = f"[retention]\nrecords_years = {records}\nruns_years = {runs}\n[centres]"
    workspace.edit("caseload.toml", "[centres]", limits)


def test_nothing_goes_unless_a_network_says_so() -> None:
    assert Retention(0, 0).records_limit(date(2026, 12, 15)) is None
    assert Retention(6, 3).records_limit(date(2024, 2, 29)) == date(2018, 2, 28)
    assert Retention(6, 3).runs_limit(date(2026, 12, 15)) == date(2023, 12, 15)


def test_a_limit_is_a_number_of_years(workspace: Workspace) -> None:
    keep_for(workspace, records=-1)
    with pytest.raises(SettingsError, match="records_years is a number of years"):
        workspace.check()


def test_old_cases_go_and_their_rows_are_accounted_for(workspace: Workspace) -> None:
    keep_for(workspace, records=2)
    long = make_rows(2, first=601, opened="06/05/2023", closed="01/06/2026")
    workspace.put("2023-Q2.csv", [*make_rows(5, first=501, **OLD), *long])
    report = workspace.check()
    told = account(report, "2023-Q2.csv")
    assert (states(told), told.reasons) == ({"accepted": 2, "ignored": 5}, {"past_retention": 5})
    assert adds_up(told)
    assert "Removed 5 records and published copies of cases that are past their retention." in report.as_text()
    assert report.as_json()["removed"] == {"past_retention": 5}


@pytest.mark.slow
def test_old_cases_leave_no_byte_and_go_once(workspace: Workspace) -> None:
    keep_for(workspace, records=2)
    workspace.put("2023-Q2.csv", make_rows(5, first=501, **OLD))
    workspace.run()
    assert files_that_hold(workspace.folder / "warehouse", "01/06/2023") == []
    again = workspace.run()
    assert (again.as_json()["removed"], states(account(again, "2023-Q2.csv"))) == ({}, {"ignored": 5})


@pytest.mark.slow
def test_published_figures_stand_when_their_cases_are_gone(workspace: Workspace) -> None:
    workspace.run()
    shelf = {name: digest for name, digest in workspace.snapshot().items() if QUARTER in name}
    keep_for(workspace, records=2)
    workspace.put("2029-Q3.csv", make_rows(60, first=501, opened="06/08/2029"))
    later = date(2029, 12, 15)
    report = workspace.run("2029-Q3", as_of=later)
    assert report.published[0].is_new
    assert set(workspace.table("core.counted_cases")["period"]) == {"2029-Q3"}
    assert workspace.counts("by_period", "2029-Q3", unit="cases") == {"_T": 60, "2029-Q3": 60}
    (stands,) = workspace.run(QUARTER, as_of=later).published
    assert (stands.is_new, stands.is_kept, stands.edition) == (False, True, 1)
    assert {name: digest for name, digest in workspace.snapshot().items() if QUARTER in name} == shelf


@pytest.mark.slow
def test_records_of_old_runs_go_and_nothing_else(workspace: Workspace, caseload: Callable[..., Any]) -> None:
    keep_for(workspace, runs=3)
    internal = workspace.folder / "outputs/internal"
    old, recent = internal / "20231214T093000Z-001", internal / "20231216T093000Z-001"
    for folder in (old, recent, internal / "own notes"):
        folder.mkdir(parents=True)
        (folder / "run.json").write_text("{}", encoding="utf-8")
    assert "Removed the records of 1 runs" in caseload(workspace, "run", "--period", QUARTER).out
    assert (old.exists(), recent.exists(), (internal / "own notes").exists()) == (False, True, True)
    assert {"ledger.jsonl", "activity.jsonl"} <= {Path(each).name for each in internal.iterdir()}
