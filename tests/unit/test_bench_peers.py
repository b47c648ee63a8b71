"""The scripts that the bench compares with do the same work as the product: eight breakdowns agree, row for row."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import run
from pipelines.request import Request

BENCH = Path(__file__).parents[1] / "bench"
sys.path.insert(0, str(BENCH))

import bulk_file  # noqa: E402 - the bench is a folder of scripts, not a package
import marts  # noqa: E402
import measuring  # noqa: E402
import scale  # noqa: E402

ROWS = 2_000
TOOLS = [way for way in scale.PEER_WAYS if importlib.util.find_spec(way.split("_")[0])]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with both files of the bench."""
    folder = tmp_path_factory.mktemp("bench")
    bulk_file.invent(folder / "whole.csv", bulk_file.Span(ROWS))
    bulk_file.invent(folder / "later.csv", bulk_file.later_file(ROWS))
    return folder


def _by_script(tool: str, folder: Path, *names: str) -> dict:
    command = [
        str(marts.PEERS / f"with_{tool}.py"),
        str(folder / f"by-{tool}"),
        *(str(folder / name) for name in names),
    ]
    done = subprocess.run([sys.executable, *command], check=True, capture_output=True)
    (folder / f"by-{tool}").unlink()
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def ours(folder: Path) -> dict[str, dict[str, str]]:
    """Build every table from the first file, then from both, and give the fingerprints of the marts."""
    workspace, found = folder / "workspace", {}
    bulk_file.write_workspace(workspace)
    for name in ("whole.csv", "later.csv"):
        bulk_file.receive(workspace, folder / name)
        with run.opened(Request(workspace, bulk_file.AS_OF, {})) as work:
            run.receive_files(work)
            run.harmonise_words(work)
            run.build_tables(work)
        found[name] = marts.mart_digests(workspace)
    return found


@pytest.mark.parametrize("tool", TOOLS)
def test_a_script_counts_what_the_marts_count(tool: str, folder: Path, ours: dict[str, dict[str, str]]):
    found = _by_script(tool, folder, "whole.csv")
    assert found["rows"] == ROWS
    assert 0 < found["rows"] - found["cases"] < ROWS / 20  # the file holds copies
    assert found["digests"] == ours["whole.csv"]


@pytest.mark.parametrize("tool", TOOLS)
def test_they_agree_after_a_later_file(tool: str, folder: Path, ours: dict[str, dict[str, str]]):
    found = _by_script(tool, folder, "whole.csv", "later.csv")
    assert found["rows"] == ROWS + ROWS // 100
    assert found["digests"] == ours["later.csv"] != ours["whole.csv"]


def test_a_difference_is_named(ours: dict[str, dict[str, str]]):
    other = {**ours["whole.csv"], "by_gender": "another"}
    assert scale.differing({"ours": ours["whole.csv"], "theirs": other}) == ["by_gender: theirs differs from ours"]


def test_a_command_is_measured_with_what_it_starts(tmp_path: Path):
    # A child of the command holds 200 MB for a second.
    child = "import time; held = bytearray(200_000_000); time.sleep(1)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}]); print('{{}}')"
    found = measuring.measure([sys.executable, "-c", parent], tmp_path)
    assert found.wall > 1
    assert found.all_mb > 190


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path):
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with pytest.raises(measuring.FailedError, match="-9"):
        measuring.measure(command, tmp_path, most_seconds=0.5)
