"""What changed between two editions, as `caseload diff` tells it from published files alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from revised import rewrite, rewrite_file, shelf
from workspaces import QUARTER, Workspace

from pipelines.cli import main
from pipelines.errors import ReadError, UsageError
from pipelines.revisions import compare_folders


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
    assert "No figure, finding, rule or note differs." in capfd.readouterr().out


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
    # The finest table gave way to the revision.
    assert found.gone_tables == ("by_project", "by_group_of_interest_time")
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
