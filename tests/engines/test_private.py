"""What Spark writes for a while is for its owner alone, and gone afterwards; it says nothing, and nobody reaches it."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from sparks import CHOICE
from workspaces import Workspace

from pipelines.engine_choice import EngineChoice
from pipelines.engines import session
from pipelines.errors import ModelError, SettingsError
from pipelines.keys import network_key

pytestmark = [pytest.mark.slow, pytest.mark.spark]


class Watcher:
    """Looks at everything under a folder, and at Java processes of this one, for as long as a block lasts."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        self._folder, self._secret = folder, secret
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.seen, self.open_to_others, self.with_secret, self.addresses = set(), set(), set(), set()

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.2):
            # Files come and go under a walk; the next one sees what this one missed.
            with suppress(FileNotFoundError):
                for path in self._folder.glob("warehouse/*.spark/**/*"):
                    self._look_at(path)
            for process in psutil.Process().children(recursive=True):
                self._ask(process)

    def _look_at(self, path: Path) -> None:
        try:
            if path.stat().st_mode & 0o077:
                self.open_to_others.add(path)
            if path.is_file() and path not in self.seen and self._secret in path.read_bytes():
                self.with_secret.add(path)
            self.seen.add(path)
        except OSError:
            return

    def _ask(self, process: psutil.Process) -> None:
        try:
            if self._secret.decode() in " ".join([*process.cmdline(), *process.environ().values()]):
                self.with_secret.add(process.pid)
            self.addresses |= {each.laddr.ip for each in process.net_connections("tcp") if each.status == "LISTEN"}
        except psutil.Error:
            return


def _of_others(folder: Path) -> set[Path]:
    return set(folder.glob("warehouse/*.spark"))


def test_a_run_leaves_nothing_and_lets_nobody_look(both: dict[str, Workspace], capfd: pytest.CaptureFixture) -> None:
    workspace = both["spark"]
    secret = network_key(workspace.settings, workspace.variables)
    before = os.umask(0)
    try:
        with Watcher(workspace.folder, secret.encode()) as watcher:
            workspace.check()
    finally:
        os.umask(before)
    assert any(path.suffix == ".parquet" and "raw.records" in path.parts for path in watcher.seen)
    assert watcher.open_to_others == set()
    assert watcher.with_secret == set()
    assert {address.removeprefix("::ffff:") for address in watcher.addresses} == {"127.0.0.1"}
    assert _of_others(workspace.folder) == set()
    assert [each for each in psutil.Process().children(recursive=True) if "java" in each.name()] == []
    told = capfd.readouterr()
    assert "spark" not in (told.out + told.err).lower()


def test_a_model_that_stumbles_over_a_record_is_named_without_it(
    both: dict[str, Workspace], own_sql: Path, capfd: pytest.CaptureFixture
) -> None:
    """DuckDB makes the table without rows, so only Spark meets the record."""
    sql = "-- One row per client.\nselect cast(gender_code as integer) as n from core.clients order by n"
    (own_sql / "marts/linkage.sql").write_text(sql, encoding="utf-8")
    workspace = both["spark"]
    before = workspace.snapshot()
    with pytest.raises(ModelError, match=r"sql/marts/linkage\.sql cannot be built \(CAST_INVALID_INPUT\)") as told:
        workspace.check()
    logged = capfd.readouterr()
    assert "'F'" not in str(told.value) + logged.out + logged.err
    assert "CAST_INVALID_INPUT" not in logged.out + logged.err
    assert workspace.snapshot() == before
    assert _of_others(workspace.folder) == set()


@pytest.mark.parametrize(
    ("file", "sql", "says"),
    [
        ("marts/by_gender.sql", "select gendre_code from core.clients", r"by_gender.sql cannot be built \(Binder"),
        (
            "checks/cases_are_unique.sql",
            "select case_kee from core.cases",
            r"cases_are_unique.sql cannot be run \(Binder",
        ),
        ("checks/cases_are_unique.sql", 'select * from parquet."/etc/passwd"', r"cannot be run \((Catalog|Binder)"),
    ],
)
def test_what_duckdb_refuses_never_reaches_spark(
    both: dict[str, Workspace], own_sql: Path, file: str, sql: str, says: str
) -> None:
    (own_sql / file).write_text(f"-- One row.\n{sql}", encoding="utf-8")
    with pytest.raises(ModelError, match=says):
        both["spark"].check()


@pytest.mark.usefixtures("_java")
def test_spark_that_cannot_start_is_told(tmp_path: Path) -> None:
    choice = EngineChoice("spark", options={**CHOICE.options, "spark.driver.memory": "none"})
    with pytest.raises(SettingsError, match="Spark could not start"):
        session.start(choice, tmp_path / "spark")
