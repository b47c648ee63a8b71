"""An erased person is in no table and in no byte of the warehouse; whom to erase is said without naming them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from erasures import (
    NAME,
    RARE,
    REFERENCE,
    ROW,
    Erasing,
    build_without_publishing,
    client_of,
    files_that_hold,
    register,
    tables_that_hold,
)
from workspaces import HARBOUR, QUARTER, RIVERSIDE, Workspace, make_rows


def test_nothing_of_an_erased_person_is_left(known: Workspace, erase: Erasing) -> None:
    client, case = client_of(known, ROW)
    secrets = (client, case, RARE["nationality"], RARE["opened"], "2026-08-17")
    assert {text for text in secrets if tables_that_hold(known, text)} == set(secrets)
    assert files_that_hold(known.folder / "warehouse", client)
    outcome = erase(known, f"{REFERENCE}\n")
    assert outcome.code == 0
    assert [text for text in secrets if tables_that_hold(known, text)] == []
    assert [text for text in secrets if files_that_hold(known.folder / "warehouse", text)] == []
    assert 97 not in known.table("core.counted_cases")["age_low"]
    for text in (*secrets, REFERENCE, "R-0040"):
        assert text not in outcome.out + outcome.err
        assert files_that_hold(known.folder / "outputs/internal", text) == []
    assert f"riverside/{NAME}, row {ROW}" in outcome.out
    assert known.table("core.cases").height == 59


def test_a_case_names_its_client_and_all_their_cases_go(known: Workspace, erase: Erasing) -> None:
    known.put("more.csv", make_rows(2, first=301, client_ref="K0007", opened="06/10/2026"))
    build_without_publishing(known)
    outcome = erase(known, "R-0302\n", "--case", "--json")
    told = json.loads(outcome.out)
    assert (outcome.code, told["people"], told["removed"]["raw.records"]) == (0, 1, 3)
    assert {each["file"]: each["rows"] for each in told["still_in_the_inbox"]} == {NAME: [8], "more.csv": [2, 3]}


@pytest.mark.slow
def test_every_version_of_a_case_goes(workspace: Workspace, erase: Erasing) -> None:
    """An earlier version that named somebody else, and a later one that waits in quarantine."""
    workspace.put("first.csv", make_rows(1, first=40, client_ref="K9999"))
    workspace.edit("profiles/export.toml", "[rows]\n", '[rows]\nunknown_values = "quarantine"\n')
    workspace.put("second.csv", make_rows(1, first=40, gender="Femlae"))
    build_without_publishing(workspace)
    assert json.loads(erase(workspace, REFERENCE, "--json").out)["removed"]["raw.records"] == 3
    assert tables_that_hold(workspace, "Femlae") == []


def test_a_source_without_references_has_clients_of_one_case(known: Workspace, caseload: Callable[..., Any]) -> None:
    client, _ = client_of(known, 5, source=HARBOUR)
    outcome = caseload(known, "erase", "--client", client)
    assert (outcome.code, client in outcome.out + outcome.err) == (0, False)
    assert known.table("core.cases").filter(source_id=HARBOUR).height == 19
    assert known.check().refreshed.accounts[-1].reasons["erased"] == 1


def test_a_dry_run_says_what_would_go_and_removes_nothing(known: Workspace, erase: Erasing) -> None:
    before = known.snapshot()
    outcome = erase(known, REFERENCE, "--dry-run")
    assert (outcome.code, "Would be erased: 1 client" in outcome.out, "1 of raw.records" in outcome.out) == (
        0,
        True,
        True,
    )
    assert (known.snapshot(), register(known).exists()) == (before, False)


def test_the_record_tells_who_when_and_how_much(known: Workspace, erase: Erasing) -> None:
    erase(known, REFERENCE)
    (line,) = register(known).read_text("utf-8").splitlines()
    told = json.loads(line)
    assert told["removed"]["raw.records"] == told["removed"]["raw.published_cases"] == told["people"] == 1
    assert told["editions_in_force"] == {QUARTER: 1}
    assert told["still_in_the_inbox"] == [{"source": RIVERSIDE, "file": NAME, "rows": [ROW]}]
    assert (bool(told["user"]), told["at"][-6:]) == (True, "+00:00")
    assert register(known).stat().st_mode & 0o077 == 0


def test_erasing_again_is_no_mistake(known: Workspace, erase: Erasing) -> None:
    erase(known, REFERENCE)
    outcome = erase(known, REFERENCE)
    assert (outcome.code, outcome.out) == (0, "Erased before: nothing of this person is stored.\n")
    assert len(register(known).read_text("utf-8").splitlines()) == 1


@pytest.mark.parametrize(
    ("references", "options", "says"),
    [
        ("K7777\n", (), "Nobody is known in the warehouse, and nothing was changed"),
        (f"{REFERENCE}\nK7777\nK7778\n", (), "Nobody is known in the warehouse for references 2, 3"),
        ("\n", (), "There is no reference"),
        ("K7777\tx\n", (), "No reference can be read in row 1"),
    ],
)
def test_an_unknown_person_changes_nothing(
    known: Workspace, erase: Erasing, references: str, options: tuple[str, ...], says: str
) -> None:
    before = known.snapshot()
    outcome = erase(known, references, *options)
    assert (outcome.code, says in outcome.err, "K777" in outcome.err) == (2, True, False)
    assert (known.snapshot(), register(known).exists()) == (before, False)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Name one person"),
        (("--client", "K0040"), "--client takes a client_key"),
        (("--client", "0" * 32), "Nobody is known"),
        (("--client", "0" * 32, "--reference-file", "-"), "Name one person"),
        (("--reference-file", "-"), "needs --source"),
        (("--reference-file", "missing.txt", "--source", RIVERSIDE), "cannot be opened"),
    ],
)
def test_who_is_meant_has_to_be_clear(
    known: Workspace, caseload: Callable[..., Any], arguments: tuple[str, ...], says: str
) -> None:
    outcome = caseload(known, "erase", *arguments)
    assert (outcome.code, says in outcome.err, "K0040" in outcome.err) == (2, True, False)


@pytest.mark.parametrize(
    ("source", "options", "says"),
    [
        ("riversied", (), "There is no source riversied"),
        (HARBOUR, (), "does not tell people apart by a client_ref. Name them by --client"),
        (HARBOUR, ("--case",), "does not tell people apart by a case_ref. Name them by --client"),
    ],
)
def test_references_belong_to_a_source_that_has_them(
    known: Workspace, erase: Erasing, source: str, options: tuple[str, ...], says: str
) -> None:
    outcome = erase(known, REFERENCE, *options, source=source)
    assert (outcome.code, says in outcome.err) == (2, True)


@pytest.mark.slow
def test_a_correction_of_an_erased_person_is_told(workspace: Workspace, erase: Erasing) -> None:
    (workspace.folder / "corrections.toml").write_text(
        '[[corrections]]\nsource = "riverside"\nwhere = { case_ref = "R-0040" }\nfield = "gender"\nwas = "Male"\n'
        'is = "Female"\nwhy = "x"\nsaid_by = "y"\n',
        encoding="utf-8",
    )
    build_without_publishing(workspace)
    assert "corrections.toml speaks of rows of this person" in erase(workspace, REFERENCE).out


@pytest.mark.slow
def test_lists_of_words_forget_a_word_that_nobody_else_used(workspace: Workspace, erase: Erasing) -> None:
    workspace.edit("profiles/export.toml", "[rows]\n", '[rows]\nunknown_values = "quarantine"\n')
    workspace.put(
        "2026-10.csv",
        [*make_rows(30, first=50), *make_rows(1, first=90, gender="Femlae"), *make_rows(1, first=91, gender="Wmoan")],
    )
    workspace.run()
    assert files_that_hold(workspace.folder / "outputs", "Femlae")
    erase(workspace, "K0090")
    assert files_that_hold(workspace.folder / "outputs", "Femlae") == []
    assert files_that_hold(workspace.folder / "outputs", "Wmoan")
