"""The history of runs: every run leaves a record, whatever became of it, and records can be listed and read."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from workspaces import Workspace

from pipelines.cli import main
from pipelines.history import DAMAGED, UNFINISHED, find_run, read_run, read_runs, runs_text
from pipelines.recorded import kept_in
from pipelines.run_record import recording

Call = Callable[..., Any]
ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 12, 16, 8, 0, tzinfo=UTC)


def internal(workspace: Workspace) -> Path:
    return workspace.folder / "outputs" / "internal"


def listed(capsys: pytest.CaptureFixture[str], workspace: Workspace, *arguments: str) -> tuple[int, str]:
    code = main(["runs", "--workspace", str(workspace.folder), *arguments])
    return code, capsys.readouterr().out


def test_the_history_says_what_was_run_and_how_it_ended(
    ran: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    code, out = listed(capsys, ran)
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 0
    assert lines[1].startswith("2026-12-15 09:30 run ")
    assert "2 (2 new) 60 2026-Q3 no. 1 done" in lines[1]
    assert lines[2].startswith("2026-12-15 10:00 check ")
    assert "3 (1 new) 91 2026-Q3 no. 1 stands done" in lines[3]
    assert "exit 11: a file cannot be read" in lines[4]
    _, last = listed(capsys, ran, "--last", "1")
    assert [line.split()[1] for line in last.splitlines()[1:-1]] == ["12:00"]


def test_programs_get_every_record_whole(ran: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(listed(capsys, ran, "--json")[1])["runs"]
    assert [(each["state"], each["exit_code"]) for each in told] == [("done", 0)] * 3 + [("failed", 11)]
    good = told[2]
    assert good["asked_by"] == "command line"
    assert told[1]["asked_by"] == "flow check-inboxes"
    assert good["began"] == "2026-12-15T11:00:00Z"
    assert good["ended"] > good["began"]
    assert good["product_version"]
    assert {"python", "duckdb", "great-expectations"} <= set(good["versions"])
    assert [stage["stage"] for stage in good["stages"]][:5] == [
        "receive", "check_records", "harmonise", "build", "check_cases"
    ]  # fmt: skip
    assert {stage["state"] for stage in good["stages"]} == {"done"}
    assert sum(stage["seconds"] for stage in good["stages"]) <= good["seconds"]
    assert good["disk"]["warehouse_bytes"] > good["disk"]["internal_bytes"] > 0
    assert good["cpu_seconds"] > 0
    assert good["waiting"] == [
        {"source": "harbour", "file": "2026-10.csv", "reason": "unknown_gender", "n": 1, "rows": [32]}
    ]
    assert len(good["rules"]) > 10
    assert json.loads(listed(capsys, ran, "--run", "last", "--json")[1])["status"] == "failed"


def test_inputs_are_named_with_a_digest_that_needs_the_key(ran: Workspace) -> None:
    run = read_runs(internal(ran))[0]
    accounts = json.loads((run.folder / "accounting.json").read_text(encoding="utf-8"))["inputs"]
    inputs = run.content["inputs"]
    assert [each["file"] for each in inputs] == [each["file"] for each in accounts]
    assert not {each["digest"] for each in inputs} & {each["sha256"] for each in accounts}
    assert all(len(each["digest"]) == 64 for each in inputs)


def test_one_run_in_full_says_what_to_do_next(ran: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    _, out = listed(capsys, ran, "--run", "last")
    assert "2026-11.csv" in out
    assert "Next: Ask for the file again" in out
    assert "receive" in out
    assert "stopped" in out
    assert "report.html" in out


def test_a_run_that_is_not_there_is_told_with_the_newest(ran: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["runs", "--workspace", str(ran.folder), "--run", "20200101T000000Z-001"])
    assert code == 2
    assert "The newest is 20261215T120000Z-001" in capsys.readouterr().err


def test_no_run_yet_and_no_workspace_are_said(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert listed(capsys, workspace) == (0, "No run has been recorded yet.\n")
    assert main(["runs", "--workspace", str(tmp_path)]) == 10


def test_a_record_is_its_owners_alone(ran: Workspace) -> None:
    paths = [path for run in read_runs(internal(ran)) for path in (run.folder, *run.folder.rglob("*"))]
    assert [path.name for path in paths if path.stat().st_mode & 0o077] == []


DAMAGE = (
    "", "{", "[]", "{}", '{"status": "odd"}', '{"status": "running"}', "\udcff", '{"status": "done", "totals": 3}',
    '{"status": "done", "seconds": "long"}', '{"status": "failed", "stages": [{}]}',
)  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_record_is_told_and_the_others_are_read(ran: Workspace, tmp_path: Path, damage: str) -> None:
    shutil.copytree(internal(ran), tmp_path / "internal")
    broken = tmp_path / "internal/20261215T100000Z-001/run.json"
    broken.write_bytes(damage.encode("utf-8", "surrogateescape"))
    runs = read_runs(tmp_path / "internal")
    assert [run.state for run in runs] == ["done", DAMAGED, "done", "failed"]
    text = runs_text(runs)
    assert "its record is damaged" in text
    assert str(broken) in text
    assert "2026-Q3 no. 1 stands" in text


def test_a_run_that_is_killed_says_where_it_was(workspace: Workspace) -> None:
    """A real process, ended as a power cut would: no handler of it runs."""
    command = [sys.executable, "-m", "pipelines", "run", "--workspace", str(workspace.folder), "--as-of", "2026-12-15"]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | workspace.variables, start_new_session=True)
    try:
        while not any('"receive"' in path.read_text("utf-8") for path in internal(workspace).glob("*/run.json")):
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.05)
        assert read_runs(internal(workspace))[0].state == "running"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    (run,) = read_runs(internal(workspace))
    assert run.state == UNFINISHED
    assert run.result.startswith("did not finish (stage: ")
    assert run.content["ended"] is None


def test_a_process_that_took_over_the_number_is_not_the_run(ran: Workspace, tmp_path: Path) -> None:
    shutil.copytree(read_runs(internal(ran))[0].folder, tmp_path / "20261215T093000Z-001")
    record = tmp_path / "20261215T093000Z-001/run.json"
    told = json.loads(record.read_text("utf-8")) | {"status": "running", "ended": None}
    told["process"] |= {"id": os.getpid()}
    for began, state in ((told["process"]["began"], "running"), ("1", UNFINISHED)):
        told["process"]["began"] = began
        record.write_text(json.dumps(told), encoding="utf-8")
        assert read_run(record.parent).state == state
    told["process"]["machine"] = "another"
    record.write_text(json.dumps(told), encoding="utf-8")
    assert read_run(record.parent).result == "no end is known"


def test_records_of_an_earlier_version_can_be_read(tmp_path: Path) -> None:
    for name, told in (
        ("20260101T000000Z-001", {"command": "run", "status": "done", "editions": [], "timings": {"build": 1.0}}),
        ("20260101T000000Z-002", {"status": "failed", "exit_code": 13, "message": "Words."}),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(json.dumps(told), encoding="utf-8")
    assert [run.result for run in read_runs(tmp_path)] == ["done", "exit 13: validation stopped the run"]
    assert "2026-01-01 00:00" in runs_text(read_runs(tmp_path))
    assert find_run(tmp_path, "last").run == "20260101T000000Z-002"


def test_a_folder_without_a_record_is_a_run_that_was_killed_at_once(tmp_path: Path) -> None:
    (tmp_path / "20260101T000000Z-001").mkdir()
    (tmp_path / "prefect").mkdir()
    assert [run.result for run in read_runs(tmp_path)] == ["did not finish"]


def test_a_changed_clock_does_not_change_how_long_it_took(workspace: Workspace) -> None:
    with recording(workspace.request(), "run", now=NOW) as record:
        time.sleep(0.02)
    told = read_run(record.folder).content
    assert 0.02 <= told["seconds"] < 5
    assert told["ended"] >= told["began"] == "2026-12-16T08:00:00Z"


def test_a_fault_is_kept_by_its_kind_and_stopping_by_hand_has_a_code(workspace: Workspace) -> None:
    kept = []
    for error in (ValueError("Wmoan"), KeyboardInterrupt()):
        with pytest.raises(type(error)), recording(workspace.request(), "run", now=NOW) as record:
            raise error
        text = (record.folder / "run.json").read_text("utf-8") + (record.folder / "report.html").read_text("utf-8")
        assert "Wmoan" not in text
        kept.append((read_run(record.folder).content["exit_code"], "ValueError" in text))
    assert kept == [(1, True), (130, False)]


def test_statistics_that_differ_in_a_byte_are_kept(tmp_path: Path) -> None:
    for run, text in (("20260101T000000Z-001", "1"), ("20260101T000000Z-002", "2"), ("20260101T000000Z-003", "2")):
        folder = tmp_path / run / "statistics/2026-Q3"
        folder.mkdir(parents=True)
        (folder / "trends.csv").write_text(text, encoding="utf-8")
    named = [kept_in(path) for path in sorted(tmp_path.glob("*/statistics/2026-Q3"))]
    assert [name[-3:] for name in named] == ["001", "002", "002"]
    assert [path.parents[2].name[-3:] for path in sorted(tmp_path.rglob("trends.csv"))] == ["001", "002"]
