"""The contract's failures: each has its exit code, says where and what to do, and leaves nothing half-way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from failures import FILES, NEW, REQUESTS, Failure
from misdeclared import DECLARATIONS
from workspaces import RIVERSIDE, Workspace, as_text, make_rows

Call = Callable[..., object]


def named(failures: list[Failure]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("failure", failures, ids=lambda failure: failure.name.replace(" ", "-"))


def assert_told(outcome: object, failure: Failure) -> None:
    assert (outcome.code, outcome.out) == (failure.code, ""), outcome.err
    assert outcome.err.startswith(("caseload: ", "usage: "))
    assert "Traceback" not in outcome.err
    assert [part for part in failure.says if part not in outcome.err] == [], outcome.err
    assert [part for part in failure.never_says if part in outcome.err] == []


@named(FILES + DECLARATIONS)
def test_a_failure_is_told_and_a_first_run_stores_nothing(
    workspace: Workspace, caseload: Call, failure: Failure
) -> None:
    failure.prepare(workspace)
    assert_told(caseload(workspace, "run"), failure)
    assert workspace.snapshot() == {}


@named(FILES + DECLARATIONS)
def test_a_failure_leaves_warehouse_and_releases_as_they_were(
    published: Workspace, caseload: Call, failure: Failure
) -> None:
    before = published.snapshot()
    failure.prepare(published)
    assert_told(caseload(published, "run"), failure)
    assert published.snapshot() == before


@pytest.mark.sampled(3)
@named(FILES + DECLARATIONS)
def test_check_tells_the_same_without_storing_anything(workspace: Workspace, caseload: Call, failure: Failure) -> None:
    failure.prepare(workspace)
    assert_told(caseload(workspace, "check"), failure)
    assert workspace.snapshot() == {}
    assert not (workspace.folder / "outputs/release").exists()


@named(REQUESTS)
def test_what_cannot_be_released_is_told_and_releases_nothing(
    published: Workspace, caseload: Call, failure: Failure
) -> None:
    releases = {name: digest for name, digest in published.snapshot().items() if name.startswith("outputs")}
    assert_told(caseload(published, "run", *failure.arguments), failure)
    assert {name: d for name, d in published.snapshot().items() if name.startswith("outputs")} == releases


def test_check_of_a_source_that_is_not_there_names_those_that_are(workspace: Workspace, caseload: Call) -> None:
    outcome = caseload(workspace, "check", "riversied")
    assert outcome.code == 2
    assert "riversied" in outcome.err
    assert "riverside, harbour" in outcome.err


def test_a_failure_and_its_exit_code_stand_in_the_record_of_the_run(workspace: Workspace, caseload: Call) -> None:
    workspace.put(NEW, "")
    told = caseload(workspace, "run").err
    (record,) = (workspace.folder / "outputs/internal").glob("*/run.json")
    content = record.read_text(encoding="utf-8")
    assert '"exit_code": 11' in content
    assert '"status": "failed"' in content
    assert NEW in told
    assert NEW in content


def test_the_next_run_goes_well_once_the_file_is_corrected(workspace: Workspace, caseload: Call) -> None:
    broken: Path = workspace.put("2026-Q3.csv", "Case no,Client no\n", source=RIVERSIDE)
    assert caseload(workspace, "run", "--period", "2026-Q3").code == 10
    broken.write_text(as_text(make_rows(40)), encoding="utf-8")
    outcome = caseload(workspace, "run", "--period", "2026-Q3")
    assert (outcome.code, outcome.err) == (0, "")
    assert workspace.counts("by_source")[RIVERSIDE] == 40
