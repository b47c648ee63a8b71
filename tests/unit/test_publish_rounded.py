"""Rounded briefs: what text may name, what tables show, and what rounding leaves open."""

import re

import pytest

from pipelines.errors import DisclosureError
from pipelines.publish import release
from pipelines.publish.change import change_sentences, change_title
from pipelines.publish.charts import chart_for
from pipelines.publish.groups import group_sentences
from pipelines.publish.narrative import block_text, block_title
from pipelines.publish.ranking import leaders
from pipelines.publish.sentences import Num, to_html, to_text
from pipelines.publish.tableview import EMPTY_MARK, table_view
from pipelines.publish.trace import trace
from tests.builders import make_facts
from tests.documents import figures_of, main_points, terms_of, tiles_of
from tests.rounded import (
    HIDING,
    ROUNDED,
    cases,
    centre_brief,
    one,
    rounded_brief,
    rounded_tables,
    table,
)

BRIEF, OWN = rounded_brief(), centre_brief()
LARGE = {"F": 2460, "M": 1875, "X": 5}


@pytest.fixture(scope="module")
def files():
    return release.render(BRIEF, make_facts())


def text_of(sentences):
    return " ".join(to_text(said) for said in sentences)


def gender(counts, *, total, unknown=0):
    found = table("by_gender", ("gender_code",), one(counts, total, unknown))
    return rounded_brief(tables={"by_gender": found}, findings=())


def quarters(*values):
    found = table("by_period", ("quarter",), {}, units={"cases": cases(values)})
    frame = found.frame.with_columns(provisional=False)
    kept = type(found)(found.table_id, found.audience, found.rule, found.dimensions, frame)
    return rounded_brief(tables={"by_period": kept}, findings=())


def words_of(page):
    """Give what stands outside tables, drawings, definitions and the texts that people wrote."""
    dropped = r"<style>.*?</style>|<svg.*?</svg>|<table.*?</table>|<dl.*?</dl>|<[^>]*given.*?</|<[^>]+>"
    return re.sub(dropped, " ", page, flags=re.DOTALL)


def test_a_small_count_is_said_as_fewer_than_and_has_no_share():
    said = text_of(group_sentences(BRIEF, BRIEF.tables["by_group_of_interest"])[2:])
    assert said.startswith("Fewer than 10 clients were recorded as family members of EEA clients.")


def test_no_small_count_stands_in_the_text_of_a_page(files):
    for value in re.findall(r"<data[^>]*>([^<]*)</data>", words_of(files["brief.html"].decode())):
        assert value not in {"0", "5"}
    assert "Fewer than 10" in files["brief.html"].decode()


def test_a_small_count_in_a_tile_is_in_words():
    tiles = [to_text(tile.figure) for tile in tiles_of(BRIEF).tiles]
    assert tiles == ["4,810", "430", "12%", "1.0%", "Fewer than 10"]


def test_the_smallest_brief_renders_without_a_small_figure_in_text():
    brief = gender({"F": 5, "M": 0}, total=5)
    assert "fewer than 10 clients" in text_of(main_points(brief))
    assert text_of(block_text(brief, "by_gender")) == "Every group of this table is too small to be described."
    release.render(brief, make_facts())


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ('<p><data value="5" data-ref="by_gender.X.clients.n">fewer than 10</data></p>', 0),
        ('<p><data value="5" data-ref="by_gender.X.clients.n">Fewer than 10</data></p>', 0),
        ('<table><tr><td><data value="5" data-ref="by_gender.X.clients.n">5</data></td></tr></table>', 0),
        ('<p><data value="5" data-ref="by_gender.X.clients.n">5</data></p>', 1),
        ('<p><data value="5" data-ref="by_gender.X.clients.n">fewer than 20</data></p>', 1),
        ('<p><data value="0.0010" data-ref="by_gender.X.clients.share">0.1%</data></p>', 1),
        ('<p><data value="1875" data-ref="by_gender.M.clients.n">fewer than 10</data></p>', 1),
        ('<svg><g class="num" data-ref="by_gender.X.clients.both"><text>5 (0.1%)</text></g></svg>', 1),
    ],
)
def test_the_audit_of_a_page_knows_small_rounded_counts(body, problems):
    tables = {"by_gender": table("by_gender", ("gender_code",), one(LARGE, 4810, 470))}
    assert len(trace(body, tables)) == problems


def test_the_audit_keeps_the_networks_figures_in_tables():
    network = one(LARGE, 4810, 470)
    tables = {"by_gender": table("by_gender", ("gender_code",), one({"F": 300}, 300, 0), rule=HIDING, network=network)}
    cited = to_html((Num(tables["by_gender"].cells(unit="clients")[1], "network_n"),))
    assert trace(f"<table><tr><td>{cited}</td></tr></table>", tables) == []
    assert len(trace(f"<p>{cited}</p>", tables)) == 1


def test_a_planted_small_figure_stops_the_release(monkeypatch):
    real = release.brief_html
    planted = '<p><data value="5" data-ref="by_group_of_interest.FAMILY_MEMBER.Y.clients.n">5</data></p></main>'
    monkeypatch.setattr(release, "brief_html", lambda *args: real(*args).replace("</main>", planted))
    with pytest.raises(DisclosureError):
        release.render(BRIEF, make_facts())


def test_charts_name_small_counts_in_words_and_give_no_share_without_a_base():
    bars = {bar.label: bar for bar in chart_for(BRIEF, "by_advice_type").plot.bars}
    assert bars["Trafficking and modern slavery"].shown == bars["Asylum"].shown == "fewer than 10"
    assert bars["Debt"].shown == "405 (8.4%)"
    alone = table("by_gender", ("gender_code",), {("F",): 20, ("M",): 5})
    assert [bar.shown for bar in chart_for(rounded_brief(tables={"by_gender": alone}), "by_gender").plot.bars] == [
        "20", "fewer than 10",
    ]  # fmt: skip


def test_a_picture_carries_the_statement_about_rounding(files):
    assert "Counts are rounded to" in files["charts/by_gender.svg"].decode()
    assert "[c]" not in files["charts/by_gender.svg"].decode()


@pytest.mark.parametrize(
    ("counts", "named"),
    [
        ({"F": 100, "M": 90, "X": 85, "Z": 80}, ["F"]),
        ({"F": 100, "M": 90, "X": 5}, ["F", "M"]),
        ({"F": 15, "M": 10, "X": 5}, []),
        ({"F": 5, "M": 0, "X": 0}, []),
    ],
)
def test_groups_that_rounding_may_have_parted_or_that_are_small_do_not_lead(counts, named):
    found = leaders(gender(counts, total=220).tables["by_gender"], "clients")
    assert [cell.codes[0] for cell in found.cells] == named


def test_the_largest_is_a_title_only_beyond_rounding():
    assert to_text(block_title(gender({"F": 100, "M": 95}, total=195), "by_gender")) == "Clients by gender"
    assert "Female was" in to_text(block_title(gender({"F": 100, "M": 90}, total=190), "by_gender"))


@pytest.mark.parametrize(
    ("values", "title", "said"),
    [
        ((400, 480), "Cases rose compared with the quarter before", "up from 400"),
        ((400, 460), "Cases were similar to the quarter before", "not clearly different from 400"),
        ((400, 400), "Cases were similar to the quarter before", "not clearly different from 400"),
        ((60, 5), "Cases fell compared with the quarter before", "Fewer than 10 cases were opened"),
    ],
)
def test_a_rise_or_fall_is_beyond_chance_and_rounding(values, title, said):
    brief = quarters(*values)
    assert to_text(change_title(brief)) == title
    assert said in text_of(change_sentences(brief))


def test_tables_show_small_figures_without_a_share_and_leave_out_rows_of_zeros():
    view = table_view(BRIEF, "by_advice_type")
    rows = figures_of(view)
    assert "Asylum" not in rows
    figures = rows["Trafficking and modern slavery"]
    assert [getattr(figure, "text", figure) for figure in figures] == ["5", EMPTY_MARK, "5", EMPTY_MARK]
    assert text_of(view.notes) == "Groups of which every figure shown is zero are left out."


def test_the_statement_stands_at_the_top_and_at_the_end(files):
    page = files["brief.html"].decode()
    assert page.index(ROUNDED.statement) < page.index('id="who-came"')
    assert page.count(ROUNDED.statement) == 2


def test_definitions_follow_the_rule():
    rounded, hiding = ([to_text(name) for name, _ in terms_of(brief).items] for brief in (BRIEF, OWN))
    assert "Rounded figures" in rounded
    assert "Hidden figures" not in rounded
    assert "Hidden figures" in hiding
    assert "All law centres" in hiding


def test_rounded_tables_of_a_stranger_are_refused():
    with pytest.raises(DisclosureError):
        release.render(rounded_brief(tables=rounded_tables("public")), make_facts())
