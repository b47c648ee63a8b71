"""Which edition a brief becomes: frozen once published, never with changed figures, never beside an overlap."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from workspaces import HARBOUR, QUARTER, Workspace, make_rows

from pipelines.errors import DisclosureError, UsageError
from pipelines.run import publish

Call = Callable[..., object]


def releases(workspace: Workspace) -> dict[str, str]:
    return {name: digest for name, digest in workspace.snapshot().items() if name.startswith("outputs")}


def figures(workspace: Workspace, edition: int) -> dict[str, bytes]:
    folder = workspace.folder / f"outputs/release/{QUARTER}/{edition}"
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.csv"))}


def add_late_cases(workspace: Workspace, n: int = 1) -> None:
    """Cases of the published quarter that arrive after its publication."""
    workspace.put("2026-Q4.csv", make_rows(n, first=41))


def test_changed_figures_of_a_published_period_are_not_released(published: Workspace, caseload: Call) -> None:
    before = releases(published)
    add_late_cases(published)
    outcome = caseload(published, "run", "--period", QUARTER)
    assert outcome.code == 14
    assert "already published as edition 1" in outcome.err
    assert "by_" in outcome.err
    assert "kept in the warehouse" in outcome.err
    assert releases(published) == before
    assert published.counts("by_source")["_T"] == 61


def test_a_rehearsal_says_so_before_the_run_does(published: Workspace, caseload: Call) -> None:
    before = published.snapshot()
    add_late_cases(published)
    outcome = caseload(published, "run", "--period", QUARTER, "--dry-run")
    assert outcome.code == 14
    assert "already published as edition 1" in outcome.err
    assert published.snapshot() == before


def test_a_rehearsal_releases_and_stores_nothing(workspace: Workspace) -> None:
    report = workspace.rehearse()
    assert "nothing was stored or released" in report.as_text()
    assert workspace.snapshot() == {}
    assert report.record is None


def test_changed_figures_are_found_whatever_audience_was_published_before(workspace: Workspace) -> None:
    """Both audiences see the same cells, so a change between them exposes as much as a change between editions."""
    workspace.run(audiences=("network",))
    add_late_cases(workspace)
    with pytest.raises(DisclosureError, match="already published"):
        workspace.run(audiences=("public",))


def test_changed_figures_are_found_behind_an_edition_for_another_audience(workspace: Workspace) -> None:
    workspace.run(audiences=("network",))
    workspace.run(audiences=("public",))
    add_late_cases(workspace)
    with pytest.raises(DisclosureError, match="already published"):
        workspace.run(audiences=("network",))


def test_a_period_inside_a_published_one_is_not_released(workspace: Workspace, caseload: Call) -> None:
    workspace.put("2026-Q2.csv", make_rows(40, first=101, opened="06/05/2026"))
    workspace.run("2026-Q2_2026-Q3")
    before = releases(workspace)
    outcome = caseload(workspace, "run", "--period", QUARTER)
    assert outcome.code == 14
    assert "2026-Q2_2026-Q3" in outcome.err
    assert releases(workspace) == before


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


def test_other_words_in_a_brief_make_a_new_edition_with_the_same_figures(published: Workspace) -> None:
    published.edit("caseload.toml", "Invented cases for tests.", "Invented cases, told in other words.")
    (edition,) = published.run().published
    assert (edition.edition, edition.is_new) == (2, True)
    assert figures(published, 2) == figures(published, 1)


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


def test_late_cases_are_no_failure_where_nobody_asked_for_the_period(published: Workspace) -> None:
    before = figures(published, 1)
    published.put("late.csv", make_rows(3, first=900))
    (edition,) = published.run(None).published
    assert (edition.edition, edition.is_new, edition.is_overtaken) == (1, False, True)
    assert figures(published, 1) == before


def test_a_period_the_warehouse_was_not_built_for_is_not_called_empty(workspace: Workspace) -> None:
    workspace.run()
    with pytest.raises(UsageError, match="built without 2026-Q2_2026-Q3"):
        publish(workspace.request("2026-Q2_2026-Q3"), workspace.database)


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
