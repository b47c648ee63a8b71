"""What changed between two editions: `caseload diff`, and what a brief says about the editions before it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from workspaces import HARBOUR, QUARTER, Workspace, make_rows

from pipelines.audit import audit_folder
from pipelines.cli import main
from pipelines.errors import ReadError, UsageError
from pipelines.revisions import compare_folders

WHY = "The first export had left out 55 cases."
EXPLANATION = f'[[revisions]]\nperiod = "{QUARTER}"\nedition = 2\nwhy = "{WHY}"\n'
COMMENT = """---
about: aged_55_plus
said_by: Advice manager, Harbour Law Centre
said_on: 2026-10-02
audiences: network
---
We turned away about 15 older people
a month. See [the rules](https://www.gov.uk/settled-status).
"""
EVENT = '[[events]]\non = 2026-07-01\nwhat = "Riverside opened a second office."\nkind = "service"\n'
Tell = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def revised(published_template: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a workspace whose period was revised once, with comment, event and explanation; tests only read it."""
    made = Workspace(tmp_path_factory.mktemp("revised") / "workspace", published_template.variables)
    shutil.copytree(published_template.folder, made.folder)
    made.put("late.csv", make_rows(55, first=141))
    (made.folder / "commentary").mkdir(exist_ok=True)
    for name, text in (("commentary/1.md", COMMENT), ("events.toml", EVENT), ("revisions.toml", EXPLANATION)):
        (made.folder / name).write_text(text, encoding="utf-8")
    (edition,) = made.run().published
    assert (edition.edition, edition.is_new) == (2, True)
    return made


def shelf(workspace: Workspace, *parts: str) -> Path:
    return workspace.folder.joinpath("outputs/release", QUARTER, *parts)


def manifest(workspace: Workspace, edition: int, audience: str = "public") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shelf(workspace, str(edition), audience) / "manifest.json").read_bytes())
    return found


def page(workspace: Workspace, edition: int, audience: str = "public") -> str:
    return (shelf(workspace, str(edition), audience) / "brief.html").read_text(encoding="utf-8")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def copied(revised: Workspace, tmp_path: Path) -> Path:
    """Give a copy of the shelf that a test may damage."""
    shutil.copytree(shelf(revised), tmp_path / QUARTER)
    return tmp_path / QUARTER


def rewrite(folder: Path, **changes: Any) -> None:
    """Change what a manifest says."""
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changes), encoding="utf-8")


def rewrite_file(folder: Path, name: str, old: str, new: str) -> None:
    """Change a file, and its digest in the manifest, as somebody would who wants it to pass."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    outputs = json.loads((folder / "manifest.json").read_bytes())["outputs"]
    rewrite(folder, outputs=outputs | {name: sha256(path.read_bytes()).hexdigest()})


# caseload diff


def test_every_figure_that_changed_is_told_with_its_label(revised: Workspace) -> None:
    (found,), _ = compare_folders(shelf(revised, "1", "public"), shelf(revised, "2", "public"))
    before = {row["gender_code"]: row["n"] for row in revised.released("by_gender", edition=1)}
    now = {row["gender_code"]: row["n"] for row in revised.released("by_gender", edition=2)}
    counts = {c.codes[0]: (c.old.value, c.new.value) for c in found.figures if c.table_id == "by_gender" and c.is_count}
    assert counts == {code: (before[code], now[code]) for code in now if before[code] != now[code]}


def test_a_person_reads_it_edition_by_edition(revised: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(shelf(revised, "1")), str(shelf(revised, "2"))]) == 0
    told = capfd.readouterr().out
    assert f"{QUARTER}, network: edition 1 (2026-12-15) to edition 2 (2026-12-15)." in told
    assert "Riverside, case export (riverside), clients: 40 -> 95" in told
    assert "shares changed with the counts" in told
    assert "the events changed" in told
    assert "disclosure.reach: 4 -> 9" in told


def test_a_program_reads_every_measure(revised: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    folders = [str(shelf(revised, number, "public")) for number in "12"]
    assert main(["diff", *folders, "--json"]) == 0
    first = capfd.readouterr().out
    (told,) = json.loads(first)["differences"]
    assert (told["old"]["edition"], told["new"]["edition"], told["audience"]) == (1, 2, "public")
    figure = next(each for each in told["figures"] if each["codes"] == {"source_id": "_T"} and each["measure"] == "n")
    assert (figure["old"], figure["new"], figure["new_state"]) == (60, 115, "shown")
    assert {each["measure"] for each in told["figures"]} == {"n", "share"}
    assert main(["diff", *folders, "--json"]) == 0
    assert capfd.readouterr().out == first


def test_an_edition_does_not_differ_from_itself(revised: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    folder = str(shelf(revised, "2", "public"))
    assert main(["diff", folder, folder]) == 0
    assert "Nothing else differs." in capfd.readouterr().out


def test_the_network_and_the_public_have_the_same_figures(revised: Workspace) -> None:
    (found,), _ = compare_folders(shelf(revised, "2", "network"), shelf(revised, "2", "public"))
    assert (found.figures, found.findings, found.new_tables) == ((), (), ())


def test_hidden_shown_new_and_gone_are_told_apart(copied: Path) -> None:
    old, new = copied / "1/public", copied / "2/public"
    rewrite_file(old, "data/by_gender.csv", f"{QUARTER},F,clients,30,0.5000,A", f"{QUARTER},F,clients,,,C")
    rewrite_file(old, "data/by_nationality.csv", f"{QUARTER},IT,clients", f"{QUARTER},ES,clients")
    tables = [
        each for each in json.loads((new / "manifest.json").read_bytes())["tables"] if each["table_id"] != "by_project"
    ]
    rewrite(new, tables=tables, provisional=True, product={"name": "caseload", "version": "9.9.9"})
    (found,), _ = compare_folders(old, new)
    states = {(c.codes[0], c.measure): (c.old.state, c.new.state) for c in found.figures if len(c.codes) == 1}
    assert states["F", "n"] == ("hidden", "shown")
    assert (states["ES", "n"], states["IT", "n"]) == (("shown", "no_row"), ("no_row", "shown"))
    assert found.gone_tables == ("by_project",)
    assert {"provisional", "product.version"} <= {each.place for each in found.facts}


def test_a_finding_that_changed_is_told(copied: Path) -> None:
    new = copied / "2/public"
    findings = json.loads((new / "manifest.json").read_bytes())["findings"]
    findings[0] |= {"state": "clearly_lower", "is_under_served": True}
    rewrite(new, findings=findings)
    (found,), _ = compare_folders(copied / "1/public", new)
    places = {each.place: each.new for each in found.findings}
    assert places[f"{findings[0]['finding_id']}.state"] == "clearly_lower"
    assert places[f"{findings[0]['finding_id']}.is_under_served"] is True


def test_an_audience_of_one_edition_alone_is_named(copied: Path, capfd: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(copied / "1/network")
    assert main(["diff", str(copied / "1"), str(copied / "2")]) == 0
    assert f"network is in {copied / '2'} alone." in capfd.readouterr().out


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"period": "2026-Q2"}, "Name two editions of one period"),
        ({"audience": "centre-riverside"}, "are for two readers"),
    ],
)
def test_what_is_no_revision_is_refused(
    copied: Path, changes: dict[str, str], told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    rewrite(copied / "1/public", **changes)
    assert main(["diff", str(copied / "1/public"), str(copied / "2/public")]) == 2
    assert told in capfd.readouterr().err


def test_a_centre_is_not_compared_with_another_centre(copied: Path) -> None:
    rewrite(copied / "1/public", audience="centre-riverside")
    rewrite(copied / "2/public", audience="centre-harbour")
    with pytest.raises(UsageError, match="two readers"):
        compare_folders(copied / "1/public", copied / "2/public")


def test_two_networks_are_not_compared(copied: Path) -> None:
    old = copied / "1/public"
    rewrite(old, network="Another Network")
    for source in ("riverside", "harbour"):
        rewrite_file(old, "data/by_source.csv", f"{QUARTER},{source}", f"{QUARTER},other-{source}")
    with pytest.raises(UsageError, match="two networks"):
        compare_folders(old, copied / "2/public")


def test_a_network_may_change_its_name(copied: Path) -> None:
    rewrite(copied / "2/public", network="A Newer Name")
    (found,), _ = compare_folders(copied / "1/public", copied / "2/public")
    assert "network" in {each.place for each in found.facts}


@pytest.mark.parametrize("name", ["manifest.json", "data/by_gender.csv", "brief.html", "data/metadata.json"])
@pytest.mark.parametrize("damage", ["gone", "changed", "cut"])
def test_a_damaged_folder_is_refused(copied: Path, name: str, damage: str, capfd: pytest.CaptureFixture[str]) -> None:
    path = copied / "2/public" / name
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(
            content[: len(content) // 2] if damage == "cut" else content.replace(b"2", b"3").replace(b"{", b"[", 1)
        )
    told = "exit 11" if name != "manifest.json" or damage != "gone" else "exit 2"
    assert main(["diff", str(copied / "1/public"), str(copied / "2/public")]) == int(told.split()[1])
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "change", [{"outputs": {"../x": ""}}, {"outputs": {"a\x00b": ""}}, {"tables": [1]}, {"edition": "2"}]
)
def test_a_strange_manifest_is_refused(copied: Path, change: dict[str, Any]) -> None:
    rewrite(copied / "2/public", **change)
    with pytest.raises(ReadError, match="not as it was published"):
        compare_folders(copied / "1/public", copied / "2/public")


@pytest.mark.parametrize("names", [("1", "2/public"), ("1", "9"), ("1", "..")])
def test_folders_that_do_not_go_together_are_refused(copied: Path, names: tuple[str, str]) -> None:
    with pytest.raises(UsageError):
        compare_folders(copied / names[0], copied / names[1])


# What a brief says


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
    assert [each["reasons"] for each in told["editions"]] == [["words"], ["figures"]]
    assert told["figures"] == manifest(made, 2)["revisions"]["figures"]
    assert WHY in words(page(made, 3))
    assert "3" not in set(re.findall(r"Edition (\d)", words(page(made, 2))))


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
    assert "turned away" not in page(revised, 2, "public")
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


def test_an_event_of_one_centre_is_not_told_in_the_brief_of_another(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(80))
    workspace.put("2026-Q3.csv", make_rows(60, source=HARBOUR), source=HARBOUR)
    (workspace.folder / "events.toml").write_text(EVENT + 'centres = ["riverside"]\n', encoding="utf-8")
    workspace.run(audiences=("network", "centre-riverside", "centre-harbour"))
    told = {
        name: bool(manifest(workspace, 1, name)["events"]) for name in ("network", "centre-riverside", "centre-harbour")
    }
    assert told == {"network": True, "centre-riverside": True, "centre-harbour": False}
