"""Dates and quarters as exports write them, in the formats a profile declares.

A format is never guessed: 03/04/2025 is a different day in London and in New York.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from pipelines.periods import Quarter

DATE_FORMATS = {
    "DD/MM/YYYY": "%d/%m/%Y",
    "YYYY-MM-DD": "%Y-%m-%d",
    "DD-MM-YYYY": "%d-%m-%Y",
    "DD.MM.YYYY": "%d.%m.%Y",
    "D MMM YYYY": "%d %b %Y",
    "MM/DD/YYYY": "%m/%d/%Y",
}
PERIOD_FORMATS = {
    "YYYY-Qn": r"(?P<year>\d{4})-q(?P<number>[1-4])",
    "YYYY Qn": r"(?P<year>\d{4}) q(?P<number>[1-4])",
    "Qn YYYY": r"q(?P<number>[1-4]) (?P<year>\d{4})",
}


# A year before it is a slip of the keyboard, such as 0206 for 2026, and is better told where it stands.
EARLIEST_YEAR = 1900


def read_date(word: str, formats: Sequence[str]) -> date | None:
    """Read a date in the first declared format that fits, or give None; no case is older than 1900.

    >>> read_date("03/04/2025", ["DD/MM/YYYY"])
    datetime.date(2025, 4, 3)
    """
    for name in formats:
        try:
            day = datetime.strptime(word, DATE_FORMATS[name]).date()
        except ValueError:
            continue
        return day if day.year >= EARLIEST_YEAR else None
    return None


def read_quarter(word: str, period_format: str) -> Quarter | None:
    """Read a calendar quarter in the declared format, or give None.

    >>> str(read_quarter("2022 q2", "YYYY Qn"))
    '2022-Q2'
    """
    match = re.fullmatch(PERIOD_FORMATS[period_format], word)
    if not match or int(match["year"]) < EARLIEST_YEAR:
        return None
    return Quarter(int(match["year"]), int(match["number"]))
