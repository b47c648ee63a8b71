"""Charts: order, hidden marks, lint, and what is left to the table."""

from dataclasses import replace

import pytest

from pipelines.errors import SettingsError
from pipelines.publish.charts import chart_for, charts_of
from pipelines.publish.chartspec import HIDDEN, LIGHT
from pipelines.publish.drawing import draw, figure_defects, text_width
from pipelines.publish.layout import lay_out, stand_alone
from pipelines.publish.lint import chart_defects, require_clean
from pipelines.publish.marks import Box, Canvas, Dot, Stroke, Text, wrapped
from tests.builders import make_brief, one_way

BRIEF = make_brief()
NAMES = [spec.chart_id for spec in charts_of(BRIEF)]


def test_bars_are_ranked_with_ties_and_hidden_in_code_order():
    counts = {"F": 20, "M": 50, "X": 20, "Z": None, "A": None}
    table = one_way("by_gender", "gender_code", counts, total=100, unknown=None)
    bars = chart_for(replace(BRIEF, tables={"by_gender": table}), "by_gender").plot.bars
    assert [bar.label for bar in bars] == ["Male", "Female", "Another gender", "Z", "A", "Not known"]
    assert [bar.kind for bar in bars[3:]] == [HIDDEN] * 3


def test_ages_keep_their_order_and_not_known_is_last_and_light():
    bars = chart_for(BRIEF, "by_age_group").plot.bars
    assert [bar.label for bar in bars][:3] == ["Under 18", "18 to 24", "25 to 34"]
    assert bars[-1].kind == LIGHT


def test_rows_beyond_the_limit_are_left_out_and_said():
    spec = chart_for(BRIEF, "by_centre")
    assert len(spec.plot.bars) == 15
    assert "other rows are in the table" in spec.note


def test_a_hidden_bar_has_a_fixed_size_and_no_figure():
    canvas = lay_out(chart_for(BRIEF, "by_nationality_class"), is_narrow=False, measure=text_width)
    stubs = [mark for mark in canvas.marks if isinstance(mark, Box) and mark.hatched]
    assert {stub.width for stub in stubs} == {16.0}
    assert all(mark.ref == "" for mark in canvas.marks if isinstance(mark, Text) and mark.text == "[c] hidden")


def test_bars_are_proportional_to_published_counts():
    spec = chart_for(BRIEF, "by_age_group")
    canvas = lay_out(spec, is_narrow=False, measure=text_width)
    widths = [mark.width for mark in canvas.marks if isinstance(mark, Box)]
    assert [width / widths[0] for width in widths] == pytest.approx(
        [bar.value / spec.plot.bars[0].value for bar in spec.plot.bars]
    )


def test_a_hidden_quarter_is_a_gap_and_a_provisional_one_hollow():
    spec = chart_for(BRIEF, "by_period")
    canvas = lay_out(spec, is_narrow=False, measure=text_width)
    dots = [mark for mark in canvas.marks if isinstance(mark, Dot)]
    segments = [mark for mark in canvas.marks if isinstance(mark, Stroke) and mark.width > 2 and mark.colour == "bar"]
    assert len(dots) == len(spec.plot.points) - 1
    assert len(segments) == len(spec.plot.points) - 3
    assert [dot.hollow for dot in dots] == [False] * 12 + [True]
    assert [segment.dashed for segment in segments] == [False] * 10 + [True]
    assert any(mark.text == "[c]" for mark in canvas.marks if isinstance(mark, Text))


def test_no_chart_without_a_figure():
    assert chart_for(BRIEF, "by_project") is None


@pytest.mark.parametrize("name", NAMES)
def test_every_variant_is_clean(name):
    spec = chart_for(BRIEF, name)
    canvases = [lay_out(spec, is_narrow=flag, measure=text_width) for flag in (True, False)]
    for canvas in (*canvases, stand_alone(spec, canvases[1], measure=text_width)):
        assert figure_defects(canvas) == []


@pytest.mark.parametrize("count", [1, 2, 5, 11, 40])
def test_line_charts_of_any_length_are_clean(count):
    spec = chart_for(BRIEF, "by_period")
    points = tuple(spec.plot.points[i % len(spec.plot.points)] for i in range(count))
    changed = replace(spec, plot=replace(spec.plot, points=points, limits=()))
    for flag in (True, False):
        assert figure_defects(lay_out(changed, is_narrow=flag, measure=text_width)) == []


def test_lint_catches_overlap_cut_and_tiny_text():
    black = "text"
    clean = Text(20, 50, "one", 12, black)
    overlap = Canvas(200, 100, (clean, Text(25, 52, "two", 12, black)))
    cut = Canvas(200, 100, (Text(190, 50, "too long for this", 12, black),))
    tiny = Canvas(200, 100, (Text(20, 50, "small", 9, black),))
    assert figure_defects(Canvas(200, 100, (clean,))) == []
    assert [len(figure_defects(canvas)) for canvas in (overlap, cut, tiny)] == [1, 1, 1]


def test_a_defect_stops_the_release():
    with pytest.raises(SettingsError):
        require_clean("by_gender", ["text cut"])
    assert chart_defects([], width=1, height=1) == []


def test_long_names_wrap_and_long_words_break():
    lines = wrapped(
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch Law Centre",
        width=90,
        size=12,
        weight=400,
        measure=text_width,
    )
    assert all(text_width(line, 12, 400) <= 90 for line in lines)
    assert "".join(lines).replace(" ", "").endswith("LawCentre")


def test_drawings_are_the_same_bytes_twice_and_carry_no_date():
    spec = chart_for(BRIEF, "by_gender")
    first = draw(spec)
    draw.cache_clear()
    second = draw(spec)
    assert first == second
    assert "matplotlib" not in first.svg.decode()
    assert "<dc:date>" not in first.svg.decode()


def test_page_drawings_have_unique_ids_and_no_fixed_colour():
    drawing = draw(chart_for(BRIEF, "by_gender"))
    assert "var(--chart-bar, #12436d)" in drawing.wide
    assert "#12436d" not in drawing.wide.replace("var(--chart-bar, #12436d)", "")
    assert "by_gender-w-hatch" in drawing.wide
    assert "by_gender-n-hatch" in drawing.narrow
