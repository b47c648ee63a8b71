"""Ages as exports write them, and the age group each falls into."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workspaces import Workspace, make_rows

from pipelines.codelists import MISSING_KINDS
from pipelines.ingest.ages import AgeRange, AgeScheme, age_reading, age_schemes, load_age_scheme, read_age
from pipelines.ingest.words import normalised

READ = {
    "34": (34, 34), " 34 ": (34, 34), "34yrs": (34, 34), "34 yrs": (34, 34), "34 years": (34, 34), "1 year": (1, 1),
    "34 years old": (34, 34), "34y": (34, 34), "0": (0, 0), "120": (120, 120), "age 34": (34, 34), "34.0": (34, 34),
    "34 years 5 months": (34, 34), "34y 5m": (34, 34), "34.7": (34, 34), "6 months": (0, 0), "18 months": (1, 1),
    "3 weeks": (0, 0), "newborn": (0, 0), "Under 1": (0, 0),
    "25-34": (25, 34), "25 - 34": (25, 34), "25–34": (25, 34), "25—34": (25, 34), "25 to 34": (25, 34),
    "25-34 years": (25, 34), "0-17": (0, 17), "18-25": (18, 25), "25-25": (25, 25), "aged 18-24": (18, 24),
    "18 to under 25": (18, 24), "between 18 and 24": (18, 24),
    "55+": (55, None), "55 +": (55, None), "55 and over": (55, None), "65 or over": (65, None), "55 plus": (55, None),
    "65 years and over": (65, None), "65 AND OLDER": (65, None), "65 or above": (65, None), "≥65": (65, None),
    "Under 18": (0, 17), "under 18": (0, 17), "below 25": (0, 24), "less than 16": (0, 15), "<18": (0, 17),
    "17 or under": (0, 17), "17 and younger": (0, 17), "up to 17": (0, 17),
    "Adult (18 or over)": (18, None), "Child (17 or under)": (0, 17), "Young person (16-24)": (16, 24),
    "50s": (50, 59), "early 30s": (30, 39),
}  # fmt: skip
# "Over" a limit at which bands begin is used for "and over" as well, so the limit is included.
OVER = {
    "Over 55": (55, None), ">60": (60, None), "over 18": (18, None), "over 70": (70, None), "> 65": (65, None),
    "over 17": (18, None), "over 64": (65, None), "over 54": (55, None), "over 15": (15, None),
}  # fmt: skip
REFUSED = [
    *("", "430", "121", "34-25", "25-340", "thirty", "-5", "N/A", "A", "under 0", "adult", "child", "young person"),
    *("Nov-05", "Jan-01", "1985-06-15", "2024-13-01", "13/11", "unreadable date of birth", "34-", "15s", "c.", "1/1"),
]


@pytest.mark.parametrize("word", READ)
def test_an_age_is_read(word: str) -> None:
    assert read_age(normalised(word)) == AgeRange(*READ[word])


@pytest.mark.parametrize("word", OVER)
def test_over_a_limit_holds_every_age_it_can_mean(word: str) -> None:
    assert read_age(normalised(word)) == AgeRange(*OVER[word])


@pytest.mark.parametrize("word", REFUSED)
def test_what_is_no_age_is_not_guessed(word: str) -> None:
    assert read_age(normalised(word)) is None


@pytest.mark.parametrize("word", ["c.50", "circa 50", "approx 50", "about 50", "~50", "50 approx", "50ish"])
def test_an_estimate_is_never_an_exact_age(word: str) -> None:
    reading = age_reading(normalised(word))
    assert reading is not None
    assert (reading.ages, reading.rule, reading.confidence) == (AgeRange(45, 55), "estimate", "low")


@pytest.mark.parametrize(
    ("word", "low", "high"),
    [
        ("Jan-24", 1, 24),
        ("Oct-14", 10, 14),
        ("24-Jan", 1, 24),
        ("05-Nov", 5, 11),
        ("11-May", 5, 11),
        ("2024-01-01", 1, 24),
        ("2023-11-05", 5, 11),
        # 10-14, or 1-10 typed in 2014: the range holds both.
        ("2014-10-01", 1, 14),
    ],
)
def test_a_band_that_a_spreadsheet_turned_into_a_date_is_read_back(word: str, low: int, high: int) -> None:
    reading = age_reading(normalised(word))
    assert reading is not None
    assert (reading.ages, reading.rule, reading.confidence) == (AgeRange(low, high), "excel_date", "low")


@given(st.integers(0, 12), st.integers(1, 31))
def test_what_a_spreadsheet_made_of_a_band_never_leaves_the_band_out(low: int, high: int) -> None:
    """A spreadsheet shows a band as month and year, as day and month, or in full."""
    months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    shown = [f"{months[low - 1]}-{high:02}", f"20{high:02}-{low:02}-01"] if low else []
    shown += [f"{low:02}-{months[high - 1]}", f"2023-{high:02}-{low:02}"] if 0 < low < high <= 12 else []
    for word in shown:
        ages = read_age(word)
        if ages is not None and low < high:
            assert ages.low <= low
            assert high <= (ages.high or 0)


# Schemes


def test_every_band_of_every_packaged_scheme_can_be_read() -> None:
    unread = [
        (name, word)
        for name, scheme in age_schemes().items()
        for word, ages in scheme.bands.items()
        if ages not in MISSING_KINDS and read_age(normalised(ages)) is None
    ]
    assert unread == []


def test_the_letters_of_two_reports_of_one_system_mean_different_ages() -> None:
    one, other = load_age_scheme("cla-demographic"), load_age_scheme("cla-outcome")
    assert (one.bands["f"], other.bands["f"]) == ("50-59", "61-70")
    assert one.overlaps(other)


def test_schemes_that_follow_each_other_do_not_overlap() -> None:
    first = AgeScheme(None, date(2018, 3, 31), {"a": "0-17"})
    second = AgeScheme(date(2018, 4, 1), None, {"a": "0-20"})
    assert not first.overlaps(second)
    assert first.overlaps(AgeScheme(date(2018, 3, 31), None, {"a": "0-20"}))
    assert not first.overlaps(AgeScheme(None, None, {"b": "0-20"}))


GROUPS = {
    "0": "Y_LT18", "17": "Y_LT18", "18": "Y18T24", "24": "Y18T24", "25": "Y25T34", "34": "Y25T34", "35": "Y35T44",
    "45": "Y45T54", "54": "Y45T54", "55": "Y55T64", "64": "Y55T64", "65": "Y_GE65", "110": "Y_GE65",
    "25-34": "Y25T34", "27-30": "Y25T34", "45-54": "Y45T54", "55-64": "Y55T64",
    "under 18": "Y_LT18", "0-15": "Y_LT18", "65 and over": "Y_GE65",
    "over 70": "Y_GE65", "over 64": "Y_GE65", "Over 55": "Y_GE18", "c.30": "Y_GE18", "c.50": "Y_GE18",
    "Oct-14": "Y_LT18",
    # An interval that goes over a cut is not forced into a group; it is known to be an adult's, or not even that.
    "18-30": "Y_GE18", "50-60": "Y_GE18", "55+": "Y_GE18", "Adult (18 or over)": "Y_GE18", "60-70": "Y_GE18",
    "45-55": "Y_GE18",
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
    "c.50": "_U",
    "Over 55": "Y",
    "Adult (18 or over)": "_U",
    "": "_U",
}


def test_ages_fall_into_groups_and_intervals_over_a_cut_do_not(workspace: Workspace) -> None:
    words = list(GROUPS)
    workspace.put("2026-Q3.csv", make_rows(len(words), age=words))
    workspace.store()
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
    workspace.store()
    counts = workspace.counts("by_age_group")
    assert (counts["Y_LT18"], counts["Y_GE65"]) == (20, 20)
