"""Every list with verdicts is told wherever verdicts are: between editions, in the list of briefs, and by the audit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from revised import words

from pipelines.audit.beside import beside_problems
from pipelines.audit.revised_verdicts import PARTS as AUDITED
from pipelines.disclosure.barriers import FACES, SELDOM, SEVERAL
from pipelines.disclosure.enquiries import TURNED
from pipelines.disclosure.faced import Faced
from pipelines.disclosure.group_words import SAME, WAITS
from pipelines.disclosure.protected import TurnedAway, Waiting
from pipelines.publish.brief import Brief
from pipelines.publish.html import brief_html
from pipelines.publish.index import write_index
from pipelines.publish.manifest import comparisons, manifest_bytes
from pipelines.publish.opendata import csv_bytes
from pipelines.publish.page import lay_out
from pipelines.publish.wording import wording
from pipelines.revising import with_revisions
from pipelines.revisions.verdicts import PARTS
from pipelines.statistics.states import TOO_FEW_TO_SAY, WITHHELD
from tests.builders import make_brief, make_edition, make_facts

GROUP = "AGED_55_PLUS"
# Of each list: its verdicts, and what the list of briefs says of a group that fares worse.
LISTS = {
    "waiting": (WAITS, "Said to wait longer for an outcome:"),
    "opening": (WAITS, "Said to wait longer for a case to be opened:"),
    "barriers": (FACES, "Said to face several barriers more often:"),
    "enquiries": (TURNED, "Said to be turned away more often:"),
}


def brief(number: int, states: dict[str, str]) -> Brief:
    """Make a brief whose lists say these states of one group."""
    made = make_brief(edition=make_edition(number=number), findings=())
    told: dict[str, Any] = {"finding_id": "f", "group": GROUP, "statement": "Something is said of them."}
    return replace(
        made,
        waiting=(Waiting(**told, state=states["waiting"]),),
        openings=(Waiting(**told, state=states["opening"]),),
        faced=(Faced(**told, measure=SEVERAL, state=states["barriers"]),),
        enquiries=(TurnedAway(**told, state=states["enquiries"]),),
    )


def put(root: Path, told: Brief) -> Path:
    folder = root / str(told.edition.period) / str(told.edition.number) / told.edition.audience
    files = {f"data/{name}.csv": csv_bytes(table) for name, table in told.tables.items()}
    files["brief.html"] = brief_html(lay_out(told, charted=()), {}).encode()
    for path, data in (files | {"manifest.json": manifest_bytes(told, make_facts(), files)}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shelf with two editions: in the first nothing stands out, in the second each list speaks of the group."""
    root = tmp_path_factory.mktemp("lists")
    put(root, brief(1, dict.fromkeys(LISTS, TOO_FEW_TO_SAY)))
    put(root, with_revisions(brief(2, {name: verdicts.worse for name, (verdicts, _) in LISTS.items()}), root, {}))
    return root


def test_no_list_is_left_out():
    lists = comparisons(brief(1, dict.fromkeys(LISTS, WITHHELD))).keys()
    assert lists == set(PARTS) == set(AUDITED) == wording()["revisions"]["subjects"].keys()


@pytest.mark.parametrize("part", LISTS)
def test_a_verdict_that_changed_is_told_by_the_edition(editions: Path, part: str):
    (folder,) = (editions / "2026-Q3").glob("2/*")
    changed = json.loads((folder / "manifest.json").read_bytes())["revisions"]["verdicts"]
    assert [(each["old"], each["new"]) for each in changed if each["part"] == part] == [
        (TOO_FEW_TO_SAY, LISTS[part][0].worse)
    ]
    subject = wording()["revisions"]["subjects"][part].format(clients="clients", case="case")
    assert f"{subject}: {wording()['revisions']['verdicts'][LISTS[part][0].worse]}; before: too few to say." in words(
        (folder / "brief.html").read_text("utf-8")
    )


@pytest.mark.parametrize("part", LISTS)
def test_each_state_has_words(part: str):
    verdicts, _ = LISTS[part]
    known = wording()["comparisons"]["verdicts"].keys() | wording()["revisions"]["verdicts"].keys()
    assert {verdicts.worse, verdicts.better, SAME, SELDOM, TOO_FEW_TO_SAY, WITHHELD} <= known


def test_the_list_of_briefs_names_the_group_and_the_audit_asks_for_it(editions: Path):
    page = write_index(editions).read_text("utf-8")
    manifests = {
        path.parent.relative_to(editions).as_posix(): json.loads(path.read_bytes())
        for path in editions.rglob("manifest.json")
    }
    assert of_the_list(editions, manifests) == []
    for _, said in LISTS.values():
        assert f"{said} People aged 55 and over" in page
        (editions / "index.html").write_text(page.replace(said, "Said of nobody:"), encoding="utf-8")
        assert of_the_list(editions, manifests) != []


def of_the_list(root: Path, manifests: dict[str, Any]) -> list[str]:
    return [each for each in beside_problems(root, manifests) if each.startswith("index.html")]
