"""`caseload serve`: a Prefect server with its page and the schedules of one workspace, on one machine, by one command.

Answers "how is it started, watched and stopped". Two processes are started, the server and the one that begins runs,
and both end when this one does. History lies in the workspace, in a folder that only its owner can read.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipelines import TELEMETRY_OFF, disk
from pipelines.companions import running, stopped_like_ctrl_c
from pipelines.errors import CaseloadError, UsageError
from pipelines.modes import PRIVATE_FOLDER
from pipelines.prefect_api import PrefectApi
from pipelines.schedules import SCHEDULED
from pipelines.settings import Settings, load_settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")
# Both sides of a password for the server's page, by Prefect's own names.
SERVER_SECRET, CLIENT_SECRET = "PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"
MOST_PORTS = 65535
ADDRESS, LOG = "address", "server.log"
STARTING_SECONDS, PLANNING_SECONDS = 120, 180
_MOST_LOG_BYTES = 5_000_000
_DAY = 24 * 60 * 60
# A service of the system begins with Ctrl-C ignored; it is how the process is ended here.
_BEGIN_RUNS = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from pipelines.flows import offer; offer(sys.argv[1])"
)


@dataclass(frozen=True)
class Service:
    """What is to be served, and where."""

    settings: Settings
    host: str
    port: int

    @property
    def workspace(self) -> str:
        """Give the workspace as the flows are told of it."""
        return str(self.settings.workspace)

    @property
    def page(self) -> str:
        """Give the address of the Prefect page."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    @property
    def folder(self) -> Path:
        """Give the folder of Prefect's database, log and storage."""
        return self.settings.internal_root / "prefect"


def serve_workspace(
    workspace: Path, variables: Mapping[str, str], *, host: str, port: int, say: Callable[[str], None]
) -> None:
    """Serve the flows of a workspace until somebody stops it.

    Args:
        workspace: the workspace folder.
        variables: the environment.
        host: the address to listen on.
        port: the port to listen on.
        say: called with each line that a person should read.
    Raises:
        UsageError: the address cannot be used, or the workspace is served already. SettingsError: the workspace cannot
            be used. CaseloadError: the server or the process that begins runs ended by itself.
    """
    service = Service(load_settings(workspace.resolve(), variables), host, port)
    secret = variables.get(SERVER_SECRET, "")
    _refuse_unsafe(service, secret)
    _make_folder(service.folder)
    _refuse_second(service, secret)
    _refuse_taken(service)
    environment = _environment(service, variables)
    with stopped_like_ctrl_c(), suppress(KeyboardInterrupt), _server(service, environment) as server:
        api = PrefectApi(f"{service.page}/api", secret)
        _wait(api, server, service)
        (service.folder / ADDRESS).write_text(f"{api.url}\n", encoding="utf-8")
        _tidy(api, service, say)
        command = [sys.executable, "-c", _BEGIN_RUNS, service.workspace]
        with running(command, environment, ended_by=signal.SIGINT) as runner:
            for line in _told(service):
                say(line)
            _watch({"Prefect server": server, "process that begins runs": runner}, service, api)
    say("Stopped. Runs that were missed meanwhile are made up for once, at the next start.")


def _environment(service: Service, variables: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of both processes; no setting of Prefect's from outside leads history or runs elsewhere."""
    kept = (SERVER_SECRET, CLIENT_SECRET, "PREFECT_LOGGING_LEVEL")
    own = {name: value for name, value in variables.items() if not name.startswith("PREFECT_") or name in kept}
    if variables.get(SERVER_SECRET):
        own[CLIENT_SECRET] = variables[SERVER_SECRET]
    return (
        own
        | TELEMETRY_OFF
        | {
            "PREFECT_HOME": str(service.folder),
            "PREFECT_API_URL": f"{service.page}/api",
            "PREFECT_UI_URL": service.page,
            "PREFECT_SERVER_UI_API_URL": f"{service.page}/api",
            "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(service.folder / "ui"),
            "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
            # A page of somebody else, open in the same browser, may not speak to the server.
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": service.page,
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": str(service.settings.schedules.keep_days * _DAY),
        }
    )


def _refuse_unsafe(service: Service, secret: str) -> None:
    if service.host not in LOOPBACK and not secret:
        raise UsageError(
            f"Anybody who reaches {service.host} could start runs and read the history. Serve on 127.0.0.1, or set a "
            f"password as user:password in {SERVER_SECRET}. Nothing was started."
        )


def _make_folder(folder: Path) -> None:
    for each in (folder.parent, folder):
        try:
            disk.make_folder(each, PRIVATE_FOLDER)
            each.chmod(PRIVATE_FOLDER)  # one that was made by hand may be open to others
        except OSError as error:
            raise UsageError(f"{each} cannot be made: {error.strerror}. Nothing was started.") from None


def _refuse_second(service: Service, secret: str) -> None:
    """Refuse to serve a workspace twice: each would take the runs of the other for interrupted ones."""
    address = service.folder / ADDRESS
    url = address.read_text(encoding="utf-8").strip() if address.is_file() else ""
    if url and PrefectApi(url, secret).serves(service.workspace):
        raise UsageError(f"{service.workspace} is served already: {url.removesuffix('/api')}. Nothing was started.")


def _refuse_taken(service: Service) -> None:
    try:
        if not 0 < service.port <= MOST_PORTS:
            raise OverflowError
        family, *_, place = socket.getaddrinfo(service.host, service.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except (OSError, OverflowError):
        raise UsageError(
            f"Nothing can be served at {service.page}: the port is taken, or the address is not this machine's. Choose "
            f"another with --port, such as --port {service.port % MOST_PORTS + 1}. Nothing was started."
        ) from None


def _wait(api: PrefectApi, server: subprocess.Popen[bytes], service: Service) -> None:
    until = time.monotonic() + STARTING_SECONDS
    while not api.is_up():
        if server.poll() is not None or time.monotonic() > until:
            raise CaseloadError(f"The Prefect server did not start. The end of {service.folder / LOG} says why.")
        time.sleep(0.3)


def _tidy(api: PrefectApi, service: Service, say: Callable[[str], None]) -> None:
    """Put the history in order before anything is begun."""
    interrupted, missed = api.close_interrupted(), api.skip_missed(datetime.now(UTC))
    if interrupted:
        say(f"Runs that did not finish last time: {interrupted}. They are marked as crashed.")
    if missed:
        say(f"Scheduled runs missed meanwhile and left out: {missed}. The newest of each flow is made up for.")
    for key in SCHEDULED:
        if key not in service.settings.schedules.times:
            api.unschedule(flow_name(key))


def flow_name(key: str) -> str:
    """Give the name of a flow that the settings write with underscores."""
    return key.replace("_", "-")


def _told(service: Service) -> Iterator[str]:
    """Say where the page is and what runs when."""
    schedules = service.settings.schedules
    yield f"Prefect's page: {service.page}   (history: {service.folder})"
    for key in SCHEDULED:
        start = schedules.next_start(key, datetime.now(UTC))
        when = f"{schedules.times[key].text}   next {start:%a %d %b %Y %H:%M}" if start else "when you start it"
        yield f"  {flow_name(key):16} {when}"
    yield f"Times are of {schedules.timezone}. Stop with Ctrl-C."


def _watch(processes: Mapping[str, subprocess.Popen[bytes]], service: Service, api: PrefectApi) -> None:
    """Wait for ever, or until one of the processes ends, or the server turns out to plan nothing."""
    waiting = [flow_name(key) for key in service.settings.schedules.times]
    until = time.monotonic() + PLANNING_SECONDS
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                raise CaseloadError(
                    f"The {name} ended by itself (code {process.returncode}), so no more runs are begun. The end of "
                    f"{service.folder / LOG} may say why. Start again with: caseload serve"
                )
        waiting = [flow for flow in waiting if not api.is_planned(flow)]
        if waiting and time.monotonic() > until:
            raise CaseloadError(
                f"The Prefect server plans no run of {', '.join(waiting)}, so nothing would ever run by itself. The "
                f"end of {service.folder / LOG} says why; install the versions of requirements.lock."
            )
        time.sleep(1)


@contextmanager
def _server(service: Service, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    log = service.folder / LOG
    if log.is_file() and log.stat().st_size > _MOST_LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", service.host, "--port", str(service.port)]
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as out, running(command, environment, ended_by=signal.SIGTERM, out=out) as server:
        yield server
