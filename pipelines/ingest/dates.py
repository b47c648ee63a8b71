"""Dates and quarters as exports write them, in the formats a profile declares.

Answers "which day" and "which quarter" for one word at a time. A format is never guessed: 03/04/2025 is a different day
in London and in New York. Which formats a source uses is the profile's business; how old somebody was on a day is
worked out in `births.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from itertools import combinations
from zoneinfo import ZoneInfo

from pipelines.periods import Quarter

# A year before it is a slip of the keyboard, such as 0206 for 2026, and is better told where it stands.
EARLIEST_YEAR = 1900
# The first law centre opened in 1970, so a case opened in "70" is of 1970 and one opened in "69" can only be of 2069,
# which the future will refuse. It would have to change when cases of 2070 are opened.
FIRST_SHORT_YEAR = 1970
# The quarters of a source can be mapped to calendar quarters only if its year begins with one of them.
YEAR_BEGINNINGS = (1, 4, 7, 10)
_MONTHS = ["january", "february", "march", "april", "may", "june"]
_MONTHS += ["july", "august", "september", "october", "november", "december"]
_MONTH_NUMBERS = {name: number for number, month in enumerate(_MONTHS, start=1) for name in (month, month[:3])} | {
    "sept": 9
}

_DAY, _MONTH, _YEAR, _SHORT = r"(?P<day>\d{1,2})", r"(?P<month>\d{1,2})", r"(?P<year>\d{4})", r"(?P<short>\d{2})"
_NAMED_DAY, _NAME = rf"{_DAY}(?:st|nd|rd|th)?", r"(?P<name>[a-z]{3,9})\.?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_TIME = rf"(?:t| ){_CLOCK}(?: ?(?P<half>[ap]m)| ?(?P<zone>z|utc|gmt|[+-]\d{{2}}(?::?\d{{2}})?))?"
_ISO, _UK, _US = f"{_YEAR}-{_MONTH}-{_DAY}", f"{_DAY}/{_MONTH}/{_YEAR}", f"{_MONTH}/{_DAY}/{_YEAR}"
_QUARTER, _YEARS = r"q(?:uarter )?(?P<number>[1-4])", r"(?P<year>\d{4})[/-](?P<next>\d{2}|\d{4})"

# Leading zeros may be missing in every format but YYYYMMDD. Month names are English, short or in full, whatever the
# language of the computer. Times may have seconds and a time zone. " UTC" says that times without a zone are UTC.
DATE_FORMATS: dict[str, str] = {
    "DD/MM/YYYY": _UK,
    "YYYY-MM-DD": _ISO,
    "DD-MM-YYYY": f"{_DAY}-{_MONTH}-{_YEAR}",
    "DD.MM.YYYY": rf"{_DAY}\.{_MONTH}\.{_YEAR}",
    "D MMM YYYY": rf"{_NAMED_DAY} {_NAME} {_YEAR}",
    "MM/DD/YYYY": _US,
    "D/M/YYYY": _UK,
    "M/D/YYYY": _US,
    "YYYY/MM/DD": f"{_YEAR}/{_MONTH}/{_DAY}",
    "YYYYMMDD": r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
    "DD/MM/YY": f"{_DAY}/{_MONTH}/{_SHORT}",
    "DD-MM-YY": f"{_DAY}-{_MONTH}-{_SHORT}",
    "DD.MM.YY": rf"{_DAY}\.{_MONTH}\.{_SHORT}",
    "MM/DD/YY": f"{_MONTH}/{_DAY}/{_SHORT}",
    "D MMMM YYYY": rf"{_NAMED_DAY} {_NAME} {_YEAR}",
    "DD-MMM-YYYY": rf"{_DAY}-{_NAME}-{_YEAR}",
    "DD-MMM-YY": rf"{_DAY}-{_NAME}-{_SHORT}",
    "MMM D, YYYY": rf"{_NAME} {_NAMED_DAY},? {_YEAR}",
    "MMMM D, YYYY": rf"{_NAME} {_NAMED_DAY},? {_YEAR}",
    "YYYY-MM-DD HH:MM": _ISO + _TIME,
    "YYYY-MM-DD HH:MM:SS": _ISO + _TIME,
    "YYYY-MM-DDTHH:MM:SSZ": _ISO + _TIME,
    "YYYY-MM-DD HH:MM:SS UTC": _ISO + _TIME,
    "DD/MM/YYYY HH:MM": _UK + _TIME,
    "DD/MM/YYYY HH:MM UTC": _UK + _TIME,
    "MM/DD/YYYY HH:MM": _US + _TIME,
    "DD-MM-YYYY HH:MM": f"{_DAY}-{_MONTH}-{_YEAR}{_TIME}",
    "EXCEL": r"(?P<serial>\d{1,7})(?:\.\d+)?",
    "EXCEL 1904": r"(?P<serial_1904>\d{1,7})(?:\.\d+)?",
}
PERIOD_FORMATS: dict[str, str] = {
    "YYYY-Qn": rf"{_YEAR}-{_QUARTER}",
    "YYYY Qn": rf"{_YEAR} {_QUARTER}",
    "Qn YYYY": rf"{_QUARTER} {_YEAR}",
    "Qn YY": rf"{_QUARTER} {_SHORT}",
    "MMM-YYYY": rf"{_NAME}[- ]{_YEAR}",
    "MMMM YYYY": rf"{_NAME}[- ]{_YEAR}",
    "MMM-YY": rf"{_NAME}[- ]{_SHORT}",
    "YYYY-MM": rf"{_YEAR}-(?P<month>\d{{1,2}})",
    "MM/YYYY": rf"(?P<month>\d{{1,2}})/{_YEAR}",
    "YYYY/YY Qn": rf"{_YEARS} {_QUARTER}",
    "Qn YYYY/YY": rf"{_QUARTER} {_YEARS}",
}
# A probe that two declared formats read as two different days shows that they cannot be told apart.
_PROBES = ("03/04/2025", "03/04/25", "03/04/2025 10:00", "2025-07-01 23:30:00", "01/07/2025 23:30", "43831")
# Day 60 of the 1900 calendar is 29 February 1900, which never was; later serials are therefore one too high.
_SERIAL_OF_NO_DAY = 60


def read_date(word: str, formats: Sequence[str]) -> date | None:
    """Read a date in the first declared format that fits, or give None; no case is older than 1900.

    Two-digit years lie between 1970 and 2069. A time with a zone is an instant: its day is the one it had in London, so
    that a case opened at a quarter past midnight in summer time is not counted a day, or a quarter, too early.

    Args:
        word: as written in the export, already normalised (lower case, single spaces).
        formats: names of `DATE_FORMATS`, tried in this order.

    >>> read_date("03/04/2025", ["DD/MM/YYYY"])
    datetime.date(2025, 4, 3)
    >>> read_date("2019-06-30t23:15:00z", ["YYYY-MM-DDTHH:MM:SSZ"])
    datetime.date(2019, 7, 1)
    """
    days = possible_dates(word, formats)
    day = next((day for day in days if len(days) == 1 or day.year >= FIRST_SHORT_YEAR), None)
    return day if day and day.year >= EARLIEST_YEAR else None


def possible_dates(word: str, formats: Sequence[str]) -> tuple[date, ...]:
    """Give the days a word can stand for in the first declared format that fits, earliest first.

    They are several only for a year of two digits, which may be of the last century or of this one.

    Args:
        word: as written in the export, already normalised.
        formats: names of `DATE_FORMATS`, tried in this order.
    """
    for name in formats:
        match = _compiled(DATE_FORMATS[name]).fullmatch(word)
        days = _days(match, name.endswith(" UTC")) if match else ()
        if days:
            return days
    return ()


def formats_at_odds(formats: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Give the pairs of declared formats that would read one word as two different days.

    >>> formats_at_odds(["DD/MM/YYYY", "YYYY-MM-DD", "M/D/YYYY"])
    (('DD/MM/YYYY', 'M/D/YYYY'),)
    """
    return tuple(
        (one, two) for one, two in combinations(formats, 2) if any(_differ(word, one, two) for word in _PROBES)
    )


def read_quarter(word: str, period_format: str, *, year_begins: int = 1) -> Quarter | None:
    """Read a quarter or a month in the declared format, and give the calendar quarter, or None.

    Args:
        word: as written in the export, already normalised.
        period_format: a name of `PERIOD_FORMATS`.
        year_begins: the month in which the source's year begins, one of `YEAR_BEGINNINGS`. With 4, quarter 1 of 2019 is
            April to June 2019: a year is named by the calendar year in which it begins. Months are always those of the
            calendar. A year written 2019/20 is never a calendar year, so with 1 it is not read.

    >>> str(read_quarter("2022 q2", "YYYY Qn")), str(read_quarter("q4 2019/20", "Qn YYYY/YY", year_begins=4))
    ('2022-Q2', '2020-Q1')
    """
    match = _compiled(PERIOD_FORMATS[period_format]).fullmatch(word)
    if not match or year_begins not in YEAR_BEGINNINGS:
        return None
    found = match.groupdict()
    year = int(found["year"]) if found.get("year") else _recent(int(found["short"]))
    if year < EARLIEST_YEAR or not _is_next_year(year, found.get("next"), year_begins):
        return None
    if found.get("number"):
        return Quarter(year, int(found["number"])).after((year_begins - 1) // 3)
    month = _month(found)
    return Quarter(year, (month + 2) // 3) if month else None


def _differ(word: str, one: str, two: str) -> bool:
    first, second = possible_dates(word, [one]), possible_dates(word, [two])
    return bool(first and second) and first != second


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


def _days(match: re.Match[str], is_utc: bool) -> tuple[date, ...]:
    """Give the days of one match: none where the calendar has no such day, two for a two-digit year."""
    found = match.groupdict()
    if found.get("serial") or found.get("serial_1904"):
        return _day_of_serial(found)
    month = _month(found)
    years = [int(found["year"])] if found.get("year") else [1900 + int(found["short"]), 2000 + int(found["short"])]
    days = (_day(year, month, int(found["day"])) for year in years)
    return tuple(shifted for day in days if day and (shifted := _london_day(day, found, is_utc)))


def _day_of_serial(found: dict[str, str | None]) -> tuple[date, ...]:
    serial, serial_1904 = found.get("serial"), found.get("serial_1904")
    if serial_1904:
        start, days = date(1904, 1, 1), int(serial_1904)
    else:
        days = int(serial or 0)
        start = date(1899, 12, 31) if days < _SERIAL_OF_NO_DAY else date(1899, 12, 30)
    if days in (0, _SERIAL_OF_NO_DAY) and not serial_1904:
        return ()
    try:
        return (start + timedelta(days=days),)
    except OverflowError:
        return ()


def _day(year: int, month: int | None, day: int) -> date | None:
    try:
        return date(year, month or 0, day)
    except ValueError:
        return None


def _london_day(day: date, found: dict[str, str | None], is_utc: bool) -> date | None:
    """Give the day in London of a time with a zone; a time without one is London's already."""
    if not found.get("hour"):
        return day
    hour, minute = int(found["hour"] or 0), int(found["minute"] or 0)
    try:
        zone = _zone(found.get("zone"), is_utc)
        moment = datetime(day.year, day.month, day.day, hour, minute, int(found.get("second") or 0), tzinfo=zone)
        return moment.astimezone(ZoneInfo("Europe/London")).date() if zone else day
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None, is_utc: bool) -> timezone | None:
    if text is None:
        return UTC if is_utc else None
    if text in ("z", "utc", "gmt"):
        return UTC
    minutes = 60 * int(text[1:3]) + int(text[3:].lstrip(":") or 0)
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _month(found: dict[str, str | None]) -> int | None:
    if found.get("name"):
        return _MONTH_NUMBERS.get(found["name"] or "")
    number = int(found.get("month") or 0)
    return number if 1 <= number <= 12 else None


def _recent(short: int) -> int:
    return 1900 + short if 1900 + short >= FIRST_SHORT_YEAR else 2000 + short


def _is_next_year(year: int, following: str | None, year_begins: int) -> bool:
    if following is None:
        return True
    return year_begins != 1 and following in (f"{year + 1}", f"{(year + 1) % 100:02}")
