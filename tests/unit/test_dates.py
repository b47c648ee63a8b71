"""Dates and quarters in every format a profile can declare, and none that it does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.dates import (
    DATE_FORMATS,
    PERIOD_FORMATS,
    YEAR_BEGINNINGS,
    formats_at_odds,
    possible_dates,
    read_date,
    read_quarter,
)
from pipelines.ingest.words import normalised
from pipelines.periods import Quarter

DAY = date(2025, 4, 3)
# Every format with texts that mean 3 April 2025.
WRITTEN = {
    "DD/MM/YYYY": ["03/04/2025", "3/4/2025"],
    "D/M/YYYY": ["3/4/2025", "03/04/2025"],
    "MM/DD/YYYY": ["04/03/2025", "4/3/2025"],
    "M/D/YYYY": ["4/3/2025"],
    "YYYY-MM-DD": ["2025-04-03"],
    "YYYY/MM/DD": ["2025/04/03"],
    "YYYYMMDD": ["20250403"],
    "DD-MM-YYYY": ["03-04-2025"],
    "DD.MM.YYYY": ["03.04.2025"],
    "DD/MM/YY": ["03/04/25", "3/4/25"],
    "DD-MM-YY": ["03-04-25"],
    "DD.MM.YY": ["03.04.25"],
    "MM/DD/YY": ["04/03/25"],
    "D MMM YYYY": ["3 Apr 2025", "03 APR 2025", "3 Apr. 2025", "3rd April 2025"],
    "D MMMM YYYY": ["3 April 2025", "3  april  2025"],
    "DD-MMM-YYYY": ["03-Apr-2025"],
    "DD-MMM-YY": ["03-APR-25"],
    "MMM D, YYYY": ["Apr 3, 2025", "Apr 3 2025"],
    "MMMM D, YYYY": ["April 3, 2025", "April 3rd, 2025"],
    "YYYY-MM-DD HH:MM": ["2025-04-03 14:05", "2025-04-03 00:00", "2025-04-03 14:05:59"],
    "YYYY-MM-DD HH:MM:SS": ["2025-04-03 14:05:59", "2025-04-03T14:05:59.123456", "2025-04-03 14:05:59 +01:00"],
    "YYYY-MM-DDTHH:MM:SSZ": ["2025-04-03T14:05:59Z", "2025-04-02T23:05:00Z", "2025-04-03T00:05:00+0100"],
    "YYYY-MM-DD HH:MM:SS UTC": ["2025-04-02 23:05:00", "2025-04-03 22:59:59"],
    "DD/MM/YYYY HH:MM": ["03/04/2025 14:05", "3/4/2025 2:05:00 PM"],
    "DD/MM/YYYY HH:MM UTC": ["02/04/2025 23:05"],
    "MM/DD/YYYY HH:MM": ["4/3/2025 2:05 PM"],
    "DD-MM-YYYY HH:MM": ["03-04-2025 14:05"],
    "EXCEL": ["45750", "45750.0", "45750.75"],
    "EXCEL 1904": ["44288", "44288.5"],
}
NEVER = [
    *(
        "",
        "29/02/2025",
        "13/13/2025",
        "2025-02-30",
        "0/4/2025",
        "06/07/0206",
        "3 Avr 2025",
        "2025-04-03 25:00",
        "today",
    ),
    *("2025-04-03 14:61", "0", "60", "3 Ap 2025", "99999999999999", "2025-04-03T14:05:59+99:00", "٣/٤/٢٠٢٥"),
]


def test_every_format_is_tried() -> None:
    assert WRITTEN.keys() == DATE_FORMATS.keys()


@pytest.mark.parametrize(("form", "text"), [(form, text) for form, texts in WRITTEN.items() for text in texts])
def test_a_date_is_read_in_its_format(form: str, text: str) -> None:
    assert read_date(normalised(text), [form]) == DAY


@pytest.mark.parametrize("text", NEVER)
def test_what_is_no_date_is_read_in_no_format(text: str) -> None:
    forms = [form for form in DATE_FORMATS if form != "EXCEL 1904"]
    assert [form for form in forms if read_date(normalised(text), [form])] == []


@given(st.sampled_from(sorted(DATE_FORMATS)), st.text(max_size=30))
def test_no_text_stops_the_reader(form: str, text: str) -> None:
    found = read_date(normalised(text), [form])
    assert found is None or found.year >= 1900


@given(st.datetimes(datetime(2015, 1, 1), datetime(2029, 12, 31)))
def test_an_instant_is_of_the_day_it_had_in_london(moment: datetime) -> None:
    """Summer time runs from the last Sunday of March to the last Sunday of October, both at 01:00 UTC (2001 Order)."""
    instant = moment.replace(tzinfo=UTC, microsecond=0)
    starts, ends = (_last_sunday(instant.year, month) for month in (3, 10))
    local = instant + timedelta(hours=1 if starts <= instant < ends else 0)
    assert read_date(f"{instant:%Y-%m-%dt%H:%M:%S}z", ["YYYY-MM-DDTHH:MM:SSZ"]) == local.date()


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def test_a_summer_midnight_does_not_slip_into_the_quarter_before() -> None:
    word = "2019-06-30t23:15:00z"
    assert read_date(word, ["YYYY-MM-DDTHH:MM:SSZ"]) == date(2019, 7, 1)
    # A time without a zone is local; a source whose times are UTC has to say so.
    assert read_date("2019-06-30 23:15:00", ["YYYY-MM-DD HH:MM:SS"]) == date(2019, 6, 30)
    assert read_date("2019-06-30 23:15:00", ["YYYY-MM-DD HH:MM:SS UTC"]) == date(2019, 7, 1)
    assert read_date("2019-12-31t23:15:00z", ["YYYY-MM-DDTHH:MM:SSZ"]) == date(2019, 12, 31)


@pytest.mark.parametrize(
    ("serial", "form", "day"),
    [
        ("1", "EXCEL", date(1900, 1, 1)),
        ("59", "EXCEL", date(1900, 2, 28)),
        ("60", "EXCEL", None),
        ("61", "EXCEL", date(1900, 3, 1)),
        ("43831", "EXCEL", date(2020, 1, 1)),
        ("42369", "EXCEL 1904", date(2020, 1, 1)),
        ("0", "EXCEL 1904", date(1904, 1, 1)),
        ("43831", "EXCEL 1904", date(2024, 1, 2)),
    ],
)
def test_the_two_calendars_of_a_spreadsheet(serial: str, form: str, day: date | None) -> None:
    """The 1900 calendar counts a 29 February 1900, which never was."""
    assert read_date(serial, [form]) == day


@pytest.mark.parametrize(("year", "read"), [("69", 2069), ("70", 1970), ("99", 1999), ("00", 2000), ("26", 2026)])
def test_a_two_digit_year_of_a_case_lies_between_1970_and_2069(year: str, read: int) -> None:
    assert read_date(f"03/04/{year}", ["DD/MM/YY"]) == date(read, 4, 3)


def test_a_two_digit_year_may_be_of_two_centuries() -> None:
    assert possible_dates("03/04/15", ["DD/MM/YY"]) == (date(1915, 4, 3), date(2015, 4, 3))
    assert possible_dates("29/02/00", ["DD/MM/YY"]) == (date(2000, 2, 29),)


@pytest.mark.parametrize(
    ("formats", "are_at_odds"),
    [
        (["DD/MM/YYYY", "MM/DD/YYYY"], True),
        (["D/M/YYYY", "M/D/YYYY"], True),
        (["DD/MM/YY", "MM/DD/YY"], True),
        (["DD/MM/YYYY HH:MM", "MM/DD/YYYY HH:MM"], True),
        (["EXCEL", "EXCEL 1904"], True),
        (["YYYY-MM-DD HH:MM:SS", "YYYY-MM-DD HH:MM:SS UTC"], True),
        (["DD/MM/YYYY", "D/M/YYYY", "DD/MM/YY", "YYYY-MM-DD", "EXCEL", "YYYYMMDD", "D MMM YYYY"], False),
    ],
)
def test_formats_that_cannot_be_told_apart_are_found(formats: list[str], are_at_odds: bool) -> None:
    assert bool(formats_at_odds(formats)) is are_at_odds


QUARTERS = [
    ("2022-Q2", "YYYY-Qn", 1, "2022-Q2"),
    ("2022 Q2", "YYYY Qn", 1, "2022-Q2"),
    ("Q2 2022", "Qn YYYY", 1, "2022-Q2"),
    ("Quarter 2 2022", "Qn YYYY", 1, "2022-Q2"),
    ("Q2 22", "Qn YY", 1, "2022-Q2"),
    ("MAY-2026", "MMM-YYYY", 1, "2026-Q2"),
    ("May-26", "MMM-YY", 1, "2026-Q2"),
    ("September 2025", "MMMM YYYY", 1, "2025-Q3"),
    ("2025-12", "YYYY-MM", 1, "2025-Q4"),
    ("12/2025", "MM/YYYY", 1, "2025-Q4"),
    ("Q1 2019", "Qn YYYY", 4, "2019-Q2"),
    ("Q4 2019", "Qn YYYY", 4, "2020-Q1"),
    ("2019/20 Q1", "YYYY/YY Qn", 4, "2019-Q2"),
    ("2019-20 Q4", "YYYY/YY Qn", 4, "2020-Q1"),
    ("Q4 2019/2020", "Qn YYYY/YY", 4, "2020-Q1"),
    ("1999/00 Q4", "YYYY/YY Qn", 4, "2000-Q1"),
    ("Q1 2019", "Qn YYYY", 10, "2019-Q4"),
    # Months are those of the calendar whatever the source's year.
    ("May-2019", "MMM-YYYY", 4, "2019-Q2"),
    ("2019/21 Q1", "YYYY/YY Qn", 4, None),
    # A year over the turn of a year is no calendar year: the profile has to say when it begins.
    ("2019/20 Q1", "YYYY/YY Qn", 1, None),
    ("Q1 2019", "Qn YYYY", 2, None),
    ("13/2025", "MM/YYYY", 1, None),
    ("Mai 2025", "MMMM YYYY", 1, None),
    ("2022 Q5", "YYYY Qn", 1, None),
    ("0202 Q2", "YYYY Qn", 1, None),
]


@pytest.mark.parametrize(("text", "form", "begins", "quarter"), QUARTERS)
def test_a_quarter_is_read_in_the_declared_form_only(text: str, form: str, begins: int, quarter: str | None) -> None:
    found = read_quarter(normalised(text), form, year_begins=begins)
    assert (str(found) if found else None) == quarter


def test_every_period_format_is_tried() -> None:
    assert {form for _, form, _, quarter in QUARTERS if quarter} == PERIOD_FORMATS.keys()


@given(st.sampled_from(YEAR_BEGINNINGS), st.integers(1990, 2040), st.integers(1, 4))
def test_four_quarters_of_a_source_are_one_year_from_its_beginning(begins: int, year: int, number: int) -> None:
    found = read_quarter(f"q{number} {year}", "Qn YYYY", year_begins=begins)
    assert found == Quarter.of(date(year, begins, 1)).after(number - 1)
