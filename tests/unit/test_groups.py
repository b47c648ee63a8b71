"""Groups of interest: who belongs, for whom it is open, and that a network's own groups are protected as well."""

from __future__ import annotations

from collections import Counter

import pytest
from workspaces import AS_OF, Workspace, make_rows

from pipelines.disclosure.linking import link
from pipelines.errors import SettingsError
from pipelines.periods import Period
from pipelines.publication import read_true_counts
from pipelines.publish.findings_data import COLUMNS
from pipelines.publish.opendata import column_meanings

OLDER_WOMEN = """
[groups.OLDER_WOMEN]
label = "Women aged 55 and over"
definition = "People recorded as female whose age at case opening is certainly 55 or more."
within = ["AGED_55_PLUS"]
where = { gender_code = ["F"] }
[groups.POLISH]
label = "Polish nationals"
definition = "People with Polish as their one nationality."
where = { nationality_code = ["PL"] }
[centres]
"""


@pytest.fixture
def with_groups(workspace: Workspace) -> Workspace:
    workspace.edit("caseload.toml", "[centres]\n", OLDER_WOMEN.lstrip())
    return workspace


def memberships(workspace: Workspace, group: str) -> Counter[str]:
    frame = workspace.table("marts.by_group_of_interest")
    rows = frame.filter((frame["group_code"] == group) & (frame["period"] == "2026-Q3"))
    return Counter(dict(rows.select("membership_code", "n").iter_rows()))


@pytest.mark.parametrize(
    ("age", "gender", "membership"),
    [
        ("60", "Female", "Y"),
        ("60", "Male", "N"),
        ("30", "Female", "N"),
        ("30", "", "N"),
        ("60", "", "_U"),
        ("", "Female", "_U"),
        ("", "Male", "N"),
        ("", "", "_U"),
    ],
)
def test_one_failed_condition_decides_and_an_unknown_one_leaves_it_open(
    with_groups: Workspace, age: str, gender: str, membership: str
):
    with_groups.put("2026-Q3.csv", make_rows(40, age=age, gender=gender))
    with_groups.store()
    found = memberships(with_groups, "OLDER_WOMEN")
    assert found[membership] >= 40
    assert found["_T"] == sum(n for code, n in found.items() if code != "_T") == 60


def test_several_nationalities_leave_a_nationality_open(with_groups: Workspace):
    second = ["Romanian", ""]
    with_groups.put("2026-Q3.csv", make_rows(40, nationality="Polish", nationality_2=second))
    with_groups.store()
    found = memberships(with_groups, "POLISH")
    assert (found["_U"], found["Y"]) == (20, 20 + 10)


def test_an_own_group_is_shown_with_its_label_and_definition(with_groups: Workspace):
    with_groups.run()
    page = with_groups.folder / "outputs/release/2026-Q3/1/public/brief.html"
    text = page.read_text(encoding="utf-8")
    assert "Women aged 55 and over" in text
    assert "Polish nationals" in text
    assert {row["group_code"] for row in with_groups.released("by_group_of_interest")} >= {"OLDER_WOMEN", "POLISH"}


def test_what_an_own_group_cuts_apart_is_a_cell_of_the_system(with_groups: Workspace):
    with_groups.put("2026-Q3.csv", make_rows(40, age=["60", "30"], gender=["Female", "Male", "Female"]))
    with_groups.run()
    counts = read_true_counts(with_groups.settings, with_groups.database, Period.parse("2026-Q3"), as_of=AS_OF)
    names = {name.codes for name in link(counts).unpublished}
    family = {codes[0] for codes in names if "is_older_women_code" in codes[0]}
    assert {frozenset(part for part in each.split("+") if "=" not in part) for each in family} == {
        frozenset({"is_older_women_code", "is_aged_55_plus_code", "gender_code"}),
        # Within a time to an outcome nothing is told by gender.
        frozenset({"is_older_women_code", "is_aged_55_plus_code"}),
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[groups.older]\nlabel = "x"\ndefinition = "y"\nwhere = { gender_code = ["F"] }', "capital letters"),
        ('[groups.AGED_55_PLUS]\nlabel = "x"\ndefinition = "y"\nwhere = { gender_code = ["F"] }', "of this code already"),  # noqa: E501
        ('[groups.A]\nlabel = "x"\ndefinition = "y"\nwhere = { gender_code = ["W"] }', 'no code "W"'),
        ('[groups.A]\nlabel = "x"\ndefinition = "y"\nwhere = { centre_id = ["riverside"] }', "no dimension"),
        ('[groups.A]\nlabel = "x"\ndefinition = "y"\nwithin = ["OLD"]', 'no group "OLD"'),
        ('[groups.A]\nlabel = "x"\ndefinition = "y"', "say who belongs"),
        ('[groups.A]\nwhere = { gender_code = ["F"] }', "groups.A.label is missing"),
    ],
)  # fmt: skip
def test_a_wrong_group_is_refused(workspace: Workspace, text: str, told: str):
    workspace.edit("caseload.toml", "[centres]", f"{text}\n[centres]")
    with pytest.raises(SettingsError) as stopped:
        workspace.settings  # noqa: B018
    assert told in str(stopped.value)


def test_released_columns_of_findings_are_described():
    assert [name for name in COLUMNS if name not in column_meanings()] == []
