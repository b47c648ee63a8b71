"""Fixtures that several unit tests share because making them takes long."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from erasures import Erasing, with_a_rare_person
from revised import revise, shelf
from workspaces import QUARTER, Workspace, write_workspace


@pytest.fixture(scope="session")
def revised(published_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a workspace whose period was revised once, with comment, event and explanation; tests only read it."""
    return revise(published_template, tmp_path_factory.mktemp("revised") / "workspace")


@pytest.fixture
def copied(revised: Workspace, tmp_path: Path) -> Path:
    """Give a copy of the shelf of a revised period that a test may damage."""
    shutil.copytree(shelf(revised), tmp_path / QUARTER)
    return tmp_path / QUARTER


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
