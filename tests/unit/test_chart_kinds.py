"""Every kind of chart: what it shows, what it leaves to the table, and that all of it can be read and traced."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from pipelines.publish.chart_words import chart_description
from pipelines.publish.charts import chart_for, charts_of
from pipelines.publish.chartspec import CLEAR, FLAGGED, HIDDEN, LIGHT, STRONG, WORDS, Bar, Bars, Heat, TileMap
from pipelines.publish.drawing import draw, figure_defects, text_width
from pipelines.publish.layout import lay_out, stand_alone
from pipelines.publish.marks import DIAMOND, Box, Canvas, Dot, Text
from pipelines.publish.sentences import to_html, to_text
from pipelines.publish.trace import trace
from tests.builders import make_brief
from tests.compared import compared_brief, findings, trend_brief
from tests.rounded import centre_brief

BRIEFS = {
    "compared": compared_brief(), "exact": make_brief(), "centre": centre_brief(), "trend": trend_brief(),
}  # fmt: skip
BRIEF = BRIEFS["compared"]
CHARTS = [(name, spec.chart_id) for name, brief in BRIEFS.items() for spec in charts_of(brief)]
IDS = ["-".join(each) for each in CHARTS]


def canvases(spec) -> tuple[Canvas, Canvas, Canvas]:
    wide, narrow = (lay_out(spec, is_narrow=flag, measure=text_width) for flag in (False, True))
    return wide, narrow, stand_alone(spec, wide, measure=text_width)


def texts(canvas: Canvas) -> list[str]:
    return [mark.text for mark in canvas.marks if isinstance(mark, Text)]


@pytest.mark.parametrize(("name", "chart_id"), CHARTS, ids=IDS)
def test_every_chart_is_legible_wide_narrow_and_alone(name, chart_id):
    assert [figure_defects(canvas) for canvas in canvases(chart_for(BRIEFS[name], chart_id))] == [[], [], []]


@pytest.mark.parametrize(("name", "chart_id"), CHARTS, ids=IDS)
def test_every_figure_of_a_chart_and_of_its_description_is_a_published_cell(name, chart_id):
    brief = BRIEFS[name]
    drawing = draw(chart_for(brief, chart_id))
    said = to_html(chart_description(brief, chart_id))
    for shown in (drawing.wide, drawing.narrow, drawing.svg.decode(), said):
        assert trace(shown, brief.tables, findings=brief.findings) == []


@pytest.mark.parametrize(("name", "chart_id"), CHARTS, ids=IDS)
def test_a_page_shows_no_word_that_the_picture_lacks(name, chart_id):
    drawn = draw(chart_for(BRIEFS[name], chart_id))
    words = [Counter(words_of(svg)) for svg in (drawn.wide, drawn.narrow, drawn.svg.decode())]
    assert (words[0] <= words[2], words[1] <= words[2]) == (True, True)


def words_of(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own drawing
    found = root.iter("{http://www.w3.org/2000/svg}text")
    return [word for each in found for word in "".join(each.itertext()).split()]


def test_every_two_way_table_has_a_heat_map_and_the_ratios_come_last():
    found = charts_of(BRIEF)
    assert found[-1].chart_id == "representation"
    assert {spec.chart_id for spec in found if isinstance(spec.plot, Heat)} == {
        "by_gender_age_group", "by_gender_advice", "by_age_group_advice", "by_nationality_class_advice",
        "by_group_of_interest_advice",
    }  # fmt: skip


def test_compared_bars_are_shares_of_those_known_beside_their_population():
    plot = chart_for(BRIEF, "by_nationality").plot
    bars = {bar.label: bar for bar in plot.bars}
    bulgaria = bars["Bulgaria"]
    assert (bulgaria.kind, bulgaria.value, bulgaria.benchmark) == (STRONG, 610 / 4795, (0.06, 0.06))
    assert bulgaria.shown == "610 (12.7%)"
    assert bulgaria.low < bulgaria.value < bulgaria.high
    assert (bars["Romania"].kind, bars["Portugal"].benchmark, bars["Portugal"].shown) == (LIGHT, None, "395")
    assert (bars["Not known"].kind, bars["Not known"].shown) == (WORDS, "15")


def test_a_benchmark_stands_on_the_scale_of_the_bars():
    plot = chart_for(BRIEF, "by_nationality").plot
    canvas = lay_out(chart_for(BRIEF, "by_nationality"), is_narrow=False, measure=text_width)
    bars = [
        mark for mark in canvas.marks if isinstance(mark, Box) and mark.colour in {"bar", "light"} and mark.height > 9
    ]
    ticks = [mark for mark in canvas.marks if isinstance(mark, Box) and mark.colour == "benchmark"][1:]
    at = next(k for k, bar in enumerate(plot.bars) if bar.label == "Bulgaria")
    scale = bars[0].width / plot.bars[0].value
    middle = next(tick.x + tick.width / 2 for tick in ticks if bars[at].y - 4 < tick.y < bars[at].y)
    assert middle - bars[at].x == pytest.approx(0.06 * scale)


def test_a_benchmark_that_is_a_range_is_drawn_as_one():
    bar = next(bar for bar in chart_for(BRIEF, "by_age_group").plot.bars if bar.label == "55 to 64")
    assert bar.benchmark == (0.11, 0.14)


def test_limits_beyond_the_scale_do_not_flatten_the_bars():
    wide = tuple(replace(each, high=1.0) for each in findings())
    canvas = lay_out(chart_for(compared_brief(findings=wide), "by_nationality"), is_narrow=False, measure=text_width)
    longest = max(mark.width for mark in canvas.marks if isinstance(mark, Box) and mark.colour == "light")
    assert longest > 0.3 * canvas.width


@pytest.mark.parametrize("largest", [0.18, 0.36, 0.5, 0.76, 0.96])
@pytest.mark.parametrize(("kind", "words"), [(HIDDEN, "[c] hidden"), (WORDS, "fewer than 10")])
def test_no_line_of_the_scale_runs_through_words_in_the_place_of_a_bar(largest, kind, words):
    spec = chart_for(BRIEF, "by_age_group")
    shown = Bar("18 or over, not known more closely", LIGHT, largest, (("99", ""),))
    bars = (shown, Bar("55 to 64", kind, None, ((words, ""),)))
    canvas = lay_out(replace(spec, plot=replace(spec.plot, bars=bars)), is_narrow=False, measure=text_width)
    assert words in texts(canvas)
    assert figure_defects(canvas) == []


def test_ratios_begin_with_groups_who_may_be_missed_and_flag_by_shape():
    spec = chart_for(BRIEF, "representation")
    assert [row.label for row in spec.plot.rows][:5] == [
        "Groups who may be missed", "People aged 55 and over", "Dual nationals", "Family members of EEA clients",
        "Nationality",
    ]  # fmt: skip
    kinds = {row.label: row.kind for row in spec.plot.rows}
    assert (kinds["People aged 55 and over"], kinds["Bulgaria"]) == (FLAGGED, CLEAR)
    canvas = lay_out(spec, is_narrow=False, measure=text_width)
    filled = [mark for mark in canvas.marks if isinstance(mark, Dot) and mark.shape == DIAMOND]
    assert len(filled) == 1
    assert spec.title == "Under-served: People aged 55 and over"


def test_a_hidden_ratio_says_that_it_is_hidden_and_nothing_else():
    spec = chart_for(BRIEF, "representation")
    row = next(row for row in spec.plot.rows if row.label.startswith("Family"))
    assert (row.kind, row.verdict, row.figure, row.low, row.ratio, row.high) == (
        HIDDEN,
        "[c] hidden",
        (),
        None,
        None,
        None,
    )


def test_ratios_keep_to_what_is_legible_and_say_so():
    many = (*findings(), *(replace(findings()[3], finding_id=f"x{k}", group=f"X{k}") for k in range(30)))
    spec = chart_for(compared_brief(findings=many), "representation")
    told = [row.label for row in spec.plot.rows if not row.is_head]
    assert len(told) == 16
    assert {"People aged 55 and over", "Bulgaria", "France"} <= set(told)
    assert "the table has all groups" in spec.note


def test_no_ratio_gives_no_chart():
    assert chart_for(make_brief(), "representation") is None


def test_a_heat_map_shows_shares_with_counts_and_hides_small_ones_in_words():
    spec = chart_for(BRIEF, "by_gender_advice")
    assert spec.plot.columns == ("All", "Female", "Male")
    cells = {row.label: row.cells for row in spec.plot.rows}
    first = cells["Welfare benefits"][1]
    assert (len(first.share), len(first.count), 0 < first.strength < 1) == (1, 1, True)
    small = [cell for row in cells.values() for cell in row if not cell.share]
    assert {cell.count[0][0] for cell in small} == {"fewer than 10"}


def test_a_narrow_heat_map_keeps_everybody_and_the_largest_groups():
    spec = chart_for(BRIEF, "by_age_group_advice")
    narrow = [text for text in texts(canvases(spec)[1]) if text in spec.plot.columns]
    assert narrow == ["All", "25 to 34", "35 to 44", "45 to 54"]


def test_hidden_cells_of_a_heat_map_are_hatched_and_marked():
    brief = BRIEFS["centre"]
    spec = chart_for(brief, "by_age_group_advice")
    hidden = sum(cell.is_hidden for row in spec.plot.rows for cell in row.cells)
    wide = canvases(spec)[0]
    hatched = [mark for mark in wide.marks if isinstance(mark, Box) and mark.hatched]
    assert 0 < len(hatched) <= hidden
    assert len({(box.width, box.height) for box in hatched}) == 1
    assert texts(wide).count("[c]") == len(hatched)


def test_recording_is_set_beside_its_target_and_gaps_are_said_in_words():
    panels = {
        panel.label: {bar.label: bar for bar in panel.bars}
        for panel in chart_for(BRIEF, "by_source_recorded").plot.panels
    }
    riverside = panels["Riverside, Settled Futures"]
    assert (riverside["Outcome"].kind, riverside["Outcome"].shown) == (WORDS, "not collected")
    assert (riverside["Nationality"].kind, riverside["Nationality"].shown) == (LIGHT, "99%")
    below = riverside["Main client or family member"]
    assert (below.kind, below.shown) == (STRONG, "72%")
    assert panels["Castle Quay families and friends of the settlement scheme"]["Age"].kind == HIDDEN


def test_regions_have_equal_tiles_and_other_areas_have_bars():
    spec = chart_for(BRIEF, "by_residence_area")
    tiles = {tile.label: tile for tile in spec.plot.tiles}
    assert (tiles["London"].strength, tiles["London"].figure[0][0]) == (1.0, "1,850")
    assert (tiles["Wales"].is_hidden, tiles["East of England"].figure[0][0]) == (True, "fewer than 10")
    assert "Not known: 320 (6.7%)" in texts(canvases(spec)[0])
    table = BRIEF.tables["by_residence_area"]
    towns = {code: f"Town {code[-1]}" for code in BRIEF.labels["residence_area_code"]}
    named = table.frame.with_columns(residence_area_code=table.frame["residence_area_code"].str.replace("^[EWSN]", "X"))
    elsewhere = replace(
        BRIEF, tables={table.table_id: replace(table, frame=named)}, labels={"residence_area_code": towns}
    )
    assert isinstance(chart_for(elsewhere, table.table_id).plot, Bars)
    assert isinstance(spec.plot, TileMap)


def test_a_description_names_the_largest_and_the_flagged():
    assert to_text(chart_description(BRIEF, "by_nationality")) == (
        "Bar chart with a mark for the population beside each bar. The largest figures shown are Romania (1,180, 25%), "
        "Poland (905, 19%) and Bulgaria (610, 13%). Clearly different from the population: Bulgaria and France. "
        "The figures are in the table below."
    )
    assert "Under-served: People aged 55 and over (0.70)." in to_text(chart_description(BRIEF, "representation"))


def test_sources_are_not_ranked_in_a_description():
    assert to_text(chart_description(BRIEF, "by_source")) == "Bar chart. The figures are in the table below."
