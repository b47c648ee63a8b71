"""Findings for comment: what people outside are shown, and the way of an answer into the next edition."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Outcome
from revised import page, shelf, words
from workspaces import QUARTER, Workspace

from pipelines.asking_text import asked_findings, rules
from pipelines.cli import main
from pipelines.errors import SettingsError
from pipelines.statistics import states
from tests.paper import content_text, squeezed

FINDING = "aged_55_plus.share_of_clients"
SAID = "We see this at our drop-in: older clients do not use the telephone line."
ROLE = "Advice manager, Harbour Law Centre"


def asked_in(workspace: Workspace, audience: str = "network") -> Path:
    return workspace.folder / "outputs" / "for-comment" / QUARTER / "1" / audience


def answer(workspace: Workspace, text: str = SAID, *, role: str = ROLE, day: str = "2026-10-02") -> Path:
    """Fill in the answer about one finding as a person would, and move it to where comments are read."""
    (path,) = (asked_in(workspace) / "answers").glob(f"*{FINDING}.md")
    filled = path.read_text("utf-8").replace("said_by:", f"said_by: {role}").replace("said_on:", f"said_on: {day}")
    target = workspace.folder / "commentary" / path.name
    target.parent.mkdir(exist_ok=True)
    target.write_text(filled + text + "\n", encoding="utf-8")
    return target


@pytest.fixture
def ask(capfd: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Give the command `caseload findings`."""

    def call(workspace: Workspace, *arguments: str) -> Outcome:
        capfd.readouterr()
        code = main(["findings", "--workspace", str(workspace.folder), *arguments])
        return Outcome(code, *capfd.readouterr())

    return call


@pytest.fixture
def asked(published: Workspace, ask: Callable[..., Any]) -> Workspace:
    """Give a published workspace whose findings were written down for comment."""
    assert ask(published, "--for-comment").code == 0
    return published


def test_an_answer_stands_beside_its_finding_in_the_next_edition_and_a_person_in_it_does_not(
    asked: Workspace, caseload: Callable[..., Any]
) -> None:
    path = answer(asked)
    assert caseload(asked, "run", "--period", QUARTER).code == 0
    (statement,) = (each["statement"] for each in findings(asked, 2) if each["finding_id"] == FINDING)
    told = f"{statement} {SAID} {ROLE}, 2 October 2026"
    assert told in words(page(asked, 2, "network"))
    assert squeezed(told) in squeezed(content_text(shelf(asked, "2", "network", "brief.pdf").read_bytes()))
    path.write_text(path.read_text("utf-8") + "\nMrs Nowak told us so.\n", encoding="utf-8")
    outcome = caseload(asked, "run", "--period", QUARTER)
    assert (outcome.code, "Nowak" in outcome.err) == (12, False)
    assert not shelf(asked, "3").exists()


def test_the_document_asks_about_each_finding_in_the_words_of_the_brief(asked: Workspace) -> None:
    document = (asked_in(asked) / "findings.txt").read_text("utf-8")
    flat = " ".join(document.split())
    shown = [each for each in findings(asked, 1) if each["state"] != "withheld"]
    assert shown
    assert [each["finding_id"] for each in shown if " ".join(each["statement"].split()) not in flat] == []
    assert document.count(rules()["document"]["comment"]) == len(shown) + 1
    assert max(map(len, document.splitlines())) <= rules()["layout"]["width"]
    assert document.index("How your answer is used".upper()) > document.rindex(FINDING)


@pytest.mark.slow
def test_a_centre_is_asked_about_what_it_was_shown_and_about_nothing_else(
    published: Workspace, caseload: Callable[..., Any], ask: Callable[..., Any]
) -> None:
    assert caseload(published, "run", "--period", QUARTER, "--audience", "centre-riverside").code == 0
    assert ask(published, "--for-comment", "--audience", "centre-riverside").code == 0
    (folder,) = published.folder.glob("outputs/for-comment/*/*/centre-riverside")
    document = " ".join((folder / "findings.txt").read_text("utf-8").split())
    own = {each["statement"] for each in manifest_of(published, folder)["findings"] if each["state"] != "withheld"}
    others = {each["statement"] for each in findings(published, 1)} - own
    assert [text for text in own if " ".join(text.split()) not in document] == []
    assert [text for text in others if " ".join(text.split()) in document] == []
    assert rules()["document"]["private"] in document
    assert [path for path in folder.rglob("*") if path.stat().st_mode & 0o077] == []
    heads = [path.read_text("utf-8") for path in folder.rglob("*.md")]
    assert all("audiences: centre-riverside\n" in head for head in heads)


def test_an_empty_answer_is_refused_where_comments_are_read(asked: Workspace, caseload: Callable[..., Any]) -> None:
    (empty,) = (asked_in(asked) / "answers").glob(f"*{FINDING}.md")
    (asked.folder / "commentary").mkdir(exist_ok=True)
    empty.rename(asked.folder / "commentary" / empty.name)
    outcome = caseload(asked, "check")
    assert outcome.code == 10
    for problem in ("said_by is missing", "said_on is missing; it says on which day", "it says nothing"):
        assert problem in outcome.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "exists already and is not overwritten"),
        (("--to", "{}/commentary/new"), "takes no files for comment"),
        (("--to", "{}/outputs/release/new"), "takes no files for comment"),
        (("--audience", "centre-elsewhere"), f"Published: {QUARTER} edition 1 for network"),
        (("--edition", "7"), "There is no published brief of that kind"),
    ],
)
def test_what_would_write_over_or_into_something_is_refused(
    asked: Workspace, ask: Callable[..., Any], arguments: tuple[str, ...], told: str
) -> None:
    before = asked.snapshot()
    outcome = ask(asked, "--for-comment", *(each.format(asked.folder) for each in arguments))
    assert outcome.code == 2
    assert told in outcome.err
    assert asked.snapshot() == before


def test_without_a_file_the_findings_are_listed(published: Workspace, ask: Callable[..., Any]) -> None:
    told = json.loads(ask(published, "--json").out)
    assert (told["period"], told["edition"], told["audience"], told["written"]) == (QUARTER, 1, "network", [])
    assert FINDING in {each["finding_id"] for each in told["findings"]}


def test_each_state_of_a_finding_has_its_part_or_is_left_out() -> None:
    left_out = set(rules()["left_out"]["states"])
    known = {state for part in rules()["parts"] if not part.get("is_flagged") for state in part["states"]}
    assert known | left_out == set(states.STATES)
    finding = {"state": "new", "finding_id": "x", "group": "A", "dimension": "d", "statement": "s"}
    with pytest.raises(SettingsError, match="has no part for findings that are new"):
        asked_findings({"findings": [finding]})


def findings(workspace: Workspace, edition: int) -> list[dict[str, Any]]:
    manifest = json.loads(shelf(workspace, str(edition), "network", "manifest.json").read_bytes())
    return list(manifest["findings"])


def manifest_of(workspace: Workspace, asked_folder: Path) -> dict[str, Any]:
    parts = asked_folder.relative_to(workspace.folder / "outputs" / "for-comment")
    found: dict[str, Any] = json.loads((workspace.folder / "outputs/release" / parts / "manifest.json").read_bytes())
    return found
