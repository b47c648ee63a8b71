"""Every notebook runs from top to bottom, without a screen, on invented data; what it says is what it finds."""

from __future__ import annotations

import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import polars as pl
import pytest

from pipelines.disclosure.protected import ProtectedTable

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
READ, ADD, CHECK = "read_a_brief", "add_a_breakdown", "check_an_export"
ADVOCACY = "from_brief_to_advocacy"
VARIABLES = ("BRIEF_FOLDER", "CASELOAD_WORKSPACE")
SHIPPED = ("pipelines", "sql", "expectations")


def run(name: str, folder: Path, **variables: object) -> Mapping[str, Any]:
    """Run a notebook with what it makes put into a folder; give its names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr("tempfile.tempdir", str(folder))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        for variable in VARIABLES:
            patch.delenv(variable, raising=False)
        for variable, value in variables.items():
            patch.setenv(variable, str(value))
        return runpy.run_path(str(FOLDER / f"{name}.py"))


@pytest.fixture(autouse=True, scope="module")
def no_screen() -> Iterator[None]:
    """Draw without a screen."""
    before = plt.get_backend()
    plt.switch_backend("Agg")
    yield
    plt.close("all")
    plt.switch_backend(before)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Give the names of the notebook that reads a brief, run as it stands: it makes two editions."""
    return run(READ, tmp_path_factory.mktemp("read"))


def test_the_notebooks_are_those_that_their_readme_lists() -> None:
    page = (FOLDER / "README.md").read_text("utf-8")
    assert {path.stem for path in FOLDER.glob("*.py")} == {READ, ADD, CHECK, ADVOCACY}
    assert all(f"`{name}.py`" in page for name in (READ, ADD, CHECK, ADVOCACY))


def test_a_brief_is_read_and_two_editions_compared(read: Mapping[str, Any]) -> None:
    assert read["tables"]["by_gender"].height
    assert sum(found["sum"].count() for found in read["checked"].values()) > 100
    assert read["moved"].height
    assert read["hidden"].height


@pytest.mark.parametrize("audience", ["centre-northgate", "network"])
def test_any_brief_can_be_read(read: Mapping[str, Any], tmp_path: Path, audience: str) -> None:
    brief = read["brief"].parents[1] / "1" / audience
    names = run(READ, tmp_path, BRIEF_FOLDER=brief)
    assert names["manifest"]["audience"] == audience
    assert names["moved"].is_empty()


def test_a_changed_file_is_noticed(read: Mapping[str, Any], tmp_path: Path) -> None:
    brief = tmp_path / "1" / "network"
    shutil.copytree(read["brief"], brief)
    page = brief / "data" / "by_gender.csv"
    page.write_text(page.read_text("utf-8").replace("_T,clients", "_T,client"), "utf-8")
    with pytest.raises(AssertionError, match=r"by_gender\.csv"):
        run(READ, tmp_path, BRIEF_FOLDER=brief)


@pytest.mark.parametrize("audience", ["centre-northgate", "network"])
def test_any_brief_leads_to_a_note_in_published_words(
    read: Mapping[str, Any], tmp_path: Path, audience: str
) -> None:  # fmt: skip
    brief = read["brief"].parents[1] / "1" / audience
    before = {path: path.read_bytes() for path in brief.rglob("*") if path.is_file()}
    names = run(ADVOCACY, tmp_path, BRIEF_FOLDER=brief)
    assert all(each["statement"] in names["written"] for each in names["chosen"])
    assert {path: path.read_bytes() for path in brief.rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_an_answer_of_somebody_outside_stands_in_the_note(tmp_path: Path) -> None:
    names = run(ADVOCACY, tmp_path)
    assert names["manifest"]["edition"] == 2
    assert any(names["comments_on"](each) for each in names["findings"])
    assert names["chosen"]
    assert names["ANSWER"].strip() in names["note"](names["findings"])


def test_a_table_of_ones_own_comes_out_protected(
    read: Mapping[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = read["brief"].parents[4]
    before = {path: path.stat().st_mtime_ns for path in workspace.rglob("*") if path.is_file()}
    names = run(ADD, tmp_path, CASELOAD_WORKSPACE=workspace)
    assert isinstance(names["table"], ProtectedTable)
    assert {path: path.stat().st_mtime_ns for path in workspace.rglob("*") if path.is_file()} == before
    assert [path for path in names["STEPS"] if names["TABLE"] not in path and not (ROOT / path).is_file()] == []
    # A frame is never printed: its counts would be true.
    assert "shape:" not in capsys.readouterr().out


def test_an_export_is_checked_until_nothing_waits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = run(CHECK, tmp_path)
    told = capsys.readouterr().out
    assert names["waiting"].height == 1
    assert [word for word in ("H0012", "C0012", "Client 12", "H0040", "H0070") if word in told] == []


@pytest.mark.slow
def test_the_steps_make_a_table_part_of_the_product(tmp_path: Path) -> None:
    """What the notebook protects is what a product with its two files publishes, audited."""
    names = run(ADD, tmp_path)
    product, workspace = tmp_path / "product", names["workspace"]
    for name in SHIPPED:
        shutil.copytree(ROOT / name, product / name, ignore=shutil.ignore_patterns("__pycache__"))
    (product / "sql" / "marts" / f"{names['TABLE']}.sql").write_text(names["MART"], "utf-8")
    with (product / "pipelines" / "reference" / "breakdowns.toml").open("a", encoding="utf-8") as file:
        file.write(names["DECLARATION"])
    period, edition = str(names["period"]), names["standing"].edition + 1
    choices = ["--workspace", str(workspace), "--period", period, "--as-of", str(names["as_of"])]
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", "run", *choices],
        cwd=product,
        env=os.environ | {"PYTHONPATH": str(product)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"published as edition {edition}" in done.stdout
    path = workspace / "outputs" / "release" / period / str(edition) / "network" / "data" / f"{names['TABLE']}.csv"
    released = pl.read_csv(path, schema_overrides={"n": pl.Int64}, infer_schema=False)
    keys = [*names["dimensions"], "n"]
    assert released.select(pl.col(keys[:-1]), pl.col("n").cast(pl.Int64)).equals(names["table"].frame.select(keys))
