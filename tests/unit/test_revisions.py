"""What a brief says beside its figures: about the editions before it, and in the words of people."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from revised import EVENT, EXPLANATION, WHY, manifest, page, rewrite, rewrite_file, shelf, words
from workspaces import HARBOUR, QUARTER, Workspace, make_rows

from pipelines.audit import audit_folder
from pipelines.revisions import compare_folders


def test_a_first_edition_speaks_of_no_other(revised: Workspace) -> None:
    assert manifest(revised, 1)["revisions"] is None
    assert "Editions before this one" not in page(revised, 1)


def test_a_revised_brief_says_what_changed_and_why(revised: Workspace) -> None:
    told = words(page(revised, 2))
    assert "This is edition 2 of this brief. It takes the place of edition 1 , which stays as it was published." in told
    assert "cases that came late or were corrected are counted" in told
    assert WHY in told


def test_an_old_figure_is_cited_as_the_published_one(revised: Workspace) -> None:
    cited = re.findall(r'data-ref="edition-1:by_source\.(\w+)\.clients\.n">([\d,]+)<', page(revised, 2))
    before = {row["source_id"]: row["n"] for row in revised.released("by_source", edition=1)}
    assert dict(cited) == {"_T": "60", "riverside": "40"}
    assert dict(cited).items() <= before.items()


def test_the_manifest_lists_every_difference(revised: Workspace) -> None:
    (found,), _ = compare_folders(shelf(revised, "1", "public"), shelf(revised, "2", "public"))
    listed = [
        (f["table_id"], tuple(f["codes"]), f["unit"], f["old"], f["new"])
        for f in manifest(revised, 2)["revisions"]["figures"]
    ]
    counts = [(c.table_id, c.codes, c.unit, int(c.old.value), int(c.new.value)) for c in found.figures if c.is_count]
    assert listed == counts


def test_the_audit_accepts_both_editions_and_one_alone(revised: Workspace, copied: Path) -> None:
    assert audit_folder(shelf(revised)).problems == ()
    shutil.rmtree(copied / "1")
    assert audit_folder(copied / "2/public").problems == ()


@pytest.mark.parametrize(
    ("field", "value"), [("old", 65), ("new", 120), ("table_id", "by_centre"), ("old_state", "hidden")]
)
def test_the_audit_finds_an_old_figure_that_was_never_published(copied: Path, field: str, value: object) -> None:
    folder = copied / "2/public"
    told = json.loads((folder / "manifest.json").read_bytes())["revisions"]
    told["figures"][0][field] = value
    rewrite(folder, revisions=told)
    assert any("its revisions" in problem for problem in audit_folder(folder).problems)


def test_the_audit_finds_a_difference_that_is_kept_back(copied: Path) -> None:
    folder = copied / "2/public"
    told = json.loads((folder / "manifest.json").read_bytes())["revisions"]
    rewrite(folder, revisions=told | {"figures": told["figures"][1:]})
    assert any("are not what changed since" in problem for problem in audit_folder(folder).problems)


def test_the_audit_finds_an_old_figure_that_was_changed_on_the_page(copied: Path) -> None:
    folder = copied / "2/public"
    rewrite_file(folder, "brief.html", '<data value="40" data-ref="edition-1:by_source.riverside.clients.n">40<',
                 '<data value="45" data-ref="edition-1:by_source.riverside.clients.n">45<')  # fmt: skip
    assert any("edition-1:by_source.riverside.clients.n differs" in each for each in audit_folder(folder).problems)


@pytest.mark.slow
def test_a_revised_brief_stands_and_other_words_keep_the_last_change_of_figures(
    revised: Workspace, tmp_path: Path
) -> None:
    made = Workspace(tmp_path / "workspace", revised.variables)
    shutil.copytree(revised.folder, made.folder)
    (again,) = made.run().published
    assert (again.edition, again.is_new) == (2, False)
    made.edit("caseload.toml", "Invented cases for tests.", "Invented cases, told in other words.")
    (third,) = made.run().published
    assert (third.edition, third.is_new) == (3, True)
    told = manifest(made, 3)["revisions"]
    assert (told["since_edition"], told["figures_since"]) == (2, 1)
    # The finest table gave way to the revision.
    assert [each["reasons"] for each in told["editions"]] == [["words"], ["figures", "tables"]]
    assert told["figures"] == manifest(made, 2)["revisions"]["figures"]
    assert WHY in words(page(made, 3))
    (found,), _ = compare_folders(shelf(made, "2", "public"), shelf(made, "3", "public"))
    assert ([each.place for each in found.facts], found.figures) == (["about"], ())
    assert "3" not in set(re.findall(r"Edition (\d)", words(page(made, 2))))


@pytest.mark.slow
def test_final_figures_are_said_to_be_final(workspace: Workspace) -> None:
    workspace.run(as_of=date(2026, 11, 1), audiences=("public",))
    workspace.run(as_of=date(2026, 12, 1), audiences=("public",))
    told = manifest(workspace, 2)["revisions"]
    assert ([each["reasons"] for each in told["editions"]], told["figures"]) == ([["final"]], [])
    assert "late cases are no longer expected" in words(page(workspace, 2))


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        (EXPLANATION.replace("edition = 2", "edition = 1"), 10, "the first edition revises nothing"),
        (EXPLANATION.replace("edition = 2", "edition = 7"), 10, "explains edition 7 of 2026-Q3, but the next one is 1"),
        (EXPLANATION.replace(QUARTER, "summer"), 10, "revisions 1.period must be a period"),
        (EXPLANATION + "reason = 3\n", 10, "revisions 1.reason is not a setting"),
        (EXPLANATION * 2, 10, "explains the same edition"),
        (EXPLANATION.replace(WHY, "Mrs Kowalska sent it late."), 12, "revisions 1: name."),
    ],
)
def test_a_wrong_explanation_stops_the_run(
    workspace: Workspace, caseload: Callable[..., Any], text: str, code: int, told: str
) -> None:
    (workspace.folder / "revisions.toml").write_text(text, encoding="utf-8")
    outcome = caseload(workspace, "run", "--period", QUARTER)
    assert (outcome.code, told in outcome.err) == (code, True), outcome.err
    assert "Kowalska" not in outcome.err


# Comments and events in a brief


def test_a_comment_stands_beside_its_group_in_its_own_words(revised: Workspace) -> None:
    html = page(revised, 2, "network")
    section = html[html.index('id="group-aged-55-plus"') :]
    told = words(section[: section.index("</section>")])
    assert "We turned away about 15 older people a month. See the rules (https://www.gov.uk/settled-status)." in told
    assert "Advice manager, Harbour Law Centre, 2 October 2026" in told


def test_a_comment_is_not_told_to_others(revised: Workspace) -> None:
    assert "We turned away" not in page(revised, 2, "public")
    assert manifest(revised, 2, "public")["comments"] == []
    assert [each["about"] for each in manifest(revised, 2, "network")["comments"]] == ["AGED_55_PLUS"]


def test_an_event_of_the_period_is_told_beside_the_change(revised: Workspace) -> None:
    assert "1 July 2026 : Riverside opened a second office." in words(page(revised, 2))
    assert manifest(revised, 2)["events"][0]["on"] == "2026-07-01"


def test_what_happened_outside_the_time_of_a_brief_makes_no_new_edition(published: Workspace) -> None:
    text = "".join(EVENT.replace("2026-07-01", day) for day in ("2026-06-30", "2026-10-01"))
    (published.folder / "events.toml").write_text(text, encoding="utf-8")
    (edition,) = published.run().published
    assert (edition.edition, edition.is_new) == (1, False)


@pytest.mark.slow
def test_an_event_of_one_centre_is_not_told_in_the_brief_of_another(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(80))
    workspace.put("2026-Q3.csv", make_rows(60, source=HARBOUR), source=HARBOUR)
    (workspace.folder / "events.toml").write_text(EVENT + 'centres = ["riverside"]\n', encoding="utf-8")
    workspace.run(audiences=("network", "centre-riverside", "centre-harbour"))
    told = {
        name: bool(manifest(workspace, 1, name)["events"]) for name in ("network", "centre-riverside", "centre-harbour")
    }
    assert told == {"network": True, "centre-riverside": True, "centre-harbour": False}
