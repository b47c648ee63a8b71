"""Law centres by area: a column beside the rates, the areas without any, and nothing where nothing is stated."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from area_rates import people, rates, tables
from workspaces import Workspace

from pipelines import __version__
from pipelines.analysis.area_benchmarks import require_areas
from pipelines.audit.area_rates import area_rate_problems
from pipelines.audit.places import place_problems
from pipelines.audit.reading import read_release
from pipelines.errors import SettingsError
from pipelines.publish.area_data import area_rates_csv
from pipelines.publish.area_section import area_section
from pipelines.publish.area_sheet import area_sheet
from pipelines.publish.brief import Brief
from pipelines.publish.html import brief_html
from pipelines.publish.manifest import manifest_bytes
from pipelines.publish.opendata import csv_bytes
from pipelines.publish.page import lay_out
from pipelines.publish.places import centre_places
from tests.builders import make_brief, make_edition, make_facts

KEY, PATH = "2026-Q3/1/network", "data/area_rates.csv"
NAMED = {"ASHBY": 100_000, "BORLEY": 100_000, "CALDER": 100_000, "DENBY": 500, "ELM": 700}
COUNTS = {"ASHBY": 1200, "BORLEY": 1000, "CALDER": 300, "DENBY": 10, "_U": 35}
CENTRES = {"quay": "Quay Law Centre", "mill": "Mill & Lane Law Centre", "elm": "Elm Law Centre"}
AREAS = {"quay": ("ASHBY",), "mill": ("ASHBY", "BORLEY"), "elm": ("ELM",)}
Files = dict[str, bytes]


def brief(areas: dict[str, tuple[str, ...]] = AREAS) -> Brief:
    shown = tables(COUNTS)
    edition = make_edition(product_version=__version__)
    made = make_brief(edition=edition, tables=shown, findings=(), rule=shown["by_source"].rule)
    found = tuple(rates(shown, [people(100.0, NAMED)]).values())
    places = centre_places(areas, CENTRES, found)
    return replace(made, area_rates=found, benchmarks=(people().described(),), centre_places=places)


def files(told: Brief) -> Files:
    page = brief_html(lay_out(told, charted=()), {})
    made = {f"data/{name}.csv": csv_bytes(table) for name, table in told.tables.items()} | {PATH: area_rates_csv(told)}
    return made | {"brief.html": page.encode(), "manifest.json": manifest_bytes(told, make_facts(), {})}


def text(made: Files) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", made["brief.html"].decode()).split())


def numbers(made: Files) -> dict[str, str]:
    return {row["residence_area_code"]: row["n_centres"] for row in csv.DictReader(StringIO(made[PATH].decode()))}


@pytest.fixture(scope="module")
def released() -> Files:
    return files(brief())


def problems(made: Files) -> str:
    release = read_release(KEY, made)
    return " ".join([*place_problems(release), *area_rate_problems(release)])


def test_each_area_counts_and_names_its_law_centres_once(released: Files):
    assert numbers(released) == {
        "_T": "3", "ASHBY": "2", "BORLEY": "1", "CALDER": "0", "DENBY": "0", "ELM": "1", "_POOLED": "1",
    }  # fmt: skip
    assert "Quay Law Centre; Mill &amp; Lane Law Centre" in released["brief.html"].decode()
    assert problems(released) == ""


def test_an_area_without_a_law_centre_and_with_few_clients_is_told_with_its_caution(released: Files):
    told = text(released)
    assert "Areas without a law centre of this network, of those from which few clients came: CALDER" in told
    assert "These figures do not show that nobody gives advice there" in told


def test_an_area_with_a_law_centre_is_not_called_bare():
    told = text(files(brief(AREAS | {"elm": ("CALDER",)})))
    assert "Areas without a law centre of this network, of those" not in told
    assert "Every area from which these figures show that few clients came has a law centre of this network." in told


def test_what_is_said_of_an_area_does_not_depend_on_a_count_that_its_rate_does_not_tell():
    # DENBY is told together with others: that nobody stands there is public, that few came from it is not told.
    assert "few clients came: CALDER" in text(files(brief()))
    assert "DENBY" not in text(files(brief())).partition("few clients came: CALDER")[2].partition("People who live")[0]


def test_a_network_that_states_nothing_has_the_same_files_as_before():
    silent = brief({})
    assert "n_centres" not in area_rates_csv(silent).decode()
    assert "centre_places" not in json.loads(files(silent)["manifest.json"])
    assert "Law centres here" not in text(files(silent))
    assert problems(files(silent)) == ""


def test_a_law_centre_in_none_of_the_areas_of_the_benchmark_is_not_told_of():
    elsewhere = brief(AREAS | {"mill": ("FARAWAY",)})
    assert [place.centre_id for place in elsewhere.centre_places] == ["quay", "elm"]
    assert problems(files(elsewhere)) == ""
    assert brief({"mill": ("FARAWAY",)}).centre_places == ()


def test_the_workbook_names_them_too():
    sheet = area_sheet(brief(), name="Rates", contents="Contents")
    assert sheet.columns[-1].head == "Law centres here"
    assert {row.values[1]: row.values[-1] for row in sheet.rows}["CALDER"] == "None"
    assert {row.values[1]: row.values[-1] for row in sheet.rows}["BORLEY"] == "Mill & Lane Law Centre"


def test_the_column_stands_before_the_verdict():
    table = next(block for block in area_section(brief(), ()).blocks if hasattr(block, "columns"))
    assert len(table.columns) == 6
    assert all(len(row.cells) == 5 for group in table.groups for row in group.rows)


Change = Callable[[dict[str, Any]], Any]


def changed(made: Files, change: Change) -> Files:
    manifest = json.loads(made["manifest.json"])
    change(manifest)
    return made | {"manifest.json": json.dumps(manifest).encode()}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda told: told["centre_places"][0].update(areas=["CALDER"]), "counts other law centres"),
        (lambda told: told["centre_places"][0].update(areas=["CALDER"]), "names other law centres in an area"),
        (lambda told: told["centre_places"][0].update(areas=["CALDER"]), "lists other areas without a law centre"),
        (lambda told: told["centre_places"][0].update(name="Another"), "names other law centres in an area"),
        (lambda told: told["centre_places"][0].update(areas=["NOWHERE"]), "or their areas otherwise"),
        (lambda told: told["centre_places"][1].update(centre_id="quay"), "or their areas otherwise"),
        (lambda told: told.pop("centre_places"), "counts other law centres"),
        (lambda told: told["centre_places"].append("x"), "hold something that is none"),
    ],
)
def test_a_law_centre_in_another_place_is_found(released: Files, change: Change, problem: str):
    assert problem in problems(changed(deepcopy(released), change))


def test_another_id_of_a_law_centre_that_the_tables_know_is_found(released: Files):
    def renamed(told: dict[str, Any]) -> None:
        told["labels"]["centre_id"] = dict(CENTRES)
        told["centre_places"][0]["centre_id"] = "quai"

    assert "names law centres or their areas otherwise" in problems(changed(deepcopy(released), renamed))


def test_a_changed_file_or_page_is_found(released: Files):
    lines = released[PATH].decode().splitlines()
    other = [each.replace(",0,A,", ",1,A,") if ",CALDER," in each else each for each in lines]
    assert "counts other law centres" in problems(released | {PATH: ("\n".join(other) + "\n").encode()})
    page = released["brief.html"].replace(b"<li>CALDER</li>", b"<li>BORLEY</li>")
    page = re.sub(rb"<li>(<[^>]*>)?CALDER(<[^>]*>)?</li>", rb"<li>\1BORLEY\2</li>", page)
    assert "lists other areas" in problems(released | {"brief.html": page})
    moved = released["brief.html"].replace(b"Quay Law Centre; ", b"")
    assert "names other law centres" in problems(released | {"brief.html": moved})


# Settings


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ('riversid = "ASHBY"', 'centre_areas.riversid: there is no such law centre. Did you mean "riverside"?'),
        ("riverside = []", "centre_areas.riverside must name at least one area"),
        ('riverside = ["ASHBY", "ASHBY"]', "centre_areas.riverside names an area twice"),
        ("riverside = 3", "centre_areas.riverside must be a list"),
    ],
)
def test_a_wrong_place_is_told(workspace: Workspace, stated: str, told: str):
    workspace.edit("caseload.toml", "[centres]", f"[centre_areas]\n{stated}\n[centres]")
    with pytest.raises(SettingsError, match=re.escape(told)):
        _ = workspace.settings


def test_an_area_that_no_benchmark_has_stops_the_run():
    known = [people(named=NAMED)]
    require_areas(known, {"quay": ("ASHBY",)})
    with pytest.raises(SettingsError, match=re.escape('centre_areas.quay: "CALDR". Did you mean "CALDER"')):
        require_areas(known, {"quay": ("ASHBY", "CALDR")})
    with pytest.raises(SettingsError, match="No benchmark of areas has these areas"):
        require_areas([], {"quay": ("ASHBY",)})


def test_a_check_stops_before_anything_is_read(workspace: Workspace):
    workspace.edit("caseload.toml", "[centres]", '[centre_areas]\nriverside = "NOWHERE"\n[centres]')
    with pytest.raises(SettingsError, match="No benchmark of areas has these areas"):
        workspace.run()
