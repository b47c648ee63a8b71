"""Which engine builds the tables: what the settings may say, and what is told where Spark is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from workspaces import Workspace, write_workspace

from pipelines import engines, machine
from pipelines.engine_choice import EngineChoice
from pipelines.engines import session
from pipelines.errors import SettingsError


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return write_workspace(tmp_path / "workspace")


def _set(workspace: Workspace, text: str) -> Workspace:
    path = workspace.folder / "caseload.toml"
    path.write_text(path.read_text("utf-8") + f"\n[engine]\n{text}\n", encoding="utf-8")
    return workspace


def test_duckdb_builds_the_tables_unless_somebody_says_otherwise(workspace: Workspace) -> None:
    assert workspace.settings.engine == EngineChoice("duckdb", "local[2]", "127.0.0.1", {})


@pytest.mark.parametrize(
    "master", ["local", "local[*]", "local[8]", "spark://head:7077", "yarn", "k8s://https://head:443"]
)
def test_a_master_of_any_kind_can_be_named(workspace: Workspace, master: str) -> None:
    text = f'name = "spark"\nmaster = "{master}"\n[engine.options]\n"spark.executor.memory" = "4g"'
    engine = _set(workspace, text).settings.engine
    assert (engine.is_spark, engine.master, engine.options) == (True, master, {"spark.executor.memory": "4g"})
    assert engine.is_local == master.startswith("local")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('name = "sparc"', 'engine.name: "sparc" is no engine; there are duckdb and spark. Did you mean "spark"?'),
        ('master = "head:7077"', "engine.master is no address of a Spark master"),
        ('[engine.options]\n"executor.memory" = "4g"', 'engine.options: "executor.memory" is no option of Spark'),
        ('[engine.options]\n"spark.ui.enabled" = "true"', 'engine.options: "spark.ui.enabled" is fixed'),
        ('[engine.options]\n"spark.eventLog.dir" = "/tmp"', 'engine.options: "spark.eventLog.dir" is fixed'),
        ('[engine.options]\n"spark.jars.packages" = "a:b:1"', 'engine.options: "spark.jars.packages" is fixed'),
        ('[engine.options]\n"spark.sql.ansi.enabled" = "false"', 'engine.options: "spark.sql.ansi.enabled" is fixed'),
        ('[engine.options]\n"spark.authenticate.secret" = "x"', "is a secret and does not belong in this file"),
        ('mastr = "local"', "engine.mastr is not a setting."),
    ],
)
def test_a_wrong_choice_is_told(workspace: Workspace, text: str, says: str) -> None:
    with pytest.raises(SettingsError) as told:
        assert _set(workspace, text).settings
    assert says in str(told.value)


def test_a_missing_extra_is_told_before_any_work(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(session, "NEEDED", ("no_such_package",))
    before = workspace.snapshot()
    with pytest.raises(SettingsError, match=r"no_such_package cannot be found.*caseload\[spark\]"):
        _set(workspace, 'name = "spark"').check()
    assert workspace.snapshot() == before


def test_missing_java_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "NEEDED", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(SettingsError, match="there is no Java"), engines.opened(EngineChoice("spark"), tmp_path / "a"):
        raise AssertionError("an engine without Java")


def test_what_privacy_rests_on_goes_before_any_option(tmp_path: Path) -> None:
    """Settings refuse such options; were one let through, it would still change nothing."""
    choice = EngineChoice("spark", options=dict.fromkeys(session.options(EngineChoice("spark"), tmp_path), "wrong"))
    given, fixed = (session.options(each, tmp_path) for each in (choice, EngineChoice("spark")))
    loose = {"spark.driver.memory", *machine.decided("spark")["options"]}
    assert {name: value for name, value in given.items() if name not in loose} == {
        name: value for name, value in fixed.items() if name not in loose
    }
    assert (fixed["spark.ui.enabled"], fixed["spark.eventLog.enabled"]) == ("false", "false")
    assert (fixed["spark.driver.host"], fixed["spark.driver.bindAddress"]) == ("127.0.0.1", "127.0.0.1")


@pytest.mark.parametrize("master", ["local[2]", "spark://head:7077"])
def test_what_a_network_says_goes_before_what_is_measured(tmp_path: Path, master: str) -> None:
    name = "spark.sql.shuffle.partitions"
    measured = session.options(EngineChoice("spark", master), tmp_path)[name]
    own = EngineChoice("spark", master, options={name: "7"})
    assert (session.options(own, tmp_path)[name], measured) == ("7", machine.decided("spark")["options"][name])
