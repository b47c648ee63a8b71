"""Which checks there are, and what happens when one of them cannot be made.

Answers with a report, whatever is broken: a check that fails is itself a fault, told by its kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from pipelines.doctor import machine, server, workspace
from pipelines.doctor.diagnoses import FAULT, NOTE, Diagnosis, Report
from pipelines.errors import CaseloadError, SettingsError
from pipelines.settings import Settings, load_settings, require_workspace

Check = Callable[[], Diagnosis]


def examine(folder: Path, variables: Mapping[str, str], *, now: datetime) -> Report:
    """Look at the machine and at a workspace, and change nothing.

    Args:
        folder: the workspace; outside of one only the machine is looked at.
        variables: the environment.
        now: the time by this machine's clock.
    """
    checks = [*_of_machine(folder, variables), *_of_workspace(folder, variables, now)]
    return Report(tuple(_made(name, check) for name, check in checks))


def _of_machine(folder: Path, variables: Mapping[str, str]) -> Iterable[tuple[str, Check]]:
    yield "Python", machine.python
    yield "packages", machine.packages
    yield "locked versions", machine.locked_versions
    yield "telemetry", partial(machine.telemetry, variables)
    yield "DuckDB extensions", machine.extensions
    yield "encryption", partial(machine.encryption, folder)
    yield "fonts", machine.fonts
    yield "browser", machine.browser
    yield "time zone", machine.time_zone
    yield "Prefect server", partial(server.reachable, variables)


def _of_workspace(folder: Path, variables: Mapping[str, str], now: datetime) -> Iterable[tuple[str, Check]]:
    try:
        require_workspace(folder)
    except SettingsError:
        said = f"{folder.resolve()} is no workspace, so only the machine was looked at"
        outside = Diagnosis("workspace", NOTE, said, "Name a workspace with --workspace to have it looked at as well.")
        return [("workspace", lambda: outside)]
    return [
        ("settings", partial(workspace.settings, folder, variables)),
        ("key", partial(_with_settings, workspace.key, folder, variables)),
        ("file modes", partial(workspace.modes, folder)),
        ("lock", partial(workspace.lock, folder)),
        ("warehouse", partial(workspace.warehouse_in_force, folder)),
        ("ledger and shelf", partial(workspace.ledger, folder)),
        ("run records", partial(workspace.records, folder)),
        ("disk", partial(workspace.disk, folder)),
        ("clock", partial(workspace.clock, folder, now)),
    ]


def _with_settings(
    check: Callable[[Settings, Mapping[str, str]], Diagnosis], folder: Path, variables: Mapping[str, str]
) -> Diagnosis:
    return check(load_settings(folder, variables), variables)


def _made(name: str, check: Check) -> Diagnosis:
    """Make one check. The message of an unforeseen failure could quote anything, so only its kind is told."""
    try:
        return check()
    except CaseloadError as error:
        return Diagnosis(name, FAULT, str(error).splitlines()[0], "See docs/errors.md.")
    except Exception as error:
        return Diagnosis(name, FAULT, f"this could not be looked at ({type(error).__name__})", "See docs/doctor.md.")
