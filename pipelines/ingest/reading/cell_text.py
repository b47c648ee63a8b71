"""The text of a spreadsheet cell that is not text: numbers, dates and times.

Answers "what stands here" for a stored number and its format. A number becomes a date only where its format says so: an
unformatted 43831 stays 43831, and what it means is decided later. Dates are counted as spreadsheet programs show them.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

DATE, TIME, ELAPSED, PLAIN = "date", "time", "elapsed", ""
# Formats that have a number instead of a code. Source: ECMA-376 Part 1, 18.8.30 (numFmt).
BUILT_IN = {
    **dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)), DATE),
    **dict.fromkeys((*range(18, 22), *range(32, 36), 45, 47), TIME),
    46: ELAPSED,
}
# What a format shows as it stands, and colours, conditions and languages in brackets.
LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|am/pm|a/p', re.IGNORECASE)
# A format that has places for digits shows a number, whatever letters stand beside them; only seconds have any.
DIGIT = re.compile(r"[0#?]")
SPLIT_SECONDS = re.compile(r"s[.,]0+")
WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
# Beyond this a number is written with its exponent, instead of with a hundred zeros.
LARGEST_WRITTEN_OUT = 1e21
DAY = 86_400
LAST_SERIAL = {1900: 2_958_465, 1904: 2_957_003}  # 31 December 9999
# The first spreadsheet program took 1900 for a leap year; all others count its 29 February too.
NO_SUCH_DAY = 60


def number_text(stored: str) -> str:
    """Give a stored number as a person would write it: whole ones without `.0`, others without noise digits.

    >>> number_text("12.0"), number_text("0.30000000000000004"), number_text("1.5E-7"), number_text("-3")
    ('12', '0.30000000000000004', '0.00000015', '-3')
    """
    if WHOLE.fullmatch(stored):
        return stored
    try:
        value = float(stored)
    except ValueError:
        return stored
    if value != value or abs(value) >= LARGEST_WRITTEN_OUT:  # noqa: PLR0124 - not a number
        return stored
    return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")


@lru_cache(maxsize=4096)
def format_kind(code: str) -> str:
    """Tell whether a number format shows a date, a time of day, an elapsed time, or a plain number.

    >>> format_kind("dd/mm/yyyy"), format_kind("[h]:mm"), format_kind('0 "days"'), format_kind("[$-809]mmm-yy;@")
    ('date', 'elapsed', '', 'date')
    """
    shown = LITERAL.sub("", code.partition(";")[0]).lower()
    if "[" in shown:
        return ELAPSED
    if shown.strip() in ("general", "standard", "@", "") or DIGIT.search(SPLIT_SECONDS.sub("s", shown)):
        return PLAIN
    if any(letter in shown for letter in "dy"):
        return DATE
    if any(letter in shown for letter in "hs"):
        return TIME
    return DATE if "m" in shown else PLAIN


def serial_text(stored: str, kind: str, epoch: int) -> str:
    """Give a number that its format shows as a date or a time.

    Args:
        stored: the number, in days.
        kind: `date`, `time` or `elapsed`.
        epoch: the year days are counted from, 1900 or 1904.
    Returns:
        `YYYY-MM-DD`, with ` HH:MM:SS` unless it is midnight; `HH:MM:SS` without a day; the plain number where no such
        day exists.

    >>> serial_text("43831", "date", 1900), serial_text("42369.5", "date", 1904), serial_text("1.25", "elapsed", 1900)
    ('2020-01-01', '2020-01-01 12:00:00', '30:00:00')
    """
    try:
        seconds = round(float(stored) * DAY)
    except (ValueError, OverflowError):
        return stored
    days, rest = divmod(seconds, DAY)
    if kind == ELAPSED and seconds >= 0:
        return duration_text(seconds)
    if days == 0 and (kind == TIME or rest):
        return duration_text(rest)
    if not _is_day(days, epoch):
        return number_text(stored)
    return _with_time(_day(days, epoch).isoformat(), rest)


def _is_day(days: int, epoch: int) -> bool:
    if epoch == 1900 and days == NO_SUCH_DAY:
        return False
    return (days > 0 or (epoch == 1904 and days == 0)) and days <= LAST_SERIAL[epoch]


def _day(days: int, epoch: int) -> date:
    if epoch == 1904:
        return date(1904, 1, 1) + timedelta(days=days)
    return date(1899, 12, 31 if days < NO_SUCH_DAY else 30) + timedelta(days=days)


def _with_time(day: str, seconds: int) -> str:
    return f"{day} {duration_text(seconds)}" if seconds else day


def duration_text(seconds: int) -> str:
    """Give a number of seconds as `HH:MM:SS`; hours may pass 24."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}"


ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Give a text with the characters put back that XML cannot hold and Excel writes as `_x000D_`."""
    return ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    # Half a character cannot stand in a text.
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)


ISO_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)


def iso_text(stored: str) -> str:
    """Give a date that is stored as ISO text in the form all readers give.

    >>> iso_text("2020-01-02T00:00:00"), iso_text("2020-01-02T09:30:00.000")
    ('2020-01-02', '2020-01-02 09:30:00')
    """
    match = ISO_STAMP.fullmatch(stored.strip())
    if not match:
        return stored
    time = match[2] or ""
    time = f"{time}:00" if len(time) == len("00:00") else time
    return match[1] if time in ("", "00:00:00") else f"{match[1]} {time}"


ISO_PERIOD = re.compile(r"PT(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,]\d+)?S)?", re.ASCII)


def period_text(stored: str) -> str:
    """Give a time that is stored as an ISO duration.

    >>> period_text("PT09H30M00S")
    '09:30:00'
    """
    match = ISO_PERIOD.fullmatch(stored.strip())
    if not match:
        return stored
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return duration_text(hours * 3600 + minutes * 60 + seconds)
