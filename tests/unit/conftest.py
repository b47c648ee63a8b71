"""Fixtures that several unit tests share because making them takes long."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from erasures import Erasing, with_a_rare_person
from revised import revise, shelf
from workspaces import HARBOUR, QUARTER, Workspace, make_rows, write_workspace

from pipelines.backup import BackupKey, make_key
from pipelines.errors import ReadError
from pipelines.reports import checked, executed


@pytest.fixture(scope="session")
def revised(published_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a workspace whose period was revised once, with comment, event and explanation; tests only read it."""
    return revise(published_template, tmp_path_factory.mktemp("revised") / "workspace")


@pytest.fixture(scope="session")
def ran(published_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a workspace that was run, checked, run again with rows that wait, and run once in vain; tests only read."""
    folder = tmp_path_factory.mktemp("ran") / "workspace"
    shutil.copytree(published_template.folder, folder)
    made = Workspace(folder, published_template.variables)
    checked(made.request(), now=datetime(2026, 12, 15, 10, 0, tzinfo=UTC), asked_by="flow check-inboxes")
    waiting = make_rows(1, source=HARBOUR, gender="Wmoan")
    made.put("2026-10.csv", [*make_rows(30, source=HARBOUR), *waiting], source=HARBOUR)
    executed(made.request(), now=datetime(2026, 12, 15, 11, 0, tzinfo=UTC))
    made.put("2026-11.csv", "")
    with pytest.raises(ReadError):
        executed(made.request(), now=datetime(2026, 12, 15, 12, 0, tzinfo=UTC))
    return made


@pytest.fixture
def copied(revised: Workspace, tmp_path: Path) -> Path:
    """Give a copy of the shelf of a revised period that a test may damage."""
    shutil.copytree(shelf(revised), tmp_path / QUARTER)
    return tmp_path / QUARTER


@pytest.fixture
def backup_key(tmp_path: Path) -> BackupKey:
    """Give a new key of backups, in a file of its own."""
    return make_key(tmp_path / "keys" / "backup.key", {})[1]


@pytest.fixture(scope="session")
def known_template(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a workspace with one person who is like no other, run and published once."""
    made = with_a_rare_person(write_workspace(tmp_path_factory.mktemp("erase") / "workspace"))
    made.run()
    return made


@pytest.fixture
def known(known_template: Workspace, tmp_path: Path) -> Workspace:
    """Give a copy of it."""
    shutil.copytree(known_template.folder, tmp_path / "known")
    return Workspace(tmp_path / "known", known_template.variables)


@pytest.fixture
def erase(caseload: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Erasing:
    """Give the command `caseload erase`."""
    return Erasing(caseload, monkeypatch)
