"""A standalone cluster of Spark on this machine: a master and workers, each a process of its own, on loopback alone."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyspark
from measuring import held

SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"
SECONDS_TO_START = 120


@dataclass(frozen=True)
class Cluster:
    """What was started: where the master listens, and the processes, the master's first."""

    master: str
    processes: list[subprocess.Popen]
    environment: dict[str, str]

    def kill_worker(self, number: int) -> None:
        """Kill a worker with everything it runs, as a power cut of its machine would."""
        os.killpg(self.processes[number].pid, signal.SIGKILL)
        self.processes[number].wait()

    def held(self) -> dict[int, tuple[float, float]]:
        """Give of each process, with those it started, its processor seconds and MB of memory by its number."""
        return {process.pid: held(process.pid) for process in self.processes}


@contextmanager
def cluster(folder: Path, *, workers: int, memory: str) -> Iterator[Cluster]:
    """Run a master and workers of one processor each; nothing of them is left at the end.

    They know each other by a secret that stands in a file for its owner alone, as the guide for clusters asks.
    """
    (folder / "conf").mkdir(parents=True, mode=0o700)
    defaults = folder / "conf" / "spark-defaults.conf"
    defaults.touch(mode=0o600)
    defaults.write_text(
        f"spark.authenticate true\nspark.authenticate.secret {secrets.token_hex(32)}\n", encoding="ascii"
    )
    own = {"SPARK_CONF_DIR": str(folder / "conf"), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m"}
    made = Cluster(f"spark://127.0.0.1:{_free_port()}", [], {"SPARK_CONF_DIR": own["SPARK_CONF_DIR"]})
    listen = ["--host", "127.0.0.1", "--webui-port", "0"]
    try:
        _start(made, folder, own, ["master.Master", *listen, "--port", made.master.rpartition(":")[2]])
        _wait_for(made.master)
        for number in range(workers):
            place = folder / f"worker-{number + 1}"
            command = [
                "worker.Worker",
                *listen,
                "--cores",
                "1",
                "--memory",
                memory,
                "--work-dir",
                str(place),
                made.master,
            ]
            _start(made, folder, {**own, "SPARK_LOCAL_DIRS": str(place / "local")}, command)
        yield made
    finally:
        for process in made.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _start(made: Cluster, folder: Path, environment: dict[str, str], arguments: list[str]) -> None:
    command = [str(SPARK_CLASS), f"org.apache.spark.deploy.{arguments[0]}", *arguments[1:]]
    with (folder / f"process-{len(made.processes)}.log").open("wb") as log:
        started = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=log, stderr=log, start_new_session=True
        )
    made.processes.append(started)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _wait_for(master: str) -> None:
    host, _, port = master.removeprefix("spark://").partition(":")
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The master did not start.")
