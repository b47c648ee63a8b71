"""The main points: a reader in a hurry learns who is under-served, how sure that is, and what is not known."""

from __future__ import annotations

from io import BytesIO

import pytest
from comparisons import benchmark, findings, tables
from pypdf import PdfReader

from pipelines.disclosure.protected import Finding
from pipelines.publish.brief import Brief
from pipelines.publish.group_sections import came_for
from pipelines.publish.page import lay_out, lay_out_summary
from pipelines.publish.pdf import brief_pdf
from pipelines.publish.sentences import to_text
from pipelines.publish.summary import summary_sections
from pipelines.statistics import states
from tests.builders import make_brief
from tests.documents import section_of
from tests.rounded import HIDING, ROUNDED, centre_brief, rounded_brief, table

FEW = {"AGED_55_PLUS": {"Y": 80, "N": 1900, "_U": 20}}


def brief_with(groups: dict[str, dict[str, int | None]]) -> Brief:
    found = tables(groups)
    told = tuple(findings(found, [benchmark()]).values())
    return make_brief(tables=found, findings=told, benchmarks=(benchmark().described(),))


def told(brief: Brief) -> dict[str, str]:
    document = lay_out_summary(brief)
    names = [section.section_id for _, section in document.walk()][1:]
    return {
        name: " ".join(to_text(item) for block in section_of(document, name).blocks for item in block.items)  # type: ignore[union-attr]
        for name in names
    }


def test_an_under_served_group_leads_with_its_evidence_limits_and_population():
    said = told(brief_with(FEW))
    assert next(iter(said)) == "summary-under-served"
    assert said["summary-under-served"].startswith(
        "Fewer people aged 55 and over came than expected: 80, where about 200 would be expected."
    )
    assert "Even the upper limit is clearly below a hundred." in said["summary-sure"]
    assert "The invented population." in said["summary-compared"]
    assert "Case records tell who came." in said["summary-not-known"]


def test_a_brief_without_a_flag_does_not_say_that_all_is_well():
    said = told(brief_with({"AGED_55_PLUS": {"Y": 200, "N": 1780, "_U": 20}}))
    assert "That does not show that every group is served well." in said["summary-under-served"]
    assert "summary-sure" not in said


def test_a_brief_that_compares_nothing_says_so():
    assert "cannot tell who is under-served" in told(make_brief(findings=()))["summary-under-served"]


def test_a_hidden_group_is_named_as_hidden_and_told_nothing_of():
    brief = brief_with({"AGED_55_PLUS": {"Y": None, "N": None, "_U": 20}})
    withheld = [each for each in brief.findings if each.group == "AGED_55_PLUS"]
    assert {each.state for each in withheld} == {"withheld"}
    assert (
        "Hidden to protect people, so nothing can be said: people aged 55 and over." in told(brief)["summary-not-known"]
    )


@pytest.mark.parametrize("make", [make_brief, rounded_brief, centre_brief, lambda: brief_with(FEW)])
def test_the_main_points_fit_one_sheet_and_stand_first_in_the_brief(make):
    brief = make()
    document = lay_out_summary(brief)
    paper = brief_pdf(document, {}, published_on=brief.edition.published_on)
    assert len(PdfReader(BytesIO(paper)).pages) == 1
    whole = [section for section in lay_out(brief).sections if section.section_id != "about"]
    assert whole[0] == document.sections[0]


@pytest.mark.parametrize(
    ("members", "says"),
    [
        (30, ""),  # 30 % beside 27 %: chance and rounding explain it
        (60, "Compared with all clients, a larger share of people aged 55 and over came for Welfare benefits"),
        (10, "Compared with all clients, a smaller share of people aged 55 and over came for Welfare benefits"),
    ],
)
def test_what_a_group_came_for_differs_beyond_chance_and_rounding(members, says):
    rows = {("_T", "_T"): 4810, ("_T", "BEN"): 1310, ("Y", "_T"): 560, ("Y", "BEN"): 560 * members // 500 * 5}
    rows = {("AGED_55_PLUS", *codes): n for codes, n in rows.items()}
    found = table("by_group_of_interest_advice", ("group_code", "membership_code", "advice_family_code"), rows)
    brief = rounded_brief(tables={"by_group_of_interest_advice": found})
    said = " ".join(to_text(each) for each in came_for(brief, "AGED_55_PLUS"))
    assert ("Compared with all clients" in said) is bool(says)
    assert says in said


@pytest.mark.parametrize(
    ("rule", "others", "says"),
    [
        (
            ROUNDED,
            (100, 50, 10),
            "were EU Settlement Scheme (75%), Welfare benefits (25%) and Housing and homelessness",
        ),
        (ROUNDED, (60, 55, 55), "the most common broad advice type was EU Settlement Scheme (75%)."),
        (ROUNDED, (295, 295, 295), ""),
        (HIDING, (None, 50, 10), ""),
    ],
)
def test_what_a_group_came_for_most_is_said_as_far_as_it_is_certain(rule, others, says):
    column = {"_T": 400, "EUSS": 300, **dict(zip(("BEN", "HOU", "EMP"), others, strict=True))}
    rows: dict[tuple[str, ...], int | None] = {("AGED_55_PLUS", "Y", code): n for code, n in column.items()}
    rows |= {("AGED_55_PLUS", "_T", code): n for code, n in {**column, "_T": 4810, "BEN": 1310}.items()}
    found = table(
        "by_group_of_interest_advice", ("group_code", "membership_code", "advice_family_code"), rows, rule=rule
    )
    brief = rounded_brief(tables={"by_group_of_interest_advice": found}, rule=rule)
    said = " ".join(to_text(each) for each in came_for(brief, "AGED_55_PLUS"))
    assert says in said
    assert ("most common" in said) is bool(says)


def test_findings_of_other_dimensions_are_named_with_it():
    brief = brief_with(FEW)
    women = Finding(**{**vars(brief.findings[0]), "finding_id": "w", "dimension": "gender_code", "group": "F"})
    sections = summary_sections(make_brief(tables=brief.tables, findings=(women,), benchmarks=brief.benchmarks))
    first = to_text(sections[0].blocks[0].items[0])  # type: ignore[union-attr]
    assert first.startswith("Fewer “Female” (Gender) came than expected")


def test_the_certainty_that_the_words_promise_is_the_one_of_the_limits():
    """The summary says that limits hold in nineteen of twenty comparisons."""
    assert states.LEVEL == 19 / 20
