"""Words about figures: findings when a rule fires, descriptions when none does, and no banned word."""

import re
from dataclasses import replace

import polars as pl
import pytest

from pipelines.disclosure.protected import ProtectedTable
from pipelines.publish.change import change_sentences, change_title
from pipelines.publish.groups import group_sentences
from pipelines.publish.html import brief_html
from pipelines.publish.narrative import block_text, block_title
from pipelines.publish.page import lay_out
from pipelines.publish.ranking import leaders
from pipelines.publish.sentences import to_text
from pipelines.publish.wording import wording
from pipelines.resources import reference_file
from tests.builders import PERIOD, make_brief, one_way
from tests.documents import main_points


def with_table(table):
    brief = make_brief()
    return replace(brief, tables={**brief.tables, table.table_id: table})


def gender(counts, **more):
    return with_table(one_way("by_gender", "gender_code", counts, **more))


def text_of(sentences):
    return " ".join(to_text(said) for said in sentences)


def quarters(values, *, provisional=False):
    """Make a brief whose quarters, up to the period's end, have these counts."""
    brief = make_brief()
    table = brief.tables["by_period"]
    codes = [str(PERIOD.last.after(i + 1 - len(values))) for i in range(len(values))]
    rows = {"period": str(PERIOD), "quarter": codes, "unit": "cases", "n": values, "share": None, "status": "A"}
    frame = pl.DataFrame(rows, schema_overrides={"share": pl.Float64, "n": pl.Int64}).with_columns(
        provisional=pl.lit(provisional)
    )
    changed = ProtectedTable("by_period", table.audience, table.rule, table.dimensions, frame)
    return replace(brief, tables={**brief.tables, "by_period": changed})


def test_the_largest_group_is_the_title():
    assert to_text(block_title(make_brief(), "by_nationality")) == "Romania was the most common nationality"


def test_adults_of_unknown_age_are_no_group_of_their_own():
    """They belong to groups of the table, nobody knows to which; so no other group is the most common one either."""
    brief = with_table(
        one_way("by_age_group", "age_group_code", {"Y25T34": 80, "Y_GE18": 120, "Y35T44": 30}, total=230)
    )
    assert to_text(block_title(brief, "by_age_group")) == "Clients by age group"
    said = text_of(block_text(brief, "by_age_group"))
    assert "25 to 34 (80 clients" in said
    assert "not known more closely" not in said


def test_a_tie_gives_a_description():
    brief = gender({"F": 100, "M": 100, "X": 20}, total=220)
    assert to_text(block_title(brief, "by_gender")) == "Clients by gender"


def test_a_hidden_row_that_may_be_larger_gives_a_description_and_a_reserve():
    brief = gender({"F": 100, "M": None, "X": None}, total=400)
    assert to_text(block_title(brief, "by_gender")) == "Clients by gender"
    assert "Among the figures shown, the largest was Female" in text_of(block_text(brief, "by_gender"))


def test_a_hidden_row_that_cannot_be_larger_leaves_the_finding():
    brief = gender({"F": 300, "M": None, "X": None}, total=400)
    assert to_text(block_title(brief, "by_gender")) == "Female was the most common gender recorded"


def test_a_hidden_total_leaves_nothing_certain():
    assert not leaders(one_way("by_gender", "gender_code", {"F": 300, "M": None}, total=None), "clients").is_certain


def test_mostly_not_known_comes_first():
    brief = gender({"F": 100, "M": 50, "X": 20}, total=400, unknown=230)
    assert to_text(block_title(brief, "by_gender")) == "Gender was not known for most clients"
    assert "Gender was not known for 57% of clients." in text_of(main_points(brief))


def test_an_all_hidden_table_says_so_and_nothing_else():
    assert text_of(block_text(make_brief(), "by_project")).startswith("Every figure of this table is hidden")


def test_a_hidden_group_has_no_figure():
    brief = make_brief()
    said = text_of(group_sentences(brief, brief.tables["by_group_of_interest"])[2:])
    assert "Family members of EEA clients: the figure is hidden to protect people." in said


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ([400, 480], "Cases rose compared with the quarter before"),
        ([480, 400], "Cases fell compared with the quarter before"),
        ([400, 410], "Cases were similar to the quarter before"),
        ([None, 410], "New cases by quarter"),
        ([410], "New cases by quarter"),
    ],
)
def test_change_is_named_beyond_chance(values, title):
    assert to_text(change_title(quarters(values))) == title


def test_a_provisional_quarter_never_makes_a_title():
    brief = quarters([400, 100], provisional=True)
    assert to_text(change_title(brief)) == "New cases by quarter"
    assert "provisional: late cases are not counted yet" in text_of(change_sentences(brief))


def test_both_comparisons_are_cited_without_a_difference():
    said = text_of(change_sentences(quarters([500, 1, 1, 480, 450]))[:1])
    assert "down from 480 in the quarter before, and down from 500 in the same quarter a year before" in said


def test_a_hidden_quarter_is_not_compared():
    assert "is hidden" in text_of(change_sentences(quarters([400, None])))
    assert "a year before" in text_of(change_sentences(quarters([400, 1, 1, None, 420])))


def banned():
    lines = reference_file("banned_words.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def found_banned(text):
    return [word for word in banned() if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]


def test_no_banned_word_in_wording_or_page():
    """Definitions come from the code lists and may say "only"; sentences about figures may not."""
    dropped = r"<style>.*?</style>|<dl.*?</dl>|<[^>]+>"
    page = re.sub(dropped, " ", brief_html(lay_out(make_brief(), charted=()), {}), flags=re.DOTALL)
    assert found_banned(str(wording())) == []
    assert found_banned(page) == []


def test_titles_are_short():
    brief = make_brief()
    assert all(len(to_text(block_title(brief, name)).split()) <= 10 for name in brief.tables)
