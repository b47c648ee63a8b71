"""Verdicts that changed between two editions: told by `diff`, by the revised brief, by the list, and held by the audit.

The editions of the slow test are made by two runs: late cases from an area from which few had come.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from area_rates import people, rates, tables
from revised import manifest, page, rewrite, shelf, words
from workspaces import QUARTER, Workspace, make_rows, write_workspace

from pipelines import __version__
from pipelines.audit import audit_folder
from pipelines.audit.beside import beside_problems
from pipelines.audit.reading import Release, read_release
from pipelines.audit.revised_verdicts import verdict_change_problems
from pipelines.cli import main
from pipelines.publish.area_data import area_rates_csv
from pipelines.publish.brief import Brief
from pipelines.publish.html import brief_html
from pipelines.publish.index import write_index
from pipelines.publish.manifest import manifest_bytes
from pipelines.publish.opendata import csv_bytes
from pipelines.publish.page import lay_out
from pipelines.revising import with_revisions
from pipelines.revisions import changed_verdicts, compare, read_published
from tests.builders import make_brief, make_edition, make_facts

FIRST = {"ASHBY": 1200, "BORLEY": 1000, "CALDER": 300, "_U": 20}
LATER = FIRST | {"CALDER": 1050}
WORDS = "CALDER, clients for every thousand people: about as expected; before: clearly lower."


def brief(number: int, counts: dict[str, int | None]) -> Brief:
    shown = tables(counts)
    edition = make_edition(product_version=__version__, number=number)
    made = make_brief(edition=edition, tables=shown, findings=(), rule=shown["by_source"].rule)
    return replace(made, area_rates=tuple(rates(shown, [people()]).values()), benchmarks=(people().described(),))


def put(root: Path, told: Brief) -> Path:
    """Put manifest, page and data of a brief on a shelf, as a release does."""
    folder = root / str(told.edition.period) / str(told.edition.number) / told.edition.audience
    files = {f"data/{name}.csv": csv_bytes(table) for name, table in told.tables.items()}
    files |= {
        "data/area_rates.csv": area_rates_csv(told),
        "brief.html": brief_html(lay_out(told, charted=()), {}).encode(),
    }
    for path, data in (files | {"manifest.json": manifest_bytes(told, make_facts(), files)}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    root = tmp_path_factory.mktemp("verdicts")
    first = put(root, brief(1, FIRST))
    return first, put(root, with_revisions(brief(2, LATER), root, {}))


def release(folder: Path, **changes: Any) -> Release:
    """Read a folder for the audit, with something else in its manifest."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    told = json.loads(files["manifest.json"]) | changes
    key = "/".join(folder.parts[-3:])
    return read_release(key, files | {"manifest.json": json.dumps(told).encode()})


def test_the_revised_brief_says_which_verdict_changed(editions: tuple[Path, Path]):
    told = words((editions[1] / "brief.html").read_text("utf-8"))
    assert "What edition 1 said otherwise:" in told
    assert WORDS in told
    listed = json.loads((editions[1] / "manifest.json").read_bytes())["revisions"]["verdicts"]
    assert {(each["part"], each["group"]): (each["old"], each["new"]) for each in listed} == {
        ("area_rates", "ASHBY"): ("clearly_higher", "small_difference"),
        ("area_rates", "BORLEY"): ("higher_size_unsure", "small_difference"),
        ("area_rates", "CALDER"): ("clearly_lower", "about_as_expected"),
    }


def test_a_state_of_an_older_version_is_told_as_it_is_called(tmp_path: Path):
    folder = put(tmp_path, brief(1, FIRST))
    told = json.loads((folder / "manifest.json").read_bytes())["area_rates"]
    for each in told:
        each["state"] = "far_below" if each["group"] == "CALDER" else each["state"]
    rewrite(folder, area_rates=told)
    later = put(tmp_path, with_revisions(brief(2, LATER), tmp_path, {}))
    assert "CALDER, clients for every thousand people: about as expected; before: far below." in words(
        (later / "brief.html").read_text("utf-8")
    )
    earlier, own = release(folder), release(later)
    assert list(verdict_change_problems(own, {earlier.key: earlier, own.key: own})) == []


def test_an_edition_with_the_same_verdicts_says_nothing_of_them(tmp_path: Path):
    put(tmp_path, brief(1, FIRST))
    told = with_revisions(brief(2, FIRST | {"ASHBY": 1205}), tmp_path, {})
    assert told.revisions is not None
    assert told.revisions.verdicts == ()


def test_shares_limits_and_verdicts_of_both_lists_are_compared(editions: tuple[Path, Path]):
    old, new = map(read_published, editions)
    told = {each.place: (each.old, each.new) for each in compare(old, new).comparisons["area_rates"]}
    name = "residence_area_code.CALDER.clients_per_1000"
    assert told[f"{name}.state"] == ("clearly_lower", "about_as_expected")
    assert told[f"{name}.n"] == (300, 1050)
    assert {f"{name}.rate_low", f"{name}.ratio_high", f"{name}.is_clearly_below"} <= told.keys()


def test_a_list_that_an_older_version_does_not_have_makes_no_verdicts(editions: tuple[Path, Path]):
    old, new = map(read_published, editions)
    without = {name: value for name, value in old.manifest.items() if name not in {"area_rates", "waiting"}}
    older = replace(old, manifest=without)
    assert list(changed_verdicts(older, new)) == []
    assert all(each.old is None for each in compare(older, new).comparisons["area_rates"])


def test_waiting_times_and_flags_are_verdicts_too(editions: tuple[Path, Path]):
    old, new = map(read_published, editions)
    waits = {"finding_id": "w", "group": "AGED_55_PLUS", "state": "too_few_to_say"}
    flag = {"finding_id": "f", "group": "AGED_55_PLUS", "dimension": "group_code", "state": "clearly_lower"}
    before = replace(old, manifest=old.manifest | {"waiting": [waits], "findings": [flag | {"is_under_served": True}]})
    now = replace(new, manifest=new.manifest | {"waiting": [waits | {"state": "waits_longer"}], "findings": [flag]})
    found = {each.part: (each.old, each.new) for each in changed_verdicts(before, now)}
    assert found["waiting"] == ("too_few_to_say", "waits_longer")
    assert found["findings"] == ("under_served", "clearly_lower")


def problems(editions: tuple[Path, Path], change: Any = None) -> str:
    earlier, told = release(editions[0]), json.loads((editions[1] / "manifest.json").read_bytes())
    revisions = deepcopy(told["revisions"])
    if change is not None:
        change(revisions["verdicts"])
    later = release(editions[1], revisions=revisions)
    return " ".join(verdict_change_problems(later, {earlier.key: earlier, later.key: later}))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (None, ""),
        (lambda told: told.clear(), "of verdicts are not what changed since"),
        (lambda told: told[0].update(old="too_few_to_say"), "of verdicts are not what changed since"),
        (lambda told: told[0].update(new="clearly_higher"), "tell verdicts that it does not have"),
        (lambda told: told[0].update(group="CALDER"), "leaves out a verdict that changed"),
        (lambda told: told[0].pop("dimension"), "tell verdicts that it does not have"),
    ],
)
def test_the_audit_holds_what_is_told_against_both_editions(editions: tuple[Path, Path], change: Any, problem: str):
    assert problem in problems(editions, change)
    assert bool(problems(editions, change)) == bool(problem)


def test_the_list_of_briefs_names_areas_from_which_few_came(editions: tuple[Path, Path]):
    root = editions[0].parents[2]
    text = write_index(root).read_text("utf-8")
    assert text.count("Areas from which clearly fewer came: CALDER") == 1
    told = {"/".join(each.parts[-3:]): json.loads((each / "manifest.json").read_bytes()) for each in editions}
    assert [each for each in beside_problems(root, told) if "index" in each] == []
    (root / "index.html").write_text(text.replace("came: CALDER", "came: BORLEY"), encoding="utf-8")
    assert any("tells something else" in each for each in beside_problems(root, told))


# Real runs


AREAS = ("ASHBY", "BORLEY", "CALDER")
PEOPLE = {"_T": 3000, **dict.fromkeys(AREAS, 1000)}
HEAD = "benchmark_id,title,dimension,code,value,unit,reference_date,geography,population,dual_rule,caveat,source"
BENCHMARK = [
    f"own,people of our areas,residence_area_code,{code},{n},people,2026-01-01,ours,everybody,apart,Invented.,A test."
    for code, n in PEOPLE.items()
]


def with_areas(folder: Path) -> Workspace:
    """Write the hand-made workspace with a column of areas, their people and where its law centres stand."""
    made = write_workspace(folder)
    role = 'client_role = "Relationship"\n'
    made.edit("profiles/export.toml", role, f'{role}residence_area = "Area"\n')
    made.edit("profiles/export.toml", '"barrier", "residence_area", "outcome"', '"barrier", "outcome"')
    named = "".join(f'"{area}" = "{area}"\n' for area in AREAS)
    made.edit("profiles/export.toml", "[values.gender]", f"[values.residence_area]\n{named}[values.gender]")
    served = '[benchmarks]\ngeography = "ours"\npopulation = "everybody"\n[centre_areas]\nriverside = "ASHBY"\n'
    made.edit("caseload.toml", "[centres]", f"{served}[centres]")
    (made.folder / "benchmarks").mkdir(exist_ok=True)
    (made.folder / "benchmarks/areas.csv").write_text("\n".join([HEAD, *BENCHMARK, ""]), encoding="utf-8")
    rows = [*rows_from("ASHBY", 200, 1), *rows_from("BORLEY", 190, 201), *rows_from("CALDER", 40, 391)]
    made.put("2026-Q3.csv", rows)
    return made


def rows_from(area: str, n: int, first: int) -> list[dict[str, str]]:
    return [row | {"Area": area} for row in make_rows(n, first=first)]


@pytest.mark.slow
def test_late_cases_from_an_area_change_what_is_said_of_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]):
    made = with_areas(tmp_path / "workspace")
    made.run()
    assert "Areas without a law centre of this network, of those from which few clients came: CALDER" in words(
        page(made, 1)
    )
    made.put("late.csv", rows_from("CALDER", 160, 431))
    (edition,) = made.run().published
    assert (edition.edition, edition.is_new) == (2, True)
    listed = {each["group"]: (each["old"], each["new"]) for each in manifest(made, 2)["revisions"]["verdicts"]}
    assert listed["CALDER"][0] == "clearly_lower"
    assert "What edition 1 said otherwise:" in words(page(made, 2))
    assert audit_folder(shelf(made)).problems == ()
    assert main(["diff", str(shelf(made, "1", "public")), str(shelf(made, "2", "public"))]) == 0
    told = capfd.readouterr().out
    assert "Rates by area that changed:" in told
    assert "residence_area_code.CALDER.clients_per_1000.state: clearly_lower ->" in told
    rewrite(shelf(made, "2", "public"), revisions=manifest(made, 2)["revisions"] | {"verdicts": []})
    assert any("of verdicts are not what changed" in each for each in audit_folder(shelf(made)).problems)
    assert QUARTER in told
