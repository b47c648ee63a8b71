"""The doctor: what is well is said to be well, and each fault is found, with what to do and without a secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from filelock import FileLock
from workspaces import Workspace

from pipelines import TELEMETRY_OFF, warehouse
from pipelines.cli import main
from pipelines.doctor import Report, examine, machine
from pipelines.doctor.server import reachable
from pipelines.keys import key_path
from pipelines.protection_at_rest import is_on_encrypted_disk

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 12, 15, 10, 0, tzinfo=UTC)


def examined(workspace: Workspace, *, now: datetime = NOW, **variables: str) -> Report:
    return examine(workspace.folder, TELEMETRY_OFF | workspace.variables | variables, now=now)


def states(report: Report) -> dict[str, str]:
    return {each["check"]: each["state"] for each in report.as_json()["checks"]}


def said(report: Report, check: str) -> str:
    (found,) = [each for each in report.as_json()["checks"] if each["check"] == check]
    return f"{found['state']}: {found['said']} / {found['to_do']}"


@pytest.fixture
def well(published: Workspace) -> Workspace:
    """Give a workspace that was run once, whose files are as old as the run says."""
    began = datetime(2026, 12, 15, 9, 30, tzinfo=UTC).timestamp()
    os.utime(published.folder / "warehouse/current", (began, began))
    (published.folder / "inbox").chmod(0o700)
    return published


def test_a_sound_workspace_is_well(well: Workspace) -> None:
    report = examined(well)
    is_encrypted = is_on_encrypted_disk(well.folder)
    notes = {} if is_encrypted else {"encryption": "note"}
    assert {check: state for check, state in states(report).items() if state != "ok"} == notes
    assert report.is_well
    assert report.as_json()["status"] == ("ok" if is_encrypted else "note")
    assert ("To do:" in report.as_text()) is not is_encrypted
    assert report.as_text().endswith("All is well." if is_encrypted else "0 faults, 1 note.")


def test_looking_changes_nothing(well: Workspace) -> None:
    before = {path: path.stat().st_mtime_ns for path in well.folder.rglob("*") if path.name != ".lock"}
    examined(well)
    assert {path: path.stat().st_mtime_ns for path in well.folder.rglob("*") if path.name != ".lock"} == before


def test_the_command_ends_with_10_when_there_is_a_fault(well: Workspace) -> None:
    (well.folder / "warehouse").chmod(0o755)
    command = [sys.executable, "-m", "pipelines", "doctor", "--workspace", str(well.folder), "--json"]
    environment = os.environ | well.variables
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert (done.returncode, told["status"]) == (10, "fault")
    faults = [each for each in told["checks"] if each["state"] == "fault"]
    assert all(each["to_do"] for each in faults)
    assert "file modes" in [each["check"] for each in faults]
    assert main(["doctor", "--workspace", str(well.folder.parent)]) == 0


def test_outside_a_workspace_the_machine_alone_is_looked_at(tmp_path: Path) -> None:
    report = examine(tmp_path, TELEMETRY_OFF, now=NOW)
    assert report.is_well
    assert states(report)["workspace"] == "note"
    assert "warehouse" not in states(report)


def test_a_new_workspace_has_notes_and_no_fault(workspace: Workspace) -> None:
    key_path(workspace.settings, workspace.variables).unlink()
    found = states(examined(workspace))
    assert "fault" not in found.values()
    assert (found["warehouse"], found["key"]) == ("note", "note")


def _key(workspace: Workspace) -> Path:
    (path,) = Path(workspace.variables["XDG_CONFIG_HOME"]).rglob("*.key")
    return path


def _ledger(workspace: Workspace) -> Path:
    return workspace.folder / "outputs/internal/ledger.jsonl"


def _reshape(workspace: Workspace) -> None:
    with warehouse.connect(workspace.database) as connection:
        connection.execute("alter table raw.files add column further varchar")


DAMAGE: dict[str, tuple[str, Callable[[Workspace], object], str]] = {
    "the settings are no TOML": ("settings", lambda w: (w.folder / "caseload.toml").write_text("["), "TOML"),
    "the key is missing": ("key", lambda w: _key(w).unlink(), "Restore it from a backup"),
    "others can read the key": ("key", lambda w: _key(w).chmod(0o644), "chmod 600"),
    "the key is damaged": ("key", lambda w: _key(w).write_text("0123"), "does not hold a key"),
    "the warehouse is open to others": ("file modes", lambda w: (w.folder / "warehouse").chmod(0o750), "chmod 700"),
    "true counts are open to others": ("file modes", lambda w: (w.folder / "outputs/internal").chmod(0o701), "chmod"),
    "the database is gone": ("warehouse", lambda w: w.database.unlink(), "is in force, but it is not there"),
    "the database is damaged": (
        "warehouse",
        lambda w: w.database.write_bytes(b"\0" * 9000),
        "holds no readable database",
    ),
    "a table has another shape": ("warehouse", _reshape, "raw.files is of another version"),
    "the ledger is damaged": ("ledger and shelf", lambda w: _ledger(w).write_bytes(b"{}\n"), "is damaged"),
    "an edition is on the shelf alone": ("ledger and shelf", lambda w: _ledger(w).unlink(), "but not in the ledger"),
}


@pytest.fixture
def own_key(well: Workspace, tmp_path: Path) -> Workspace:
    """Give the workspace with a copy of its key, which a test may damage."""
    path = tmp_path / "config" / "caseload" / _key(well).name
    path.parent.mkdir(parents=True)
    path.write_bytes(_key(well).read_bytes())
    path.chmod(0o600)
    return Workspace(well.folder, {"XDG_CONFIG_HOME": str(tmp_path / "config")})


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_fault_is_found_and_says_what_to_do(own_key: Workspace, damage: str) -> None:
    check, harm, words = DAMAGE[damage]
    secret = _key(own_key).read_text().strip()
    harm(own_key)
    report = examined(own_key)
    assert said(report, check).startswith("fault: ")
    assert words in said(report, check)
    assert not report.is_well
    assert secret not in report.as_text()


def test_an_edition_that_is_gone_can_be_made_again(well: Workspace) -> None:
    (well.folder / "outputs/release/2026-Q3/1/public").rename(well.folder / "elsewhere")
    found = said(examined(well), "ledger and shelf")
    assert found.startswith("note: 2026-Q3, edition 1 for public is not on the shelf")


def test_a_clock_that_went_back_is_found(well: Workspace) -> None:
    assert states(examined(well, now=NOW - timedelta(hours=2)))["clock"] == "fault"
    assert states(examined(well, now=NOW - timedelta(minutes=32)))["clock"] == "ok"  # clocks differ a little


def test_a_disk_that_is_too_full_is_found(well: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run needs is set higher than any disk."""
    assert states(examined(well))["disk"] == "ok"
    monkeypatch.setattr("pipelines.doctor.workspace.LEAST_FREE", 10**18)
    assert said(examined(well), "disk").startswith("fault: only ")


def test_a_run_that_is_going_on_is_seen_and_a_holder_that_died_is_not(well: Workspace) -> None:
    folder = well.folder / "warehouse"
    assert states(examined(well))["lock"] == "ok"
    with FileLock(folder / ".lock"):
        (folder / ".holder").write_text(str(os.getpid()))
        assert f"process {os.getpid()}" in said(examined(well), "lock")
        (folder / ".holder").write_text("999999999")
        assert states(examined(well))["lock"] == "ok"
    (folder / ".holder").write_text(str(os.getpid()))
    assert states(examined(well))["lock"] == "ok"


def test_records_that_are_damaged_or_did_not_finish_are_told(well: Workspace) -> None:
    record = next((well.folder / "outputs/internal").glob("*/run.json"))
    record.write_text("{")
    (record.parents[1] / "20261215T080000Z-001").mkdir()
    found = said(examined(well), "run records")
    assert "its record is damaged" in found
    assert "20261215T080000Z-001: did not finish" in found


# The machine


def test_a_switch_that_is_on_is_found(well: Workspace) -> None:
    report = examined(well, DO_NOT_TRACK="0")
    assert said(report, "telemetry").startswith("fault: DO_NOT_TRACK is on")


def test_a_version_out_of_bounds_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = machine.version
    monkeypatch.setattr(machine, "version", lambda name: "0.155.0" if name == "fastapi" else real(name))
    assert "fastapi is 0.155.0 and must be <0.151,>=0.139" in machine.packages().said
    assert (machine.packages().state, machine.locked_versions().state) == ("fault", "note")


def test_a_missing_font_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "caseload-sans-400.ttf").write_bytes(b"broken")
    monkeypatch.setattr(machine, "reference_file", lambda _, name: tmp_path / name)
    assert "caseload-sans-400.ttf is damaged; caseload-sans-600.ttf is missing" in machine.fonts().said


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/api/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_server_that_is_named_must_answer(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Healthy)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    place = f"127.0.0.1:{server.server_port}"
    profile = f'[profiles.own]\nPREFECT_API_URL = "http://{place}/api"\n'
    (tmp_path / "profiles.toml").write_text(f'active = "own"\n{profile}')
    try:
        assert reachable({"PREFECT_API_URL": f"http://ann:secret@{place}/api"}).said == f"{place} answers"
        assert reachable({"PREFECT_HOME": str(tmp_path)}).state == "ok"
        assert "status 404" in reachable({"PREFECT_API_URL": f"http://{place}/other"}).said
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    silent = reachable({"PREFECT_API_URL": f"http://ann:secret@{place}/api"})
    assert (silent.state, "secret" in silent.said) == ("fault", False)
    assert reachable({"PREFECT_HOME": str(tmp_path / "nowhere")}).said.startswith("none is named")


def test_it_answers_soon_and_loads_neither_prefect_nor_great_expectations(well: Workspace) -> None:
    code = (
        "import sys; from pipelines.cli import main; "
        f"main(['doctor', '--workspace', {str(well.folder)!r}]); "
        "print([name for name in ('prefect', 'great_expectations', 'matplotlib') if name in sys.modules])"
    )
    environment = os.environ | well.variables
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
