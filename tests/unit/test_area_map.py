"""The map of rates: a tile for each region with its rate, classes by a public rule, and an auditor who measures it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from area_rates import people, rates, tables
from rounded import ROUNDED

from pipelines import __version__
from pipelines.audit import file_problems
from pipelines.audit.area_map import map_drawing_problems
from pipelines.audit.markup import read_markup
from pipelines.audit.reading import Release, read_release
from pipelines.publish.area_data import area_rates_csv
from pipelines.publish.area_section import area_section
from pipelines.publish.brief import Brief
from pipelines.publish.chart_rates import class_of, rates_described
from pipelines.publish.charts import chart_for, charts_of
from pipelines.publish.chartspec import Drawing, chart_style
from pipelines.publish.drawing import draw, figure_defects, text_width
from pipelines.publish.layout import lay_out, stand_alone
from pipelines.publish.layout_heat import LEVELS
from pipelines.publish.manifest import manifest_bytes
from pipelines.publish.opendata import csv_bytes
from pipelines.publish.release import render
from pipelines.publish.sentences import to_text
from pipelines.publish.trace import trace
from tests.builders import make_brief, make_edition, make_facts
from tests.compared import REGIONS

NAMES = {code: name for code, (name, _) in REGIONS.items()}
PEOPLE = dict.fromkeys(NAMES, 100_000) | {"E12000001": 900, "E12000009": 800}
# The rate of all areas is 2.5: classes from the lowest to the highest, one count too small, two areas together.
COUNTS = {
    "E12000001": 5, "E12000002": 100, "E12000003": 150, "E12000004": 250, "E12000005": 350, "E12000006": 5,
    "E12000007": 820, "E12000008": 200, "E12000009": 5, "W92000004": 240, "S92000003": 225, "N92000002": 175,
}  # fmt: skip


def brief(
    named: Mapping[str, str] = NAMES,
    counts: Mapping[str, int | None] = COUNTS,
    sizes: Mapping[str, int] = PEOPLE,
) -> Brief:
    shown = tables(counts, rule=ROUNDED)
    edition = make_edition(product_version=__version__)
    made = make_brief(edition=edition, tables=shown, findings=(), rule=shown["by_source"].rule)
    found = tuple(rates(shown, [people(100.0, sizes)]).values())
    labels = dict(made.labels) | {"residence_area_code": dict(named)}
    return replace(made, area_rates=found, benchmarks=(people().described(),), labels=labels)


BRIEF = brief()


@pytest.fixture(scope="module")
def drawn() -> Drawing:
    return draw(chart_for(BRIEF, "area_rates"))


@pytest.fixture(scope="module")
def release() -> Release:
    made = {f"data/{name}.csv": csv_bytes(table) for name, table in BRIEF.tables.items()}
    made |= {"data/area_rates.csv": area_rates_csv(BRIEF), "manifest.json": manifest_bytes(BRIEF, make_facts(), {})}
    manifest = json.loads(made["manifest.json"])
    manifest["labels"]["residence_area_code"] |= NAMES
    return read_release("2026-Q3/1/network", made | {"manifest.json": json.dumps(manifest).encode()})


def problems(release: Release, svg: str) -> str:
    return " ".join(
        problem
        for each in read_markup(svg).all("svg")
        for problem in map_drawing_problems(release, "charts/area_rates.svg", each)
    )


def test_every_area_has_a_tile_with_its_rate_or_the_reason_why_it_has_none():
    tiles = {tile.label: tile for tile in chart_for(BRIEF, "area_rates").plot.tiles}
    assert len(tiles) == 12
    assert (tiles["London"].share[0][0], tiles["North West"].share[0][0]) == ("8.20", "1.00")
    assert (tiles["North East"].figure[0][0], tiles["South West"].figure[0][0]) == ("together", "together")
    assert (tiles["East of England"].figure[0][0], tiles["East of England"].is_hidden) == ("few", True)


def test_classes_follow_the_ratio_to_all_areas_and_a_bound_belongs_to_the_class_above():
    assert [class_of(ratio) for ratio in (0.0, 0.499, 0.5, 0.799, 0.8, 1.249, 1.25, 1.99, 2.0, 9.0)] == [
        0, 0, 1, 1, 2, 2, 3, 3, 4, 4,
    ]  # fmt: skip


def test_there_is_a_class_and_its_words_for_every_colour():
    keys = chart_for(BRIEF, "area_rates").plot.keys
    assert [mark for mark, _ in keys if mark] == ["heat_0", "heat_1", "heat_2", "heat_3", "heat_4"]
    assert class_of(1e9) == LEVELS - 1


def test_areas_that_are_no_regions_have_the_table_alone():
    towns = {code: f"Town {at}" for at, code in enumerate(NAMES)}
    elsewhere = replace(
        BRIEF,
        labels={"residence_area_code": towns},
        area_rates=tuple(replace(rate, group=rate.group.replace("000", "X")) for rate in BRIEF.area_rates),
    )
    assert chart_for(elsewhere, "area_rates") is None
    table = next(block for block in area_section(elsewhere, ()).blocks if hasattr(block, "columns"))
    assert not table.is_folded


def test_the_map_stands_above_its_table_and_is_described():
    assert "area_rates" in [spec.chart_id for spec in charts_of(BRIEF)]
    blocks = area_section(BRIEF, ("area_rates",)).blocks
    kinds = [type(block).__name__ for block in blocks]
    assert kinds.index("Picture") < kinds.index("Table")
    assert "The highest and the lowest rate shown are London (8.20) and North West (1.00)." in to_text(
        rates_described(BRIEF)
    )


def test_the_map_is_legible_and_every_figure_is_cited(drawn: Drawing):
    spec = chart_for(BRIEF, "area_rates")
    wide, narrow = (lay_out(spec, is_narrow=flag, measure=text_width) for flag in (False, True))
    for canvas in (wide, narrow, stand_alone(spec, wide, measure=text_width)):
        assert figure_defects(canvas) == []
    for shown in (drawn.wide, drawn.narrow, drawn.svg.decode()):
        assert trace(shown, BRIEF.tables, findings=BRIEF.area_rates) == []


def test_what_is_drawn_is_what_the_manifest_says(release: Release, drawn: Drawing):
    assert [problems(release, svg) for svg in (drawn.wide, drawn.narrow, drawn.svg.decode())] == [""] * 3


def test_another_colour_is_found(release: Release, drawn: Drawing):
    colours = chart_style()["colours"]
    svg = drawn.svg.decode()
    tile = re.search(rf"<path [^>]*{colours['heat_4']}", svg)
    other = svg[: tile.start()] + svg[tile.start() :].replace(colours["heat_4"], colours["heat_1"], 1)
    assert "with another rate, mark or colour than its own" in problems(release, other)


def test_swapped_names_and_marks_are_found(release: Release, drawn: Drawing):
    svg = drawn.svg.decode()
    swapped = svg.replace(">London<", ">X<").replace(">Wales<", ">London<").replace(">X<", ">Wales<")
    assert "E12000007 with another rate" in problems(release, swapped)
    assert "E12000006 with another rate" in problems(release, svg.replace(">few<", ">together<", 1))
    assert "draws other areas" in problems(release, svg.replace(">London<", ">Londinium<"))


def test_a_tile_in_the_place_of_another_is_found(release: Release, drawn: Drawing):
    svg = drawn.svg.decode()
    tile = r'<path d="M [^"]* z" style="fill: #(?!ffffff)[0-9a-f]{6}"/>\n<text'
    fields = [match[0] for match in re.finditer(tile, svg)]
    assert len(fields) >= 9
    first, second = fields[1], fields[2]
    places = [re.search(r'd="([^"]*)"', each)[1] for each in (first, second)]
    moved = svg.replace(first, first.replace(places[0], places[1]))
    assert "in the place of another one" in problems(release, moved)


def test_a_whole_release_with_the_map_is_in_order():
    # Codes that are names have no label of their own, and their long words are broken over lines.
    codes = {code: name.upper().replace(" ", "_") for code, name in NAMES.items()}
    counts = {codes[code]: n for code, n in COUNTS.items()}
    sizes = {codes[code]: n for code, n in PEOPLE.items()}
    told = brief({}, counts, sizes)
    files = render(told, make_facts())
    assert "charts/area_rates.svg" in files
    assert file_problems("2026-Q3/1/network", files) == []
