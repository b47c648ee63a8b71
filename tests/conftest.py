"""Fixtures for every test: workspaces on disk. Rows and the ways to act on a workspace are in `workspaces.py`."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import workspaces
from workspaces import Workspace

from pipelines import models, warehouse
from pipelines.cli import main
from pipelines.collecting import collect_seldom
from pipelines.periods import Period
from pipelines.reports import RunReport, executed
from pipelines.resources import sql_folder
from pipelines.run import Request
from pipelines.synthetic import write_workspace

DEMO_CASES, DEMO_SEED = 3000, 11
# Reading a hostile file ends; how fast is measured elsewhere. Endless reading would take hours.
ENDS_WITHIN = 60


@dataclass(frozen=True)
class Demo:
    """A synthetic workspace that was run once, and what was planted in it; tests only read it."""

    workspace: Workspace
    report: RunReport
    truth: dict[str, Any]
    period: str


def pytest_configure() -> None:
    """Start as the command does; with thousands of tests in memory every round of collecting takes half a second."""
    collect_seldom()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave most cases of sampled tests to `make test-all`: always the same ones, so that a failure stays one."""
    seen: Counter[str] = Counter()
    for item in items:
        if sampled := item.get_closest_marker("sampled"):
            test = item.nodeid.partition("[")[0]
            if seen[test] % sampled.args[0]:
                item.add_marker("slow")
            seen[test] += 1


@pytest.fixture
def make_workspace(tmp_path: Path) -> Callable[..., Workspace]:
    """Give what writes a hand-made workspace; a second one needs a name of its own."""
    return lambda name="workspace": workspaces.write_workspace(tmp_path / name)


@pytest.fixture
def workspace(make_workspace: Callable[..., Workspace]) -> Workspace:
    """Give a hand-made workspace that was never run."""
    return make_workspace()


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Give a synthetic workspace of about 3,000 cases, run once."""
    folder = tmp_path_factory.mktemp("demo")
    truth = folder / "truth.json"
    made = write_workspace(folder / "workspace", cases=DEMO_CASES, seed=DEMO_SEED, truth=truth)
    request = Request(made.folder, made.as_of, {}, Period.parse(made.last_quarter))
    report = executed(request, now=datetime(2026, 12, 15, tzinfo=UTC))
    workspace = Workspace(made.folder)
    return Demo(workspace, report, json.loads(truth.read_text(encoding="utf-8")), made.last_quarter)


@dataclass(frozen=True)
class Outcome:
    """What a command gave back."""

    code: int
    out: str
    err: str


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the names of the tables that are made as a whole, as they are made; they are made all the same."""
    names: list[str] = []
    make = models.make

    def noting(connection: warehouse.Connection, model: models.Model) -> None:
        names.append(model.name)
        make(connection, model)

    monkeypatch.setattr(models, "make", noting)
    return names


@pytest.fixture(scope="session")
def published_template(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give the hand-made workspace after one good run; tests work on copies of it."""
    made = workspaces.write_workspace(tmp_path_factory.mktemp("published") / "workspace")
    made.run()
    return made


@pytest.fixture
def published(published_template: Workspace, tmp_path: Path) -> Workspace:
    """Give a hand-made workspace that was run once."""
    shutil.copytree(published_template.folder, tmp_path / "published")
    return Workspace(tmp_path / "published", published_template.variables)


@pytest.fixture
def caseload(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Outcome]:
    """Give the command line, called within this process: `caseload(workspace, "run", "--period", "2026-Q3")`."""

    def call(workspace: Workspace, command: str, *arguments: str) -> Outcome:
        for name in [name for name in os.environ if name.startswith("CASELOAD_")]:
            monkeypatch.delenv(name)
        for name, value in workspace.variables.items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        choices = ["--workspace", str(workspace.folder), "--as-of", str(workspaces.AS_OF)]
        try:
            code = main([command, *choices, *arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Outcome(code, *capfd.readouterr())

    return call


@pytest.fixture
def own_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a copy of the SQL folder that the program uses in place of the packaged one."""
    folder = tmp_path / "sql"
    shutil.copytree(sql_folder(), folder)
    monkeypatch.setattr(models, "sql_folder", lambda: folder)
    return folder


@pytest.fixture
def soon() -> Iterator[None]:
    """Fail a test that goes on and on, as reading a hostile file without bounds would."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < ENDS_WITHIN
