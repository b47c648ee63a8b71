"""Published quarters keep the cases they were published with; what comes later waits, and counts nowhere twice."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
import workspaces
from frozen import prepare
from workspaces import HARBOUR, Workspace, make_rows

from pipelines import freezing
from pipelines.errors import ModelError
from pipelines.run import opened

Q1, Q2, Q3 = "2026-Q1", "2026-Q2", "2026-Q3"
SPRING = {"opened": "06/05/2026", "gender": ("Female", "Male")}
# Every mart that a released table is made from.
RELEASED = ("by_gender", "by_nationality", "by_advice_type", "by_group_of_interest", "by_gender_age_group",
            "by_gender_advice", "by_group_of_interest_advice", "client_profiles", "advice_profiles",
            "cases_by_centre", "by_time_to_outcome", "by_group_of_interest_time")  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a workspace with 30 cases of spring, frozen, and 60 of summer, not frozen."""
    made = workspaces.write_workspace(tmp_path_factory.mktemp("frozen") / "workspace")
    made.put("2026-Q2.csv", make_rows(30, first=501, **SPRING))
    return prepare(made, frozen=Q2)


@pytest.fixture
def frozen(template: Workspace, tmp_path: Path) -> Workspace:
    """Give the workspace whose second quarter is frozen."""
    shutil.copytree(template.folder, tmp_path / "frozen")
    return Workspace(tmp_path / "frozen", template.variables)


def figures(workspace: Workspace, quarter: str) -> dict[str, list[tuple[object, ...]]]:
    """Give everything that is counted of a quarter."""
    found = {}
    for name in RELEASED:
        frame = workspace.table(f"marts.{name}")
        column = "period" if "period" in frame.columns else "quarter"
        # The number of a kind says nothing by itself.
        found[name] = frame.filter(pl.col(column) == quarter).drop("kind_id", strict=False).sort(pl.all()).rows()
    return found


def total(workspace: Workspace, period: str) -> int:
    return workspace.counts("by_gender", period).get("_T", 0)


def waiting(workspace: Workspace) -> dict[str, int]:
    return freezing.waiting_changes(workspace.database)


def test_nothing_frozen_counts_every_case_as_it_stands(workspace: Workspace) -> None:
    prepare(workspace)
    counted, cases = workspace.table("core.counted_cases"), workspace.table("core.cases")
    assert workspace.table("core.standing_quarters").is_empty()
    assert counted.select(cases.columns).sort("case_key").equals(cases.sort("case_key"))
    for name in ("nationalities", "advice_types", "barriers"):
        told, current = workspace.table(f"core.counted_case_{name}"), workspace.table(f"core.case_{name}")
        assert told.select(current.columns).sort(pl.all()).equals(current.sort(pl.all()))
    assert (set(workspace.table("raw.published_quarters")["quarter"]), waiting(workspace)) == (set(), {})


def test_a_late_case_waits_and_one_of_an_open_quarter_counts(frozen: Workspace) -> None:
    before = figures(frozen, Q2)
    frozen.put("late.csv", [*make_rows(3, first=601, **SPRING), *make_rows(2, first=701)])
    prepare(frozen)
    assert figures(frozen, Q2) == before
    assert (total(frozen, Q2), total(frozen, Q3)) == (30, 62)
    assert frozen.table("core.cases").height == 95
    assert waiting(frozen) == {Q2: 3}


def test_corrected_cases_count_as_they_were_published(frozen: Workspace) -> None:
    """Whatever is corrected in them, the client they belong to included."""
    before = figures(frozen, Q2)
    changes = ({"gender": "Female"}, {"age": "70"}, {"nationality": "Irish"}, {"nationality_2": "British"},
               {"advice_type": "Housing; Settled status"}, {"client_role": "Family"},
               {"client_ref": "K0520"})  # fmt: skip
    asked = {name: workspaces.HEADINGS[workspaces.RIVERSIDE][name] for change in changes for name in change}
    rows = make_rows(30, first=501, **SPRING)
    corrected = [
        row | {asked[name]: word for name, word in change.items()}
        for row, change in zip(rows[1::2], changes, strict=False)
    ]
    frozen.put("corrected.csv", corrected)
    prepare(frozen)
    assert figures(frozen, Q2) == before
    assert waiting(frozen) == {Q2: len(changes)}


def test_what_a_case_is_given_as_it_goes_on_is_current_and_no_change(frozen: Workspace) -> None:
    """A case that is closed later has not changed in anything that is published."""
    rows = make_rows(30, first=501, **SPRING)
    frozen.put("closed.csv", [row | {"Closed": "30/09/2026"} for row in rows])
    prepare(frozen)
    closed = frozen.table("core.counted_cases").filter(period=Q2)["closed_on"]
    assert (closed.null_count(), waiting(frozen)) == (0, {Q2: 0})


def test_a_case_that_moved_counts_where_it_was_published_and_only_there(frozen: Workspace) -> None:
    frozen.put("moved.csv", make_rows(1, first=501, opened="06/07/2026"))
    prepare(frozen)
    assert frozen.table("core.cases").filter(period=Q2).height == 29
    assert (total(frozen, Q2), total(frozen, Q3), total(frozen, "2026-Q2_2026-Q3")) == (30, 60, 90)
    assert waiting(frozen) == {Q2: 1}
    prepare(frozen, frozen=Q3)
    prepare(frozen)
    assert (total(frozen, Q2), total(frozen, Q3)) == (30, 60)
    assert waiting(frozen) == {Q2: 1, Q3: 1}  # it left one published quarter and came to another


def test_withdrawn_cases_stay_in_published_quarters(frozen: Workspace) -> None:
    prepare(frozen, frozen=Q3)
    before = figures(frozen, Q3)
    frozen.put("2026-Q3.csv", make_rows(5, source=HARBOUR), source=HARBOUR)
    prepare(frozen)
    assert figures(frozen, Q3) == before
    assert frozen.table("core.cases").filter(period=Q3).height == 45
    assert waiting(frozen)[Q3] == 25  # without references the whole file is other cases


def test_a_published_quarter_stays_when_all_its_cases_are_gone(frozen: Workspace) -> None:
    """Its dates stand in no file that counts, and perhaps in no dictionary."""
    before = figures(frozen, Q2)
    frozen.put("moved.csv", make_rows(30, first=501, opened="06/07/2026"))
    prepare(frozen)
    assert figures(frozen, Q2) == before
    assert waiting(frozen) == {Q2: 30}


def test_a_late_case_of_a_quarter_without_any_waits_too(workspace: Workspace) -> None:
    workspace.put("old.csv", make_rows(10, first=801, opened="05/01/2026"))
    prepare(workspace, frozen=Q3)
    assert set(workspace.table("raw.published_quarters")["quarter"]) == {Q1, Q2, Q3}
    workspace.put("late.csv", make_rows(1, first=901, **SPRING))
    prepare(workspace)
    assert workspace.counts("by_period", Q3, unit="cases") == {"_T": 70, Q1: 10, Q2: 0, Q3: 60}
    assert waiting(workspace) == {Q1: 0, Q2: 1, Q3: 0}


def test_a_year_so_far_adds_published_and_open_quarters(frozen: Workspace) -> None:
    frozen.put("late.csv", make_rows(4, first=601, **SPRING))
    frozen.put("more.csv", make_rows(6, first=701))
    prepare(frozen)
    assert total(frozen, "2026-Q1_2026-Q3") == total(frozen, Q2) + total(frozen, Q3) == 96
    quarters = [frozen.counts("by_gender", quarter) for quarter in (Q2, Q3)]
    year = frozen.counts("by_gender", "2026-Q1_2026-Q3")
    assert year == {code: sum(each.get(code, 0) for each in quarters) for code in year}


def test_a_revised_quarter_counts_its_cases_as_they_stand_and_is_frozen_anew(frozen: Workspace) -> None:
    frozen.put("late.csv", make_rows(3, first=601, **SPRING))
    prepare(frozen, revised=[Q2], frozen=Q2)
    revised = figures(frozen, Q2)
    in_quarter = frozen.table("core.cases").filter(period=Q2).select("case_key")
    issues = frozen.table("core.case_advice_types").join(in_quarter, on="case_key").height
    assert (total(frozen, Q2), frozen.counts("by_advice_type", Q2, unit="issues")["_T"]) == (33, issues)
    frozen.put("later.csv", make_rows(2, first=611, **SPRING))
    prepare(frozen)
    assert figures(frozen, Q2) == revised
    assert waiting(frozen) == {Q2: 2}


@pytest.mark.slow
def test_a_revision_that_is_not_kept_changes_nothing(frozen: Workspace) -> None:
    before = figures(frozen, Q2)
    frozen.put("late.csv", make_rows(3, first=601, **SPRING))
    prepare(frozen, revised=[Q2])
    assert figures(frozen, Q2) != before
    prepare(frozen)
    assert figures(frozen, Q2) == before


@pytest.mark.slow
def test_revising_two_quarters_moves_a_case_between_them_once(frozen: Workspace) -> None:
    prepare(frozen, frozen=Q3)
    frozen.put("moved.csv", make_rows(1, first=501, opened="06/07/2026"))
    # The publication ends with the second quarter, and yet all that it counted anew is kept.
    prepare(frozen, revised=[Q2, Q3], frozen=Q2)
    prepare(frozen)
    assert (total(frozen, Q2), total(frozen, Q3)) == (29, 61)
    assert waiting(frozen) == {Q2: 0, Q3: 0}


def test_a_thawed_quarter_counts_its_cases_as_they_stand(frozen: Workspace) -> None:
    frozen.put("late.csv", make_rows(3, first=601, **SPRING))
    with opened(frozen.request()) as work:
        freezing.thaw_later(work.database, "")
    assert set(frozen.table("raw.published_quarters")["quarter"]) == set()
    assert all(frozen.table(f"raw.published_{name}").is_empty()
               for name in ("cases", "case_nationalities", "case_advice_types", "case_barriers"))  # fmt: skip
    prepare(frozen)
    assert (total(frozen, Q2), waiting(frozen)) == (33, {})


def test_freezing_again_and_building_again_change_nothing(frozen: Workspace) -> None:
    prepare(frozen, frozen=Q3)
    tables = ("core.counted_cases", "core.clients", "raw.published_cases", "raw.published_case_advice_types",
              "raw.published_quarters", "core.waiting_changes")  # fmt: skip
    before = {name: frozen.table(name).sort(pl.all()) for name in tables}
    quarters = {quarter: figures(frozen, quarter) for quarter in (Q2, Q3)}
    prepare(frozen, frozen=Q3)
    after = {name: frozen.table(name).sort(pl.all()) for name in tables}
    assert after["raw.published_cases"].equals(before["raw.published_cases"])
    assert after["raw.published_case_advice_types"].equals(before["raw.published_case_advice_types"])
    assert after["core.clients"].drop("kind_id").equals(before["core.clients"].drop("kind_id"))
    assert after["core.counted_cases"].equals(before["core.counted_cases"])
    assert {quarter: figures(frozen, quarter) for quarter in (Q2, Q3)} == quarters
    assert waiting(frozen) == {Q2: 0, Q3: 0}


def test_an_empty_warehouse_has_nothing_to_freeze(workspace: Workspace) -> None:
    shutil.rmtree(workspace.folder / "inbox")
    (workspace.folder / "inbox").mkdir()
    prepare(workspace, frozen=Q3)
    assert set(workspace.table("raw.published_quarters")["quarter"]) == set()


def test_a_centre_of_published_figures_cannot_be_taken_out_of_the_settings(frozen: Workspace) -> None:
    prepare(frozen, frozen=Q3)
    frozen.edit("caseload.toml", 'harbour = "Harbour Law Centre"\n', "")
    frozen.edit("caseload.toml", 'centre = "harbour"', 'centre = "riverside"')
    with pytest.raises(ModelError, match="published_codes_are_listed") as refused:
        prepare(frozen)
    assert "Declare it in caseload.toml again" in str(refused.value)
