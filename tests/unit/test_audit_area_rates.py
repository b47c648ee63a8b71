"""The auditor on rates by area: every figure and sentence is worked out again from the released files."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from io import StringIO
from typing import Any

import pytest
from area_rates import people, rates, tables

from pipelines import __version__
from pipelines.audit.area_rates import area_rate_problems
from pipelines.audit.area_sheet import area_sheet_problems
from pipelines.audit.labels import Labels
from pipelines.audit.reading import read_release
from pipelines.audit.sheets import Sheet, read_workbook
from pipelines.publish.area_data import area_rates_csv
from pipelines.publish.brief import Brief
from pipelines.publish.html import brief_html
from pipelines.publish.manifest import manifest_bytes
from pipelines.publish.opendata import csv_bytes
from pipelines.publish.page import lay_out
from pipelines.publish.workbook import workbook_bytes
from tests.builders import make_brief, make_edition, make_facts

KEY, PATH = "2026-Q3/1/network", "data/area_rates.csv"
NAMED = {"ASHBY": 100_000, "BORLEY": 100_000, "CALDER": 100_000, "DENBY": 500, "ELM": 700}
COUNTS = {"ASHBY": 1200, "BORLEY": 1000, "CALDER": 300, "DENBY": 10, "ABROAD": 30, "_U": 35}
Files = dict[str, bytes]
Change = Callable[[dict[str, dict[str, Any]]], Any]


def brief(counts: Mapping[str, int | None] = COUNTS, *, has_benchmark: bool = True) -> Brief:
    shown = tables(counts)
    found = rates(shown, [people(100.0, NAMED)] if has_benchmark else [], without=["north"])
    edition = make_edition(product_version=__version__)
    made = make_brief(edition=edition, tables=shown, findings=(), rule=shown["by_source"].rule)
    return replace(made, area_rates=tuple(found.values()), benchmarks=(people().described(),))


def files(told: Brief) -> Files:
    page = brief_html(lay_out(told, charted=()), {})
    made = {f"data/{name}.csv": csv_bytes(table) for name, table in told.tables.items()}
    if len(told.area_rates) > 1:
        made[PATH] = area_rates_csv(told)
    return made | {"brief.html": page.encode(), "manifest.json": manifest_bytes(told, make_facts(), {})}


@pytest.fixture(scope="module")
def released() -> Files:
    return files(brief())


def problems(made: Files) -> str:
    return " ".join(area_rate_problems(read_release(KEY, made)))


def changed(made: Files, change: Change) -> Files:
    """Change rates in the manifest, and in the data file alike, so that only their meaning is wrong."""
    manifest = json.loads(made["manifest.json"])
    named = {rate["group"]: rate for rate in manifest["area_rates"]}
    change(named)
    header, *rows = csv.reader(StringIO(made[PATH].decode()))
    columns = {"residence_area_code": "group", "share": "observed", "pool_code": "pool"}
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        rate = named[row[1]]
        values = [rate.get(columns.get(name, name), old) for name, old in zip(header, row, strict=True)]
        writer.writerow([str(each).lower() if isinstance(each, bool) else each for each in values])
    return made | {"manifest.json": json.dumps(manifest).encode(), PATH: file.getvalue().encode()}


def test_what_the_product_releases_follows_from_its_files(released: Files):
    assert problems(released) == ""


@pytest.mark.parametrize("counts", [COUNTS, {"ASHBY": 0, "BORLEY": 60, "CALDER": 5}, {"ASHBY": 90, "BORLEY": 90}])
def test_so_do_small_counts_and_areas_without_a_row(counts: dict[str, int | None]):
    assert problems(files(brief(counts))) == ""


def test_a_release_without_rates_holds_none():
    made = files(brief(has_benchmark=False))
    assert problems(made) == ""
    other = made | {PATH: area_rates_csv(brief())}
    assert "is there without rates" in problems(other)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda of: of["ASHBY"].update(n=1205), "ASHBY does not rest on published counts"),
        (lambda of: of["ASHBY"].update(rate=12.1), "ASHBY does not follow from its count and its population"),
        (lambda of: of["CALDER"].update(rate_low=2.7), "CALDER does not follow from its count"),
        (lambda of: of["CALDER"].update(rate_high=3.3), "CALDER does not follow from its count"),
        (lambda of: of["ASHBY"].update(population=90_000.0), "populations that do not add up"),
        (lambda of: of["_POOLED"].update(n=11), "_POOLED does not rest on published counts"),
        (lambda of: of["DENBY"].update(n=10), "DENBY is told with others or withheld and still holds numbers"),
        (lambda of: of["CALDER"].update(benchmark_low=0.3), "a share of people that its population does not give"),
        (lambda of: of["CALDER"].update(base=2600), "holds shares that do not follow from its counts"),
        (lambda of: of["CALDER"].update(state="too_few_to_say"), "a state that its limits do not give"),
        (lambda of: of["CALDER"].update(is_clearly_below=False), "against the rule"),
        (lambda of: of["CALDER"].update(is_told=False), "leave out a sentence about CALDER"),
        (lambda of: of["CALDER"].update(is_under_served=True), "called under-served, which no area is"),
        (lambda of: of["CALDER"].update(family_size=2), "another number of comparisons than there are"),
        (lambda of: of["CALDER"].update(statement="Nobody helps anybody in CALDER."), "say of CALDER something"),
        (lambda of: of["_T"].update(n=2500), "_T does not rest on published counts"),
        (lambda of: of["_T"].update(sources_without=[]), "say of _T something that its numbers do not"),
        (lambda of: of["ASHBY"].update(rate="many"), "hold something that is none"),
    ],
)
def test_a_rate_that_says_something_else_is_found(released: Files, change: Change, problem: str):
    assert problem in problems(changed(deepcopy(released), change))


def test_areas_told_together_are_those_that_the_rule_names(released: Files):
    def apart(of: dict[str, dict[str, Any]]) -> None:
        of["DENBY"].update(state="withheld", pool="")

    assert "put other areas together than the rule names" in problems(changed(released, apart))


def test_the_data_file_and_the_page_say_what_the_manifest_says(released: Files):
    other = released[PATH].replace(b"CALDER,clients,300", b"CALDER,clients,305")
    assert f"{PATH} differs from manifest.json" in problems(released | {PATH: other})
    page = released["brief.html"]
    silent = page.replace(b"This is clearly fewer than in all areas together.", b"")
    assert "say less on brief.html" in problems(released | {"brief.html": silent})
    moved = page.replace(b">CALDER</th>", b">BORLEY</th>")
    assert "stand on brief.html beside another area" in problems(released | {"brief.html": moved})
    verdict = page.replace(b"Clearly lower", b"About as expected")
    assert "stand on brief.html beside another area or verdict" in problems(released | {"brief.html": verdict})


def test_a_rate_of_a_hidden_count_is_found(released: Files):
    table = "data/by_residence_area.csv"
    lines = released[table].decode().splitlines()
    hidden = [f"2026-Q3,CALDER,clients,,,C,{each.rpartition(',')[2]}" if ",CALDER," in each else each for each in lines]
    made = released | {table: ("\n".join(hidden) + "\n").encode()}
    assert "the rate of CALDER rests on a hidden count" in problems(made)


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    told = brief()
    book = read_workbook(workbook_bytes(told, lay_out(told)))
    return next(each for each in book.sheets if each.table_name == "area_rates")


def sheet_problems(made: Files, sheet: Sheet) -> str:
    return " ".join(area_sheet_problems(read_release(KEY, made), sheet, Labels(), place="tables.xlsx"))


@pytest.mark.parametrize(
    ("code", "column", "text"),
    [
        ("_T", 0, "Small areas together"),
        ("_POOLED", 0, "Small arees together"),
        ("DENBY", 0, "This area is told together with other small ones."),
        ("CALDER", 10, "Clearly higher"),
        ("DENBY", 10, "About as expected"),
    ],
)
def test_a_name_or_a_verdict_of_another_row_in_the_sheet_of_rates_is_found(released, sheet, code, column, text):
    changed_row = {row: (*row[:column], text, *row[column + 1 :]) for row in sheet.rows if row[1] == code}
    other = replace(sheet, rows=tuple(changed_row.get(row, row) for row in sheet.rows))
    assert sheet_problems(released, sheet) == ""
    assert len(changed_row) == 1
    assert "tables.xlsx differs from manifest.json" in sheet_problems(released, other)
