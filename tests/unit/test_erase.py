"""An erased person is in no table, in no byte of the warehouse and in no later edition, and does not come back."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from erasures import Erasing, build_without_publishing, client_of, files_that_hold, tables_that_hold
from workspaces import HARBOUR, QUARTER, RIVERSIDE, Workspace, account, adds_up, make_rows, states, write_workspace

from pipelines import freezing

NAME = "2026-Q3.csv"
# What stands in no other row: row 41 of the file of riverside.
RARE = {"nationality": "Maltese", "age": "97", "opened": "17/08/2026"}
ROW, REFERENCE = 41, "K0040"


def with_a_rare_person(workspace: Workspace) -> Workspace:
    workspace.put(NAME, [*make_rows(39), *make_rows(1, first=40, **RARE)])
    return workspace


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a workspace with one person who is like no other, run and published once."""
    made = with_a_rare_person(write_workspace(tmp_path_factory.mktemp("erase") / "workspace"))
    made.run()
    return made


@pytest.fixture
def known(template: Workspace, tmp_path: Path) -> Workspace:
    """Give a copy of it."""
    shutil.copytree(template.folder, tmp_path / "known")
    return Workspace(tmp_path / "known", template.variables)


@pytest.fixture
def erase(caseload: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Erasing:
    return Erasing(caseload, monkeypatch)


def register(workspace: Workspace) -> Path:
    return workspace.folder / "outputs/internal/erasures.jsonl"


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


@pytest.mark.slow
def test_published_editions_stand_and_a_run_says_why(known: Workspace, erase: Erasing) -> None:
    shelf = {name: digest for name, digest in known.snapshot().items() if "release" in name}
    erase(known, REFERENCE)
    report = known.run()
    (edition,) = report.published
    assert (edition.edition, edition.is_new, edition.is_kept, edition.n_waiting) == (1, False, True, 1)
    # The index says when releases were listed, and nothing else may differ.
    assert {name: digest for name, digest in known.snapshot().items() if "release" in name} == shelf
    assert states(account(report, NAME)) == {"accepted": 39, "ignored": 1}
    assert account(report, NAME).reasons == {"erased": 1}
    assert "edition 1 stands" in report.as_text()


@pytest.mark.slow
def test_new_words_make_no_new_edition_of_a_period_with_an_erased_person(known: Workspace, erase: Erasing) -> None:
    """It would be made without the person, and differ from the one that stands by nobody else."""
    erase(known, REFERENCE)
    known.edit("caseload.toml", 'title = "', 'title = "Anew: ')
    assert not known.run().published[0].is_new


@pytest.mark.slow
def test_a_file_that_is_read_again_does_not_bring_the_person_back(known: Workspace, erase: Erasing) -> None:
    client, case = client_of(known, ROW)
    erase(known, REFERENCE)
    profile = known.folder / "profiles/export.toml"
    profile.write_text(profile.read_text("utf-8") + "\n# Read again.\n", encoding="utf-8")
    known.put("2026-10.csv", make_rows(2, first=40))  # the person comes with another file as well
    report = known.run()
    assert report.refreshed.n_files_read == 2
    told = [account(report, name) for name in (NAME, "2026-10.csv")]
    assert [states(each) for each in told] == [{"accepted": 39, "ignored": 1}, {"accepted": 1, "ignored": 1}]
    assert all(adds_up(each) for each in told)
    for text in (client, case):
        assert files_that_hold(known.folder / "warehouse", text) == []


@pytest.mark.slow
def test_a_later_edition_is_that_of_a_caseload_without_the_person(
    make_workspace: Callable[..., Workspace], erase: Erasing
) -> None:
    """Erased before anything was published, every published file is the same as if the row had never been there."""
    known, without = with_a_rare_person(make_workspace("known")), make_workspace("without")
    without.put(NAME, make_rows(39))
    build_without_publishing(known)
    assert erase(known, REFERENCE).code == 0
    reports = [workspace.run(audiences=("network", "public", "centre-riverside")) for workspace in (known, without)]
    assert [report.published[0].audiences for report in reports] == [("network", "public", "centre-riverside")] * 2
    files = [released_files(workspace) for workspace in (known, without)]
    assert len(files[0]) > 100
    assert files[0] == files[1]


def released_files(workspace: Workspace) -> dict[str, bytes]:
    """Give every file of the edition; manifests without what counts rows of files."""
    root = workspace.folder / "outputs/release" / QUARTER
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    for name in (name for name in found if name.endswith("manifest.json")):
        told = json.loads(found[name])
        kept = {key: value for key, value in told.items() if key not in ("accounting", "inputs")}
        found[name] = json.dumps(kept, sort_keys=True).encode()
    return found


@pytest.mark.slow
def test_an_erased_case_waits_like_any_other_change(known: Workspace, erase: Erasing) -> None:
    """A revision that shows 49 changes is refused, and one of 50 counts nobody who was erased."""
    client, _ = client_of(known, 8)
    erase(known, "K0007")
    known.put("late.csv", make_rows(48, first=141))
    build_without_publishing(known)
    assert freezing.waiting_changes(known.database)[QUARTER] == 49
    assert freezing.thinned_quarters(known.database) == {QUARTER}
    known.put("later.csv", make_rows(1, first=241))
    (edition,) = known.run().published
    assert (edition.edition, edition.is_new) == (2, True)
    assert known.counts("by_gender")["_T"] == 108
    assert tables_that_hold(known, client) == []
    assert freezing.thinned_quarters(known.database) == frozenset()
    assert not known.run().published[0].is_new


@pytest.mark.slow
def test_the_next_quarter_repeats_what_was_published_and_counts_nobody_who_was_erased(
    known: Workspace, erase: Erasing
) -> None:
    """The network's figure of the earlier quarter keeps its value; a centre's exact one is left out of its brief."""
    everybody = ("network", "public", "centre-riverside")
    told = known.released("by_period")
    known.put(
        "2026-Q4.csv", [*make_rows(59, first=401, opened="06/10/2026"), *make_rows(1, first=40, opened="06/11/2026")]
    )
    erase(known, REFERENCE)
    (edition,) = known.run("2026-Q4", as_of=date(2027, 1, 15), audiences=everybody).published
    assert (edition.is_new, edition.audiences) == (True, everybody)
    assert known.counts("by_period", "2026-Q4", unit="cases") == {"_T": 118, QUARTER: 59, "2026-Q4": 59}
    tables = {audience: edition.folder / audience / "data" for audience in everybody}
    rows = list(csv.DictReader((tables["public"] / "by_period.csv").read_text("utf-8").splitlines()))
    earlier = [row["n"] for row in told if row["quarter"] == QUARTER]
    assert [row["n"] for row in rows if row["quarter"] == QUARTER] == earlier == ["60"]
    assert not (tables["centre-riverside"] / "by_period.csv").exists()
    assert (tables["centre-riverside"] / "by_gender.csv").exists()


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
def test_a_stopped_erasure_is_completed_by_the_next_run(
    known: Workspace, erase: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = client_of(known, ROW)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.warehouse._put_in_force", stop)
        assert erase(known, REFERENCE).code == 130
    assert tables_that_hold(known, client)
    report = known.run()
    assert report.as_json()["removed"]["erased"] > 1
    assert files_that_hold(known.folder / "warehouse", client) == []
    assert (states(account(report, NAME)), report.published[0].is_kept) == ({"accepted": 39, "ignored": 1}, True)


@pytest.mark.slow
def test_an_older_warehouse_that_is_put_back_does_not_bring_the_person_back(known: Workspace, erase: Erasing) -> None:
    client, _ = client_of(known, ROW)
    shutil.copytree(known.folder / "warehouse", known.folder / "older")
    erase(known, REFERENCE)
    shutil.rmtree(known.folder / "warehouse")
    (known.folder / "older").rename(known.folder / "warehouse")
    report = known.run()
    assert "had come back with the warehouse" in report.as_text()
    assert files_that_hold(known.folder / "warehouse", client) == []


@pytest.mark.slow
def test_without_its_register_nothing_is_read(known: Workspace, erase: Erasing, caseload: Callable[..., Any]) -> None:
    erase(known, REFERENCE)
    text = register(known).read_text("utf-8")
    register(known).write_text(text.replace('"people": 1', '"people": 2') + text, encoding="utf-8")
    damaged = caseload(known, "run")
    register(known).unlink()
    gone = caseload(known, "run")
    assert (damaged.code, "erased people could come back" in damaged.err) == (14, True)
    assert (gone.code, "is not there" in gone.err) == (14, True)


@pytest.mark.slow
def test_another_key_recognises_nobody_so_nothing_is_read(
    known: Workspace, erase: Erasing, caseload: Callable[..., Any], tmp_path: Path
) -> None:
    erase(known, REFERENCE)
    other = Workspace(known.folder, {"XDG_CONFIG_HOME": str(tmp_path / "other")})
    assert (caseload(other, "run").code, caseload(other, "erase", "--client", "0" * 32).code) == (10, 10)
    register(known).unlink()
    assert "another one than the warehouse was made with" in caseload(other, "erase", "--client", "0" * 32).err


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
