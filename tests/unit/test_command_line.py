"""The command line as a person or a program meets it, in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from workspaces import AS_OF, QUARTER, Workspace

ROOT = Path(__file__).parents[2]


def command(*arguments: str, variables: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines", *arguments],
        cwd=ROOT,
        env=os.environ | (variables or {}),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_tells_a_program_one_object_and_nothing_else(workspace: Workspace) -> None:
    choices = ("--workspace", str(workspace.folder), "--as-of", str(AS_OF), "--period", QUARTER)
    done = command("run", *choices, "--json", variables=workspace.variables)
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr, told["status"]) == (0, "", "done")
    assert told["totals"]["accepted"] == 60
    keys = {"source", "file", "sha256", "rows_read", "accepted", "quarantined", "superseded", "duplicate", "ignored"}
    assert all(set(entry) == keys | {"reasons"} for entry in told["inputs"])
    assert Path(told["editions"][0]["folder"], "public", "brief.html").is_file()


@pytest.mark.slow
def test_the_demonstration_ends_in_briefs(tmp_path: Path) -> None:
    done = command("demo", "--out", str(tmp_path / "demo"), "--cases", "900")
    assert (done.returncode, done.stderr) == (0, "")
    pages = [Path(line.strip()) for line in done.stdout.splitlines() if line.strip().endswith("brief.html")]
    assert {page.parent.name for page in pages} == {"network", "public"}
    assert all(page.is_file() for page in pages)


def test_a_reader_who_stops_reading_is_no_fault() -> None:
    begun = subprocess.Popen(
        [sys.executable, "-m", "pipelines", "doctor"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert begun.stdout is not None
    begun.stdout.close()
    assert begun.stderr is not None
    assert (begun.stderr.read(), begun.wait(60)) == ("", 141)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "COMMAND"),
        (("run", "--period", "2026"), "2026 is not a period"),
        (("run", "--as-of", "15/12/2026"), "15/12/2026 is not a date like 2026-11-15"),
        (("runn",), "runn"),
    ],
)
def test_a_mistyped_command_is_explained(arguments: tuple[str, ...], says: str) -> None:
    done = command(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_new_workspace_can_be_checked_at_once(tmp_path: Path, caseload: Callable[..., object]) -> None:
    made = command("init", str(tmp_path / "new"))
    assert made.returncode == 0
    assert "caseload check" in made.stdout
    workspace = Workspace(tmp_path / "new", {"XDG_CONFIG_HOME": str(tmp_path / "config")})
    assert caseload(workspace, "check").code == 0
    again = command("init", str(tmp_path / "new"))
    assert again.returncode == 2
    assert "exist already" in again.stderr


def test_check_and_rehearsal_say_that_nothing_was_stored(workspace: Workspace, caseload: Callable[..., object]) -> None:
    assert "40 accepted" in caseload(workspace, "check", "riverside").out
    assert "nothing was stored or released" in caseload(workspace, "run", "--period", QUARTER, "--dry-run").out
    told = json.loads(caseload(workspace, "check", "--json").out)
    assert (told["command"], told["editions"]) == ("check", [])
    assert sorted(path.name for path in Path(told["record"]).iterdir()) == ["report.html", "run.json"]
    (rehearsal,) = [path for path in Path(told["record"]).parent.iterdir() if (path / "disclosure").is_dir()]
    assert '"command": "dry run"' in (rehearsal / "run.json").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in rehearsal.rglob("*") if path.is_file()) < 60_000
    assert workspace.snapshot() == {}
