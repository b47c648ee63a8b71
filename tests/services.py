"""Prefect as people meet it: commands on a terminal, processes that stay, and the server's own account of runs."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

ROOT = Path(__file__).resolve().parents[1]
# A machine that does other things too takes long to start a server.
WITHIN = 400


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(look: Callable[[], Any], what: str, within: float = WITHIN) -> Any:
    """Look again and again until there is something."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"{what} did not come within {within} seconds")


@dataclass(frozen=True)
class Prefect:
    """A server at an address, and the environment in which its commands are given."""

    url: str
    environment: dict[str, str]

    def ask(self, path: str, content: dict[str, Any] | None = None) -> Any:
        """Ask the server; a question with content is posted."""
        data = json.dumps(content).encode() if content is not None else None
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.url}{path}", data=data, headers=headers)  # noqa: S310 - this machine's own address
        with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
            return json.loads(answer.read())

    def is_up(self) -> bool:
        """Tell whether the server answers."""
        try:
            return bool(self.ask("/health"))
        except OSError:
            return False

    def runs(self, flow: str, *states: str) -> list[dict[str, Any]]:
        """Give the runs of a flow in these states, the earliest first."""
        wanted = {"state": {"type": {"any_": list(states)}}} if states else {}
        asked = {"flow_runs": wanted, "flows": {"name": {"any_": [flow]}}, "sort": "EXPECTED_START_TIME_ASC"}
        found: list[dict[str, Any]] = self.ask("/flow_runs/filter", asked)
        return found

    def ended(self, flow: str, n: int = 1) -> dict[str, Any]:
        """Wait until so many runs of a flow have ended; give the last of them."""
        ends = ("COMPLETED", "FAILED", "CRASHED")
        look = lambda: (found := self.runs(flow, *ends)) and len(found) >= n and found[-1]  # noqa: E731
        return wait_for(look, f"end {n} of {flow}")

    def command(self, *words: str) -> str:
        """Give a command of Prefect's, as on a terminal."""
        done = subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def staying(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process while the block lasts, and end it as a service manager does."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(90)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def environment_of(variables: dict[str, str], **more: str) -> dict[str, str]:
    """Give the environment of a user who has no settings of Prefect; the package is that of this checkout."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CASELOAD_"))}
    paths = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH", ""), str(ROOT)]))
    return own | variables | {"PYTHONPATH": paths, "DO_NOT_TRACK": "1"} | more
