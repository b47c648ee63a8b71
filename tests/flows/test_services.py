"""Prefect's own processes, end to end: `caseload serve` on one machine, and a team's server with a worker.

Everything goes over this machine's own address; states are read from the server, not from what a process says.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from services import ROOT, Prefect, environment_of, free_port, staying, wait_for
from workspaces import QUARTER, Workspace

AS_OF = '"2026-12-15"'
DAMAGE = ("profiles/export.toml", 'name = "Monthly export"', 'name = "Monthly export')


def serve(workspace: Workspace, port: int) -> list[str]:
    return [sys.executable, "-m", "pipelines", "serve", "--workspace", str(workspace.folder), "--port", str(port)]


def schedule_every_minute(workspace: Workspace) -> None:
    path = workspace.folder / "caseload.toml"
    told = path.read_text(encoding="utf-8")
    path.write_text(f'{told}\n[schedules]\ncheck_inboxes = "* * * * *"\nall_of_it = ""\n', encoding="utf-8")


def damage(workspace: Workspace) -> Callable[[], None]:
    """Make a profile unreadable; what is given mends it."""
    name, good, bad = DAMAGE
    workspace.edit(name, good, bad)
    return lambda: (workspace.folder / name).write_text(
        (workspace.folder / name).read_text(encoding="utf-8").replace(bad, good), encoding="utf-8"
    )


def fail_mend_and_retry(prefect: Prefect, workspace: Workspace) -> None:
    """Start a run that fails, mend what was wrong and run it again, all from the command line."""
    mend = damage(workspace)
    prefect.command("deployment", "run", "all-of-it/all-of-it", "-p", f'period="{QUARTER}"', "-p", f"as_of={AS_OF}")
    failed = prefect.ended("all-of-it")
    assert failed["state_type"] == "FAILED"
    assert "Exit 10: settings or a profile are wrong" in failed["state"]["message"]
    mend()
    prefect.command("flow-run", "retry", failed["id"])
    look = lambda: prefect.runs("all-of-it", "COMPLETED")  # noqa: E731
    (again,) = wait_for(look, "the end of the retried run")
    assert again["id"] == failed["id"]
    assert again["run_count"] == 2
    assert (workspace.folder / f"outputs/release/{QUARTER}/1/public/brief.html").is_file()


@pytest.mark.slow
def test_one_command_serves_schedules_history_and_retries(workspace: Workspace, tmp_path: Path):
    schedule_every_minute(workspace)
    port, log = free_port(), tmp_path / "serve.log"
    environment = environment_of(workspace.variables)
    prefect = Prefect(f"http://127.0.0.1:{port}/api", environment | {"PREFECT_API_URL": f"http://127.0.0.1:{port}/api"})
    with staying(serve(workspace, port), environment, log) as service:
        wait_for(prefect.is_up, "the server")
        assert prefect.ended("check-inboxes")["auto_scheduled"], log.read_text()
        assert prefect.runs("check-inboxes", "COMPLETED")
        told = prefect.ask("/admin/settings")["server"]
        assert told["analytics_enabled"] is False
        again = serve(workspace, free_port())
        second = subprocess.run(again, env=environment, capture_output=True, text=True, check=False)
        assert second.returncode == 2
        assert "is served already" in second.stderr
        fail_mend_and_retry(prefect, workspace)
    assert service.returncode == 0, log.read_text()
    assert "Stopped." in log.read_text()
    known = {run["id"] for run in prefect_runs_after_restart(workspace, port, environment, log, prefect)}
    assert len(known) >= 2
    history = workspace.folder / "outputs/internal/prefect"
    assert history.stat().st_mode & 0o777 == 0o700
    kept = b"".join(path.read_bytes() for path in history.rglob("*") if path.is_file() and "ui" not in path.parts)
    # Sentinels of the made-up records: references, a word of a nationality, words of an advice type.
    assert [word for word in (b"R-0001", b"K0001", b"Romanian", b"Settled status") if word in kept] == []
    assert (history / "prefect.db").stat().st_mode & 0o777 == 0o600


def prefect_runs_after_restart(
    workspace: Workspace, port: int, environment: dict[str, str], log: Path, prefect: Prefect
) -> list[dict]:
    """Serve once more, until the server answers, and give the runs that had ended before."""
    with staying(serve(workspace, port), environment, log):
        wait_for(prefect.is_up, "the second start")
        return [*prefect.runs("check-inboxes", "COMPLETED"), *prefect.runs("all-of-it", "COMPLETED")]


@pytest.fixture
def team(workspace: Workspace, tmp_path: Path) -> Iterator[Prefect]:
    """Start a server and a worker as docs/schedules.md says, and deploy prefect.yaml."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    environment = environment_of(
        workspace.variables,
        PREFECT_HOME=str(tmp_path / "prefect"),
        PREFECT_API_URL=url,
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        CASELOAD_WORKSPACE=str(workspace.folder),
    )
    start = [sys.executable, "-m", "prefect"]
    prefect = Prefect(url, environment)
    with staying([*start, "server", "start", "--port", str(port)], environment, tmp_path / "server.log"):
        wait_for(prefect.is_up, "the server")
        prefect.command("work-pool", "create", "caseload", "--type", "process")
        prefect.command("work-pool", "update", "caseload", "--concurrency-limit", "1")
        prefect.command("deploy", "--all", "--prefect-file", str(ROOT / "prefect.yaml"))
        with staying([*start, "worker", "start", "--pool", "caseload"], environment, tmp_path / "worker.log"):
            yield prefect


@pytest.mark.slow
def test_a_worker_runs_what_is_due_and_a_failed_run_again(team: Prefect, workspace: Workspace):
    every_minute = ["--cron", "* * * * *", "--timezone", "Europe/London"]
    team.command("deployment", "schedule", "create", "check-inboxes/check-inboxes", *every_minute)
    ended = team.ended("check-inboxes")
    assert ended["state_type"] == "COMPLETED", ended["state"]
    assert ended["auto_scheduled"]
    assert ended["work_pool_name"] == "caseload"
    fail_mend_and_retry(team, workspace)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--workspace", "nowhere"], 10, "is not a workspace"),
        (["--host", "0.0.0.0"], 2, "Anybody who reaches 0.0.0.0"),  # noqa: S104 - it is refused
        (["--port", "99999"], 2, "Nothing can be served at"),
    ],
)
def test_what_cannot_be_served_is_refused_at_once(
    workspace: Workspace, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
):
    from pipelines.cli import main

    assert main(["serve", "--workspace", str(workspace.folder), *arguments]) == code
    assert said in capsys.readouterr().err


def test_a_port_that_is_taken_is_told_of(workspace: Workspace, capsys: pytest.CaptureFixture[str]):
    import socket

    from pipelines.cli import main

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--workspace", str(workspace.folder), "--port", str(port)]) == 2
    assert "the port is taken" in capsys.readouterr().err
