"""An unknown file is understood: its columns, its words, its people; and the profile proposed for it runs as it is.

What each column truly is stands in `tests/spec/inspect/`; the files are invented (`tests/exports.py`), written by the
product's own generator, or official synthetic samples that are not part of the project.
"""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from exports import EXPORTS, N_CASES, as_csv

from pipelines.cli import main
from pipelines.inspecting import Inspection, inspect_file, write_profile
from pipelines.resources import REFERENCE, reference_file
from pipelines.settings import Settings, load_settings
from pipelines.synthetic import write_workspace

ROOT = Path(__file__).resolve().parents[2]
TRUTHS = ROOT / "tests" / "spec" / "inspect"
SAMPLES = Path(os.environ.get("BULK_LOAD_DATA", ROOT / "../shared/data/legal-aid-bulk-load"))
BULK_LOAD = ("legal-help-may-2026", "mediation-may-2026", "outcomes_unicode_names", "outcomes_with_empty_sparse_rows")
# Sources of the synthetic network, one for each of its four formats.
SYNTHETIC = {
    "advicepro": "riverside-settled",
    "casebook": "northgate-settled",
    "lamplight": "castle-quay-families",
    "quarterly": "millbrook-settled",
}
FLOOR_OF_A_FILE, FLOOR_OF_ALL = 0.9, 0.97
SHARES: dict[str, float] = {}


@dataclass(frozen=True)
class Truth:
    """What each column of a file truly is: `(use, field)` by heading; any other column is to be dropped."""

    one_row_per: str
    uses: dict[str, tuple[str, str]]


@cache
def inspected(path: Path) -> Inspection:
    """Inspect a file once for all tests."""
    return inspect_file(path)


def truth_of(declared: dict[str, Any]) -> Truth:
    used = declared.get("used") or declared.get("drop", {}).get("used", {})
    places = (("columns", declared["columns"]), ("drop.used", used))
    uses = {
        heading: (place, field)
        for place, mapping in places
        for field, named in mapping.items()
        for heading in ([named] if isinstance(named, str) else named)
    }
    return Truth(declared.get("one_row_per", "case"), uses)


def share_right(inspection: Inspection, truth: Truth) -> float:
    found = {column.heading: (column.use, column.field) for column in inspection.columns}
    right = sum(found[heading] == truth.uses.get(heading, ("drop", "")) for heading in found)
    missed = len(truth.uses.keys() - found.keys())
    return right / (len(found) + missed)


@pytest.fixture(scope="module")
def synthetic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("network") / "workspace"
    write_workspace(folder, cases=3000, seed=11, truth=None)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


@pytest.fixture(params=[*SYNTHETIC, *EXPORTS, *BULK_LOAD])
def case(request: pytest.FixtureRequest, synthetic: Path, folder: Path) -> tuple[Path, Truth]:
    """Give a file and what it truly is."""
    name = request.param
    if name in SYNTHETIC:
        declared = tomllib.loads((synthetic / "profiles" / f"{name}.toml").read_text(encoding="utf-8"))
        return sorted((synthetic / "inbox" / SYNTHETIC[name]).iterdir())[-1], truth_of(declared)
    truth = truth_of(tomllib.loads((TRUTHS / f"{name}.toml").read_text(encoding="utf-8")))
    if name in EXPORTS:
        return EXPORTS[name](folder), truth
    path = SAMPLES / f"{name}.csv"
    if not path.is_file():
        pytest.skip("the official samples are not part of the project; BULK_LOAD_DATA says where they are")
    return path, truth


def write_example(folder: Path, inspection: Inspection) -> Path:
    """Write a workspace of one source that has the inspected file, and the proposed profile as it is."""
    (folder / "profiles").mkdir(parents=True)
    (folder / "inbox" / "my-centre-export").mkdir(parents=True)
    (folder / "caseload.toml").write_bytes(reference_file("workspace", "caseload.toml").read_bytes())
    target = folder / "inbox" / "my-centre-export" / inspection.path.name
    target.write_bytes(inspection.path.read_bytes())
    write_profile(inspection, folder / "profiles" / "example.toml")
    return folder


# What a file is


def test_columns_are_taken_for_what_they_are(case: tuple[Path, Truth]) -> None:
    path, truth = case
    inspection = inspected(path)
    name = f"{path.parent.name}/{path.stem}"
    SHARES[name] = share = share_right(inspection, truth)
    print(f"{name}: {share:.3f} of its columns are taken for what they are")
    assert inspection.proposal.grain.one_row_per == truth.one_row_per
    assert share >= FLOOR_OF_A_FILE


def test_nearly_all_columns_of_all_files_are_taken_for_what_they_are() -> None:
    if len(SHARES) < len(SYNTHETIC) + len(EXPORTS):
        pytest.skip("needs the shares of the test above")
    mean = sum(SHARES.values()) / len(SHARES)
    print(f"all files: {mean:.3f}")
    assert mean >= FLOOR_OF_ALL


@pytest.mark.sampled(3)
def test_a_proposed_profile_runs_unedited(case: tuple[Path, Truth], tmp_path: Path) -> None:
    path, _ = case
    inspection = inspected(path)
    assert inspection.trial.problem == ""
    assert inspection.trial.quarantined == 0
    workspace = write_example(tmp_path / "workspace", inspection)
    assert main(["check", "--workspace", str(workspace)]) == 0


def test_an_inspection_says_the_same_twice(folder: Path) -> None:
    path = EXPORTS["crm_events"](folder)
    first, second = inspect_file(path), inspect_file(path)
    assert (first.as_text(), first.profile_toml()) == (second.as_text(), second.profile_toml())
    assert json.loads(json.dumps(first.as_json())) == json.loads(json.dumps(second.as_json()))


def test_the_number_of_rows_is_told(folder: Path) -> None:
    told = inspect_file(EXPORTS["report_with_totals"](folder))
    assert told.survey.n_rows == N_CASES
    assert f"{N_CASES:,} rows" in told.as_text()


def test_the_page_shows_what_is_really_said(folder: Path) -> None:
    page = (ROOT / "docs" / "inspect.md").read_text(encoding="utf-8")
    inspection = inspected(EXPORTS["database_table"](folder))
    shown = page.split("```text\n")[1].split("\n```")[0]
    assert shown in inspection.as_text().replace("\u00a0", " ")
    part = page.split("```toml\n")[1].split("\n```")[0]
    assert part in inspection.profile_toml().replace("\u00a0", " ")


# Which columns make a case


def test_references_that_begin_again_at_each_office_are_joined_with_it(tmp_path: Path) -> None:
    rows = [["Office code", "Case no", "Client no", "Date opened", "Gender"]]
    rows += [
        [office, f"{n:03}", f"{office}{n}", f"{1 + (n + shift) % 28:02}/0{1 + (n + shift) % 9}/2025", "FM"[n % 2]]
        for shift, office in enumerate(("NORTH", "SOUTH", "EAST"))
        for n in range(60)
    ]
    path = tmp_path / "offices.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    inspection = inspect_file(path)
    assert inspection.proposal.columns["case_ref"] == ("Office code", "Case no")
    assert inspection.trial.quarantined == 0


def test_the_settings_make_a_column_the_centre(tmp_path: Path) -> None:
    rows = [["Case no", "Date opened", "Law centre"]]
    rows += [[f"C{n}", "15/01/2026", "My Law Centre"] for n in range(40)]
    path = tmp_path / "centres.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    settings: Settings = load_settings(REFERENCE / "workspace", {})
    assert inspect_file(path, settings=settings).proposal.columns["centre"] == ("Law centre",)
    without = inspect_file(path)
    assert "centre" not in without.proposal.columns
    assert any("Law centre" in question for question in without.questions)
