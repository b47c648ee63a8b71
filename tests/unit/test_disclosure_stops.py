"""What stops a release: killed runs, too little time, contradictions and tampering leave nothing out that is unsafe."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from workspaces import QUARTER, Workspace, make_rows, write_workspace

from pipelines.audit import audit_folder
from pipelines.cli import main
from pipelines.errors import DisclosureError
from pipelines.ledger import read_ledger
from pipelines.run import opened, refresh

Call = Callable[..., object]
MANY = 40
PUBLISH = """
import os, sys
from pathlib import Path
from workspaces import Workspace
from pipelines import audit, briefing, editions, shelving
from pipelines.publishing import publish
workspace = Workspace(Path(sys.argv[1]), {"XDG_CONFIG_HOME": sys.argv[2]})
print("begun", flush=True)
publish(workspace.request(), workspace.database)
os._exit(0)
"""


# Periods that cannot stand beside each other


@pytest.mark.parametrize("chosen", ["2026-Q2, 2026-Q1_2026-Q3", "2026-Q1_2026-Q3, 2026-Q3"])
def test_periods_that_give_each_other_away_stop_before_the_first(workspace: Workspace, chosen: str) -> None:
    """A year to date beside some of its quarters would give the others away."""
    workspace.put("2026-Q2.csv", make_rows(40, first=101, opened="06/05/2026"))
    listed = ", ".join(f'"{period}"' for period in chosen.split(", "))
    workspace.edit("caseload.toml", "[centres]", f"[periods]\npublish = [{listed}]\n[centres]")
    with pytest.raises(DisclosureError, match="overlaps a period that is already published"):
        workspace.run(None, as_of=date(2027, 1, 1))
    assert not shelf(workspace)


# Killed


def start(workspace: Workspace) -> subprocess.Popen[bytes]:
    """Begin to publish in a process of its own; return when it has begun."""
    tests = Path(__file__).resolve().parents[1]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)])}
    arguments = [sys.executable, "-c", PUBLISH, str(workspace.folder), workspace.variables["XDG_CONFIG_HOME"]]
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    assert process.stdout.readline().split() == [b"begun"]
    return process


def shelf(workspace: Workspace) -> dict[str, str]:
    """Give the digests of what readers can open."""
    return {
        name: digest
        for name, digest in workspace.snapshot().items()
        if name.startswith("outputs/release/2") and "/." not in name
    }


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a workspace whose cases are in the warehouse and of which nothing is published."""
    made = write_workspace(tmp_path_factory.mktemp("ready") / "workspace")
    with opened(made.request()) as work:
        refresh(work)
    return made


def kill_again_and_again(ready: Workspace, folder: Path, times: int) -> None:
    workspace, whole = (Workspace(folder / name, ready.variables) for name in ("killed", "whole"))
    for each in (workspace, whole):
        shutil.copytree(ready.folder, each.folder)
    process, began = start(whole), time.monotonic()
    assert process.wait() == 0
    duration = time.monotonic() - began
    complete = shelf(whole)
    chance = random.Random(times)  # noqa: S311 - no secret
    for number in range(times):
        process = start(workspace)
        time.sleep((number + chance.random()) / times * duration)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert shelf(workspace) in ({}, complete)
        settings = workspace.settings
        assert len(read_ledger(settings.internal_root, settings.release_root).entries) in (0, 2)
    (edition,) = workspace.run().published
    assert edition.edition == 1
    assert shelf(workspace) == complete
    assert audit_folder(workspace.folder / "outputs/release").passed


@pytest.mark.slow
def test_a_run_killed_while_it_publishes_releases_nothing_or_everything(ready: Workspace, tmp_path: Path) -> None:
    kill_again_and_again(ready, tmp_path, MANY)


# Requests that cannot be met


@pytest.mark.parametrize("audience", ["everybody", "centre-nowhere", "internal", ""])
def test_an_unknown_audience_gets_nothing(workspace: Workspace, caseload: Call, audience: str) -> None:
    outcome = caseload(workspace, "run", "--period", QUARTER, "--audience", audience)
    assert outcome.code == DisclosureError.exit_code
    assert "cannot be protected, so nothing was released" in outcome.err
    assert shelf(workspace) == {}


# The auditor as a command


def command(*arguments: object) -> tuple[int, str]:
    """Call the real command line in a process of its own."""
    found = subprocess.run(
        [sys.executable, "-m", "pipelines", *map(str, arguments)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.returncode, found.stdout + found.stderr


@pytest.mark.parametrize("inside", ["", QUARTER, f"{QUARTER}/1", f"{QUARTER}/1/public"])
def test_a_good_release_passes_whichever_of_its_folders_is_named(
    published_template: Workspace, inside: str, capfd: pytest.CaptureFixture[str]
) -> None:
    code = main(["audit", str(published_template.folder / "outputs/release" / inside)])
    assert (code, "Nothing was found." in capfd.readouterr().out) == (0, True)


def test_the_command_line_says_that_a_release_is_good(published_template: Workspace) -> None:
    code, said = command("audit", published_template.folder / "outputs/release")
    assert (code, "Nothing was found." in said) == (0, True)


TAMPERED = {
    "data/by_gender.csv": lambda data: data.replace(b"F,clients,", b"F,clients,1"),
    "brief.html": lambda data: data + b"<p>1</p>",
    "data/by_source.csv": lambda data: data[:-20],
}


@pytest.mark.parametrize("path", TAMPERED)
def test_a_file_that_was_changed_on_the_shelf_is_named(
    published: Workspace, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file = published.folder / f"outputs/release/{QUARTER}/1/public" / path
    file.write_bytes(TAMPERED[path](file.read_bytes()))
    assert main(["audit", str(published.folder / "outputs/release")]) == DisclosureError.exit_code
    said = "".join(capfd.readouterr())
    assert f"{QUARTER}/1/public" in said
    assert path.removeprefix("data/").removesuffix(".csv") in said


def test_a_file_that_belongs_to_no_release_is_named(published: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("notes.txt", f"{QUARTER}/1/public/data/raw.parquet"):
        stray = published.folder / "outputs/release" / name
        stray.write_text("a note", encoding="utf-8")
        assert main(["audit", str(published.folder / "outputs/release")]) == DisclosureError.exit_code
        assert Path(name).name in "".join(capfd.readouterr())
        stray.unlink()


def test_a_rule_that_nobody_knows_fails_the_audit(published: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    manifest = published.folder / f"outputs/release/{QUARTER}/1/public/manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"controlled_rounding"', b'"goodwill"'))
    assert main(["audit", str(manifest.parent)]) == DisclosureError.exit_code
    assert "names no protection rule that public may have" in "".join(capfd.readouterr())


@pytest.mark.parametrize("folder", ["outputs/internal", "inbox", "nowhere"])
def test_what_is_no_release_cannot_be_audited(
    published_template: Workspace, folder: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", str(published_template.folder / folder)]) == 2
    assert "holds no release" in capfd.readouterr().err
