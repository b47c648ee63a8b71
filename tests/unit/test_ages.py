"""Ages as exports write them, and the age group each falls into."""

from __future__ import annotations

import pytest
from workspaces import Workspace, make_rows

from pipelines.ingest.ages import AgeRange, read_age
from pipelines.ingest.words import normalised

READ = {
    "34": (34, 34), " 34 ": (34, 34), "34yrs": (34, 34), "34 yrs": (34, 34), "34 years": (34, 34), "1 year": (1, 1),
    "34 years old": (34, 34), "34y": (34, 34), "0": (0, 0), "120": (120, 120),
    "25-34": (25, 34), "25 - 34": (25, 34), "25–34": (25, 34), "25—34": (25, 34), "25 to 34": (25, 34),
    "25-34 years": (25, 34), "0-17": (0, 17), "18-25": (18, 25), "25-25": (25, 25),
    "55+": (55, None), "55 +": (55, None), "55 and over": (55, None), "65 or over": (65, None),
    "65 years and over": (65, None), "65 AND OLDER": (65, None), "65 or above": (65, None),
    "Over 55": (56, None), "Under 18": (0, 17), "under 18": (0, 17), "below 25": (0, 24), "less than 16": (0, 15),
    "17 or under": (0, 17), "17 and younger": (0, 17),
    "Adult": (18, None), "Child": (0, 17), "Adult (18 or over)": (18, None), "Child (17 or under)": (0, 17),
}  # fmt: skip
REFUSED = [
    "",
    "430",
    "121",
    "34-25",
    "25-340",
    "thirty",
    "Jan-24",
    "Oct-14",
    "34.5",
    "-5",
    "N/A",
    "c.50",
    "A",
    "under 0",
]


@pytest.mark.parametrize("word", READ)
def test_an_age_is_read(word: str) -> None:
    assert read_age(normalised(word)) == AgeRange(*READ[word])


@pytest.mark.parametrize("word", REFUSED)
def test_what_is_no_age_is_not_guessed(word: str) -> None:
    """Excel turns 1-24 into Jan-24; a person has to say what such a word meant."""
    assert read_age(normalised(word)) is None


GROUPS = {
    "0": "Y_LT18", "17": "Y_LT18", "18": "Y18T24", "24": "Y18T24", "25": "Y25T34", "34": "Y25T34", "35": "Y35T44",
    "45": "Y45T54", "54": "Y45T54", "55": "Y55T64", "64": "Y55T64", "65": "Y_GE65", "110": "Y_GE65",
    "25-34": "Y25T34", "27-30": "Y25T34", "45-54": "Y45T54", "55-64": "Y55T64",
    "under 18": "Y_LT18", "0-15": "Y_LT18", "65 and over": "Y_GE65",
    "over 70": "Y_GE65",
    # An interval that goes over a cut is not forced into a group; it is known to be an adult's, or not even that.
    "18-30": "Y_GE18", "50-60": "Y_GE18", "55+": "Y_GE18", "adult": "Y_GE18", "60-70": "Y_GE18", "45-55": "Y_GE18",
    "16-20": "not_recorded", "17-18": "not_recorded", "10 and over": "not_recorded", "under 25": "not_recorded",
    "": "not_recorded", "Not asked": "not_asked", "Prefer not to say": "refused",
}  # fmt: skip
AGED_55_PLUS = {
    "55": "Y",
    "55+": "Y",
    "over 70": "Y",
    "54": "N",
    "under 18": "N",
    "50-60": "_U",
    "adult": "_U",
    "": "_U",
}


def test_ages_fall_into_groups_and_intervals_over_a_cut_do_not(workspace: Workspace) -> None:
    words = list(GROUPS)
    workspace.put("2026-Q3.csv", make_rows(len(words), age=words))
    workspace.run()
    words_by_case = workspace.table("raw.records").select("record_id", "age", "source_id")
    found = words_by_case.filter(source_id="riverside").join(workspace.table("core.case_keys"), on="record_id")
    found = found.join(workspace.table("core.cases").select("case_key", "age_group_code"), on="case_key")
    assert dict(found.select("age", "age_group_code").iter_rows()) == GROUPS
    clients = found.join(workspace.table("core.clients").filter(period="2026-Q3"), on="client_key")
    members = dict(clients.select("age", "is_aged_55_plus_code").iter_rows())
    assert {word: members[word] for word in AGED_55_PLUS} == AGED_55_PLUS


def test_a_letter_stands_for_the_band_that_its_profile_gives_it(workspace: Workspace) -> None:
    workspace.edit(
        "profiles/export.toml", "[values.gender]", '[values.age]\n"A" = "0-17"\n"G" = "65+"\n[values.gender]'
    )
    workspace.put("2026-Q3.csv", make_rows(40, age=["A", "g"]))
    workspace.run()
    counts = workspace.counts("by_age_group")
    assert (counts["Y_LT18"], counts["Y_GE65"]) == (20, 20)
