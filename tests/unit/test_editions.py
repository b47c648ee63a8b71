"""Which edition a brief becomes: frozen once published, never with changed figures, never beside an overlap."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from workspaces import HARBOUR, QUARTER, Workspace, make_rows

from pipelines.errors import DisclosureError, UsageError
from pipelines.run import publish

Call = Callable[..., object]
INDEX = "outputs/release/index.html"


def releases(workspace: Workspace) -> dict[str, str]:
    return {name: digest for name, digest in workspace.snapshot().items() if name.startswith("outputs")}


def figures(workspace: Workspace, edition: int) -> dict[str, bytes]:
    folder = workspace.folder / f"outputs/release/{QUARTER}/{edition}"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}


def add_late_cases(workspace: Workspace, n: int = 1) -> None:
    """Cases of the published quarter that arrive after its publication."""
    workspace.put("2026-Q4.csv", make_rows(n, first=41))


def test_a_few_late_cases_wait_and_change_nothing_that_was_published(published: Workspace, caseload: Call) -> None:
    before = releases(published)
    add_late_cases(published, 5)
    outcome = caseload(published, "run", "--period", QUARTER)
    assert outcome.code == 0
    assert "edition 1 stands. 5 cases have changed since and wait" in outcome.out
    assert releases(published) == before
    assert published.counts("by_source")["_T"] == 60
    assert published.table("core.cases").height == 65


def test_a_rehearsal_says_so_as_well(published: Workspace, caseload: Call) -> None:
    before = published.snapshot()
    add_late_cases(published)
    outcome = caseload(published, "run", "--period", QUARTER, "--dry-run")
    assert outcome.code == 0
    assert "1 cases have changed since and wait" in outcome.out
    assert published.snapshot() == before


def test_enough_late_cases_make_a_revised_edition_when_it_is_asked_for(published: Workspace) -> None:
    first = figures(published, 1)
    add_late_cases(published, 55)
    (waiting,) = published.run(None).published
    assert (waiting.edition, waiting.is_new, waiting.n_waiting) == (1, False, 55)
    (revised,) = published.run(QUARTER).published
    assert (revised.edition, revised.is_new) == (2, True)
    assert figures(published, 1) == first
    assert {row["n"] for row in published.released("by_source", edition=2) if row["source_id"] == "_T"} == {"115"}
    (again,) = published.run(QUARTER).published
    assert (again.edition, again.is_new, again.n_waiting) == (2, False, 0)


@pytest.mark.slow
def test_late_cases_wait_for_an_audience_that_comes_later_too(workspace: Workspace) -> None:
    workspace.run(audiences=("network",))
    add_late_cases(workspace)
    workspace.run(audiences=("public",))
    shown = {
        name: workspace.released("by_gender", audience=name, edition=n) for name, n in (("network", 1), ("public", 2))
    }
    assert shown["network"] == shown["public"]


def test_a_rehearsal_releases_and_stores_nothing(workspace: Workspace) -> None:
    report = workspace.rehearse()
    assert "nothing was stored or released" in report.as_text()
    assert workspace.snapshot() == {}
    assert report.record is None


@pytest.mark.slow
def test_a_centre_can_be_given_its_brief_later(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(80))
    workspace.run(audiences=("network",))
    before = releases(workspace)
    (edition,) = workspace.run(audiences=("centre-riverside",)).published
    assert (edition.edition, edition.is_new, edition.audiences) == (2, True, ("centre-riverside",))
    own = workspace.released("by_gender", audience="centre-riverside", edition=2)
    network = {row["gender_code"]: row["n"] for row in workspace.released("by_gender", audience="network")}
    assert {row["gender_code"]: row["network_n"] for row in own} == network
    assert before.items() <= releases(workspace).items() | {(INDEX, before[INDEX])}


@pytest.mark.slow
def test_a_period_inside_a_published_one_is_not_released(workspace: Workspace, caseload: Call) -> None:
    workspace.put("2026-Q2.csv", make_rows(40, first=101, opened="06/05/2026"))
    workspace.run("2026-Q2_2026-Q3")
    before = releases(workspace)
    outcome = caseload(workspace, "run", "--period", QUARTER)
    assert outcome.code == 14
    assert "2026-Q2_2026-Q3" in outcome.err
    assert releases(workspace) == before


@pytest.mark.slow
def test_a_rehearsal_finds_the_overlap_too(workspace: Workspace) -> None:
    workspace.put("2026-Q2.csv", make_rows(40, first=101, opened="06/05/2026"))
    workspace.run("2026-Q2_2026-Q3")
    with pytest.raises(DisclosureError, match="overlaps"):
        workspace.rehearse(QUARTER)


def test_too_few_clients_are_not_released(workspace: Workspace, caseload: Call) -> None:
    workspace.put("2026-Q3.csv", make_rows(6))
    workspace.put("2026-Q3.csv", make_rows(3, source=HARBOUR), source=HARBOUR)
    outcome = caseload(workspace, "run", "--period", QUARTER)
    assert outcome.code == 14
    assert "fewer than 10 clients" in outcome.err
    assert "longer period" in outcome.err
    assert releases(workspace) == {}


def test_a_raised_threshold_counts(workspace: Workspace) -> None:
    workspace.edit("caseload.toml", "[centres]", "[privacy]\npublic_threshold = 61\n[centres]")
    with pytest.raises(DisclosureError, match="fewer than 61 clients"):
        workspace.run()


@pytest.mark.slow
def test_other_words_in_a_brief_make_a_new_edition_with_the_same_figures(published: Workspace) -> None:
    published.edit("caseload.toml", "Invented cases for tests.", "Invented cases, told in other words.")
    (edition,) = published.run().published
    assert (edition.edition, edition.is_new) == (2, True)
    assert figures(published, 2) == figures(published, 1)


@pytest.mark.slow
def test_a_quarter_stops_being_provisional_in_a_new_edition(workspace: Workspace) -> None:
    workspace.run(as_of=date(2026, 11, 1))
    assert {row["provisional"] for row in workspace.released("by_gender")} == {"true"}
    assert {row["provisional"] for row in workspace.released("by_gender")} == {"true"}
    (edition,) = workspace.run(as_of=date(2026, 12, 1)).published
    assert edition.edition == 2
    assert {row["provisional"] for row in workspace.released("by_gender", edition=2)} == {"false"}


def test_a_published_edition_keeps_its_date(published: Workspace) -> None:
    before = releases(published)
    published.run(as_of=date(2027, 3, 1))
    assert releases(published) == before


def test_without_a_period_the_latest_finished_quarter_is_published(workspace: Workspace) -> None:
    workspace.put("2026-Q4.csv", make_rows(20, first=101, opened="06/11/2026"))
    assert [p.period for p in workspace.run(None, as_of=date(2026, 12, 15)).published] == ["2026-Q3"]
    assert [p.period for p in workspace.run(None, as_of=date(2027, 1, 1)).published] == ["2026-Q4"]


def test_a_period_the_warehouse_was_not_built_for_is_not_called_empty(workspace: Workspace) -> None:
    workspace.run()
    with pytest.raises(UsageError, match="built without 2025-Q1_2025-Q2"):
        publish(workspace.request("2025-Q1_2025-Q2"), workspace.database)


@pytest.mark.slow
def test_the_settings_choose_what_is_published(workspace: Workspace) -> None:
    workspace.put("2026-Q2.csv", make_rows(40, first=101, opened="06/05/2026"))
    workspace.edit("caseload.toml", "[centres]", '[periods]\npublish = ["2026-Q2", "2026-Q3"]\n[centres]')
    report = workspace.run(None)
    assert [(p.period, p.edition) for p in report.published] == [("2026-Q2", 1), ("2026-Q3", 1)]
    index = (workspace.folder / "outputs/release/index.html").read_text(encoding="utf-8")
    assert "April to June 2026" in index
    assert "July to September 2026" in index


def test_an_empty_inbox_is_said_to_be_empty(workspace: Workspace, caseload: Call) -> None:
    for path in (workspace.folder / "inbox").rglob("*.csv"):
        path.unlink()
    outcome = caseload(workspace, "run")
    assert outcome.code == 2
    assert "inbox" in outcome.err


def test_both_audiences_get_the_same_figures(published_template: Workspace) -> None:
    own = figures(published_template, 1)
    public = {name.removeprefix("public/"): content for name, content in own.items() if name.startswith("public/")}
    network = {name.removeprefix("network/"): content for name, content in own.items() if name.startswith("network/")}
    assert public == network
    assert len(public) >= 10


def test_a_run_elsewhere_gives_the_same_bytes(
    published_template: Workspace, make_workspace: Callable[..., Workspace], tmp_path: Path
) -> None:
    other = Workspace(make_workspace("elsewhere").folder, published_template.variables)
    other.run()
    assert releases(other) == releases(published_template)
    assert tmp_path in other.folder.parents


@pytest.mark.slow
def test_a_quarter_of_a_published_year_cannot_follow_it(workspace: Workspace) -> None:
    workspace.put("2026-Q2.csv", make_rows(40, first=101, opened="06/05/2026"))
    workspace.run("2026-Q1_2026-Q3")
    with pytest.raises(DisclosureError, match="overlaps"):
        workspace.run(QUARTER)


def test_a_run_that_was_stopped_before_the_shelf_publishes_the_same_figures_later(published: Workspace) -> None:
    """The ledger had the edition, the shelf had not: late cases in between change nothing."""
    first = releases(published)
    shutil.rmtree(published.folder / f"outputs/release/{QUARTER}")
    add_late_cases(published, 3)
    published.run()
    assert {n: d for n, d in releases(published).items() if n.endswith(".csv")} == {
        n: d for n, d in first.items() if n.endswith(".csv")
    }


def test_old_cases_that_come_later_leave_a_published_period_as_it_is(published: Workspace) -> None:
    before = figures(published, 1)
    published.put("older.csv", make_rows(12, first=301, opened="06/02/2025"))
    (edition,) = published.run().published
    assert (edition.edition, edition.is_new) == (1, False)
    assert figures(published, 1) == before
