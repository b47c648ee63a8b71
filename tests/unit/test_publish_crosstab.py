"""Two-way tables: who came for what, as columns of groups, and as one sentence."""

import csv
import io

import pytest

from pipelines.publish import opendata
from pipelines.publish.crosstab import cross_sentences, cross_view
from pipelines.publish.sentences import Num, to_text
from pipelines.publish.tableview import EMPTY_MARK, HIDDEN_MARK
from tests.rounded import (
    HIDING,
    ROUNDED,
    rounded_brief,
    rounded_labels,
    table,
)

BRIEF = rounded_brief()


def text_of(sentences):
    return " ".join(to_text(said) for said in sentences)


def shown(view):
    rows = view.groups[0].rows
    return {to_text(row.head): [tuple(said[0] for said in cell.parts) for cell in row.cells] for row in rows}


def test_a_two_way_table_has_groups_across_and_shares_of_each():
    view = cross_view(BRIEF, "by_gender_advice")
    assert [to_text(column.head) for column in view.columns[1:]] == ["All", "Female", "Male", "Not known"]
    cells = shown(view)["EU Settlement Scheme"]
    assert [(n.text, share.text) for n, share in cells[:2]] == [("1,815", "38%"), ("1,065", "43%")]
    assert [(n.text, share) for n, share in shown(view)["Asylum"][:2]] == [("5", EMPTY_MARK), ("5", EMPTY_MARK)]
    assert "Trafficking and modern slavery" not in shown(view)


def test_groups_of_interest_show_their_members_beside_everybody():
    view = cross_view(BRIEF, "by_group_of_interest_advice")
    heads = [to_text(column.head) for column in view.columns[1:]]
    assert heads[:3] == ["All", "People aged 55 and over", "Dual nationals"]
    refs = {cell.ref for n, _ in shown(view)["Debt"] if isinstance(cell := n, Num)}
    assert not any(".N." in ref or "._U." in ref for ref in refs)


def test_a_sentence_names_what_was_most_common_in_the_largest_groups():
    said = text_of(cross_sentences(BRIEF, BRIEF.tables["by_gender_advice"]))
    assert said == (
        "EU Settlement Scheme was the most common broad advice type for “Female” (1,065, 43%) and “Male” (915, 49%)."
    )
    assert "25 to 34 for “Female” (630, 26%) and 35 to 44 for “Male”" in text_of(
        cross_sentences(BRIEF, BRIEF.tables["by_gender_age_group"])
    )


@pytest.mark.parametrize(("rule", "second", "says"), [(ROUNDED, 95, False), (ROUNDED, 90, True), (HIDING, 100, False)])
def test_a_two_way_table_says_nothing_where_the_first_row_is_open(rule, second, says):
    rows = {("F", "_T"): 150, ("F", "EUSS"): 100, ("F", "BEN"): second}
    found = table("by_gender_advice", ("gender_code", "advice_family_code"), rows, rule=rule)
    brief = rounded_brief(tables={"by_gender_advice": found}, rule=rule)
    assert bool(cross_sentences(brief, found)) is says


def test_a_hidden_cell_of_a_two_way_table_gives_a_reserve_and_its_mark():
    rows = {("_T", "_T"): 60, ("_T", "EUSS"): 40, ("F", "_T"): 50, ("F", "EUSS"): 30, ("F", "BEN"): None}
    rows = {**rows, ("_T", "BEN"): 20}
    found = table("by_gender_advice", ("gender_code", "advice_family_code"), rows, rule=HIDING)
    brief = rounded_brief(tables={"by_gender_advice": found}, rule=HIDING)
    assert text_of(cross_sentences(brief, found)).startswith("Among the figures shown, the most common")
    view = cross_view(rounded_brief(tables={"by_gender_advice": found}, rule=HIDING), "by_gender_advice")
    assert shown(view)["Welfare benefits"][1] == (HIDDEN_MARK,)


@pytest.mark.parametrize("everybody", [35, None])
def test_nothing_is_called_most_common_where_a_hidden_cell_may_be_larger(everybody):
    rows = {("_T", "_T"): 60, ("_T", "EUSS"): 40, ("_T", "BEN"): everybody}
    rows |= {("F", "_T"): 50, ("F", "EUSS"): 30, ("F", "BEN"): None}
    found = table("by_gender_advice", ("gender_code", "advice_family_code"), rows, rule=HIDING)
    assert not cross_sentences(rounded_brief(tables={"by_gender_advice": found}, rule=HIDING), found)


def test_the_long_form_of_every_two_way_table_is_in_the_data():
    written = opendata.csv_bytes(BRIEF.tables["by_group_of_interest_advice"]).decode()
    rows = list(csv.DictReader(io.StringIO(written)))
    assert list(rows[0])[:4] == ["period", "group_code", "membership_code", "advice_family_code"]
    assert {row["membership_code"] for row in rows} == {"_T", "Y", "N", "_U"}


def test_labels_reach_rows_of_broad_advice_types():
    assert set(rounded_labels()["advice_family_code"]) >= {"EUSS", "BEN"}
    assert all(to_text(row.head) != "EUSS" for row in cross_view(BRIEF, "by_gender_advice").groups[0].rows)
