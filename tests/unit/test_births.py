"""What may be kept of a date of birth and of a postcode."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.ingest.ages import AgeRange, read_age
from pipelines.ingest.births import UNREADABLE_BIRTH, ages_at_opening, postcode_district

# In two digits of the year, days on which many systems say that nobody was born: 1 January 1900 and the like.
STANDS_FOR_NOTHING = ("010100", "010104", "301299", "311299")
SCHEMA = {"birth": pl.String, "opened": pl.String, "period": pl.String}
READING: dict[str, Any] = {
    "birth_formats": ["DD/MM/YYYY"],
    "date_formats": ["DD/MM/YYYY"],
    "period_format": "YYYY Qn",
    "missing": {"": "not_recorded", "declined": "refused"},
}


def age(birth: str | None, opened: str | None = None, period: str | None = None, **reading: Any) -> str:
    frame = pl.DataFrame([(birth, opened, period)], schema=SCHEMA, orient="row")
    return str(ages_at_opening(frame, **(READING | reading))[0])


@pytest.mark.parametrize(
    ("birth", "opened", "expected"),
    [
        ("15/06/1985", "14/06/2020", "34"),
        ("15/06/1985", "15/06/2020", "35"),
        ("15/6/1985", "1/1/2021", "35"),
        # Born on 29 February: a year older on 1 March of a common year, on the day in a leap year.
        ("29/02/1984", "28/02/2021", "36"),
        ("29/02/1984", "01/03/2021", "37"),
        ("29/02/1984", "29/02/2020", "36"),
        ("14/06/2020", "14/06/2020", "0"),
        ("15/06/1900", "14/06/2020", "119"),
        ("16/06/1899", "14/06/2020", "120"),
    ],
)
def test_the_age_is_that_of_the_last_birthday_before_the_case_was_opened(
    birth: str, opened: str, expected: str
) -> None:
    assert age(birth, opened) == expected


@pytest.mark.parametrize("birth", ["15/06/2021", "15/06/1850", "rubbish", "31/02/1985", "06/15/1985", "1985-06-15"])
def test_what_is_no_possible_birth_is_unreadable_and_no_age(birth: str) -> None:
    assert age(birth, "14/06/2020") == UNREADABLE_BIRTH
    assert read_age(UNREADABLE_BIRTH) is None


@pytest.mark.parametrize("birth", ["01/01/1900", "31/12/1899", "01/01/1800", "00/01/1900", "00/00/0000", "", None, "0"])
def test_a_placeholder_is_a_blank(birth: str | None) -> None:
    assert age(birth, "14/06/2020") == ""


def test_a_word_for_missing_keeps_its_kind() -> None:
    assert age(" Declined ", "14/06/2020") == "refused"


def test_the_first_of_january_may_be_the_whole_year() -> None:
    """It is written when only the year is known, and is the true birthday of some."""
    assert age("01/01/1985", "15/06/2020") == "34-35"
    assert age("01/01/1985", "31/12/2020") == "35"


def test_a_birth_year_alone_gives_both_ages() -> None:
    assert age("1985", "15/06/2020", birth_formats=["DD/MM/YYYY", "YYYY"]) == "34-35"
    assert age("1985", "15/06/2020") == UNREADABLE_BIRTH


def test_where_only_the_quarter_is_known_the_age_is_both() -> None:
    assert age("15/05/1985", None, "2020 Q2") == "34-35"
    assert age("15/05/1985", None, "2020 Q1") == "34"
    assert age("15/05/1985", "", "2020 Q1", year_begins=4) == "34-35"
    assert age("10/05/2020", None, "2020 Q2") == "0"
    assert age("15/05/1985", "01/02/2020", "2022 Q1") == "34"


def test_without_an_opening_date_there_is_no_age() -> None:
    assert [age("15/05/1985"), age("15/05/1985", "soon"), age("15/05/1985", None, "soon")] == ["", "", ""]


def test_two_digit_years_are_of_the_century_that_fits_or_of_both() -> None:
    short = {"birth_formats": ["DD-MM-YY"]}
    assert age("15-06-85", "14/06/2020", **short) == "34"
    assert age("15-06-05", "14/06/2020", **short) == "14"
    assert age("15-06-21", "14/06/2020", **short) == "98"
    assert age("15-06-15", "14/06/2020", **short) == "4-104"
    assert age("01-01-00", "14/06/2020", **short) == ""


@settings(deadline=None)
@given(st.dates(date(1905, 1, 2), date(2019, 12, 31)), st.dates(date(2020, 1, 1), date(2024, 12, 31)))
def test_every_word_is_an_age_that_holds_the_true_one(birth: date, opened: date) -> None:
    true_age = opened.year - birth.year - ((opened.month, opened.day) < (birth.month, birth.day))
    for form, written in (("DD/MM/YYYY", f"{birth:%d/%m/%Y}"), ("DD-MM-YY", f"{birth:%d-%m-%y}")):
        word = age(written, f"{opened:%d/%m/%Y}", birth_formats=[form])
        found = read_age(word)
        if true_age <= 110 and (form == "DD/MM/YYYY" or f"{birth:%d%m%y}" not in STANDS_FOR_NOTHING):
            assert found is not None, word
            assert found.low <= true_age <= (found.high or 0)
        if form == "DD/MM/YYYY" and (birth.day, birth.month) != (1, 1):
            assert found == AgeRange(true_age, true_age)


def test_rows_keep_their_order_and_an_empty_file_has_no_ages() -> None:
    births = ["15/06/1985", "", "15/06/1990", "15/06/1985"]
    frame = pl.DataFrame({"birth": births, "opened": ["14/06/2020"] * 4, "period": [None] * 4}, schema=SCHEMA)
    assert ages_at_opening(frame, **READING).to_list() == ["34", "", "29", "34"]
    assert ages_at_opening(frame.clear(), **READING).to_list() == []


@pytest.mark.slow
def test_a_million_births_are_read_in_seconds() -> None:
    days = [f"{date(1930, 1, 2) + timedelta(days=place):%d/%m/%Y}" for place in range(30_000)]
    frame = pl.DataFrame(
        {"birth": (days * 34)[:1_000_000], "opened": ["14/06/2020"] * 1_000_000, "period": [None] * 1_000_000},
        schema=SCHEMA,
    )
    begun = time.perf_counter()
    assert ages_at_opening(frame, **READING).len() == 1_000_000
    assert time.perf_counter() - begun < 20


DISTRICTS = {
    "SE1 7PB": "SE1", "se17pb": "SE1", " SE1  7pb ": "SE1", "SW1A 1AA": "SW1A", "EC1A1BB": "EC1A", "M1 1AE": "M1",
    "B33 8TH": "B33", "SE1": "SE1", "SE1 7": "SE1", "SE1 OPB": "SE1", "NFA": "NFA", "n.f.a.": "NFA",
    "No fixed abode": "NFA", "INT INT": "INT", "int int": "INT", "": "", "none": "", "12345": "", "SE1 7PBX": "",
    "N/A": "",
}  # fmt: skip


def test_of_a_postcode_only_the_district_is_kept() -> None:
    found = postcode_district(pl.Series([*DISTRICTS, None]))
    assert found.to_list() == [*DISTRICTS.values(), ""]
