"""Ages as exports write them: a number, a band, words, or what a spreadsheet made of a band.

Answers "which ages can this word stand for" and "what do the bands and letters of this scheme mean". Which age group
that is, is decided in `sql/core`; how old somebody born on a day was, in `births.py`.

The rule is *never too narrow*: where a word is used loosely the range holds every age it can mean, so that a person is
counted among those aged 55 and over only if that is certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.ingest.words import normalised
from pipelines.resources import reference_file

OLDEST = 120
# Estimates heap on multiples of five, so "c.50" may be any age at which people round to 50.
ESTIMATE_WITHIN = 5
_LOW_CONFIDENCE = frozenset({"estimate", "excel_date"})

_N = r"(\d{1,3})"
_DASH = r"\s*(?:-|–|—|−|to|until)\s*"
_YEARS = r"\s*(?:years?(?: of age| old)?|yrs?(?: old)?|y\.?o\.?|y)?"
_MONTHS = r"\s*(?:months?|mths?|mos?)(?: old)?"
_ABOUT = r"(?:c\.?|ca\.?|circa|approx\.?|approximately|about|around|est\.?|estimated|~)\s*"
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# Read in this order; the first pattern that fits the whole word wins. Low and high are both included.
_PATTERNS: tuple[tuple[str, str], ...] = (
    (rf"{_N}(?:\.0+)?{_YEARS}", "exact"),
    (rf"{_N}\.\d+{_YEARS}", "exact"),
    (rf"{_N}{_YEARS},? (?:and )?\d{{1,2}}(?:{_MONTHS}|\s*m)", "exact"),
    (rf"{_N}{_MONTHS}", "months"),
    (r"\d{1,2}\s*(?:weeks?|wks?|days?)(?: old)?|newborn|new-born|new born", "newborn"),
    (rf"{_N}{_YEARS}{_DASH}{_N}{_YEARS}", "between"),
    (rf"between {_N} (?:and|-) {_N}{_YEARS}", "between"),
    (rf"{_N}{_YEARS} (?:and|to|up to|but) (?:under|below|less than) {_N}{_YEARS}", "half_open"),
    (rf"{_N}{_YEARS}\s*(?:\+|plus)", "from"),
    (rf"{_N}{_YEARS},? (?:and|or|&) (?:over|older|above|more|up|upwards)", "from"),
    (rf"(?:≥|>=|from|at least)\s*{_N}{_YEARS}", "from"),
    (rf"(?:over|above|older than|more than|>)\s*{_N}{_YEARS}", "above"),
    (rf"(?:under|below|less than|younger than|<)\s*{_N}{_YEARS}", "below"),
    (rf"{_N}{_YEARS},? (?:and|or|&) (?:under|younger|below|less)", "up_to"),
    (rf"(?:≤|<=|up to|to)\s*{_N}{_YEARS}", "up_to"),
    (rf"(?:early |mid |mid-|late )?{_N}'?s", "decade"),
    (rf"{_ABOUT}{_N}{_YEARS}|{_N}{_YEARS}\s*(?:approx\.?|approximately|\(approx\.?\)|\(est\.?\)|ish)", "estimate"),
    (rf"{_MONTH}-(\d{{2}})", "excel_month_year"),
    (rf"(\d{{1,2}})-{_MONTH}", "excel_day_month"),
    (r"20(\d{2})-(\d{2})-(\d{2})", "excel_iso"),
)
_INTRODUCED = re.compile(r"^(?:ages?|aged)[: ]\s*")
# A band that a word explains, such as "adult (18 or over)"; alone the words mean different ages in different services.
_IN_BRACKETS = re.compile(r"^(?:adult|child|minor|young person|young people|older person)\s*\((.+)\)$")
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"


@dataclass(frozen=True)
class AgeRange:
    """The ages one word can stand for, in completed years, both ends included; `high` is None when open."""

    low: int
    high: int | None


@dataclass(frozen=True)
class AgeReading:
    """The ages of one word, the rule that read it (`age`, `estimate`, `excel_date`) and how certain that is."""

    ages: AgeRange
    rule: str
    confidence: str


@dataclass(frozen=True)
class AgeScheme:
    """Bands or letters whose meaning is not in the word, such as the letters of one report.

    `bands` maps a normalised word to ages in words that `read_age` reads, or to a kind of missing. The scheme holds for
    cases opened from `valid_from` to `valid_to`, both included; None leaves an end open.
    """

    valid_from: date | None
    valid_to: date | None
    bands: Mapping[str, str]

    def overlaps(self, other: AgeScheme) -> bool:
        """Tell whether two schemes give a meaning to one word on one day, so that neither could be believed."""
        starts = max(self.valid_from or date.min, other.valid_from or date.min)
        ends = min(self.valid_to or date.max, other.valid_to or date.max)
        return starts <= ends and bool(self.bands.keys() & other.bands.keys())


def read_age(word: str) -> AgeRange | None:
    """Read one age.

    "Over 55" is used loosely for "55 and over" and a band ">60" may follow one that ends at 59 or at 60, so a limit at
    which bands begin (a multiple of five, 16 or 18) is included; "over 17" or "over 64" is not taken loosely. An
    estimate ("c.50") is a range of five years to either side and never an exact age.

    Args:
        word: as written in the export, already normalised (lower case, single spaces).
    Returns:
        The range of ages, or None when the word is not an age between 0 and 120.

    >>> read_age("34"), read_age("25–34"), read_age("55 and over"), read_age("over 55")
    (AgeRange(low=34, high=34), AgeRange(low=25, high=34), AgeRange(low=55, high=None), AgeRange(low=55, high=None))
    >>> read_age("adult (18 or over)"), read_age("under 18"), read_age("jan-24"), read_age("430")
    (AgeRange(low=18, high=None), AgeRange(low=0, high=17), AgeRange(low=1, high=24), None)
    """
    reading = age_reading(word)
    return reading.ages if reading else None


def age_reading(word: str) -> AgeReading | None:
    """Read one age and say by which rule.

    Args:
        word: as written in the export, already normalised.
    """
    inner = _IN_BRACKETS.match(word)
    text = _INTRODUCED.sub("", inner[1] if inner else word)
    for pattern, form in _compiled():
        match = pattern.fullmatch(text)
        if match:
            ages = _plausible(_range(form, [part for part in match.groups() if part]))
            rule = {"estimate": "estimate"}.get(form, "excel_date" if form.startswith("excel") else "age")
            return AgeReading(ages, rule, "low" if rule in _LOW_CONFIDENCE else "high") if ages else None
    return None


def is_date_like(word: str) -> bool:
    """Tell whether a word is an ISO date, which is an age only if a spreadsheet made it of a band.

    >>> is_date_like("2024-01-01"), is_date_like("jan-24")
    (True, False)
    """
    return re.fullmatch(r"\d{4}-\d{2}-\d{2}", word, re.ASCII) is not None


def load_age_scheme(name: str) -> AgeScheme:
    """Give a packaged scheme of `reference/age_schemes.toml`.

    Raises:
        KeyError: there is none of that name.
    """
    return age_schemes()[name]


@cache
def age_schemes() -> dict[str, AgeScheme]:
    """Give every packaged scheme by name."""
    declared = read_toml(reference_file("age_schemes.toml"), SettingsError)
    return {
        name: AgeScheme(
            valid_from=entry.get("valid_from"),
            valid_to=entry.get("valid_to"),
            bands={normalised(word): ages for word, ages in entry["bands"].items()},
        )
        for name, entry in declared.items()
    }


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.ASCII), form) for pattern, form in _PATTERNS)


def _range(form: str, parts: list[str]) -> AgeRange | None:
    if form.startswith("excel"):
        return _undone(form, parts)
    numbers = [int(part) for part in parts] or [0]
    first, last = numbers[0], numbers[-1]
    ranges: dict[str, Callable[[], AgeRange | None]] = {
        "exact": lambda: AgeRange(first, first),
        "months": lambda: AgeRange(first // 12, first // 12),
        "newborn": lambda: AgeRange(0, 0),
        "between": lambda: AgeRange(first, last),
        "half_open": lambda: AgeRange(first, last - 1),
        "from": lambda: AgeRange(first, None),
        "above": lambda: AgeRange(first if _begins_bands(first) else first + 1, None),
        "below": lambda: AgeRange(0, first - 1),
        "up_to": lambda: AgeRange(0, first),
        "decade": lambda: AgeRange(first, first + 9) if first % 10 == 0 else None,
        "estimate": lambda: AgeRange(max(0, first - ESTIMATE_WITHIN), first + ESTIMATE_WITHIN),
    }
    return ranges[form]()


def _begins_bands(age: int) -> bool:
    """Tell whether bands begin at an age, so that "over" it may include it."""
    return age % 5 == 0 or age in (16, 18) or not ((age + 1) % 5 == 0 or age + 1 in (16, 18))


def _undone(form: str, parts: list[str]) -> AgeRange | None:
    """Give the band that a spreadsheet turned into a date.

    1-24 becomes Jan-24, shown in full as 2024-01-01; 5-11 becomes 05-Nov, or 11-May where months come first, of the
    year in which it was typed. The first day of a month can be either: the range holds both bands.
    """
    if form == "excel_iso":
        year, month, day = map(int, parts)
        if day > 1:
            return AgeRange(min(month, day), max(month, day)) if 1 <= month <= 12 and day <= 31 else None
        high = max(month, year)
        return AgeRange(1, high) if 1 <= month <= 12 and high > 1 else None
    one, two = ((_MONTH_NAMES.index(part) // 4 + 1) if part in _MONTH_NAMES.split() else int(part) for part in parts)
    if form == "excel_month_year":
        return AgeRange(one, two) if one < two else None
    return AgeRange(min(one, two), max(one, two)) if one != two and max(one, two) <= 31 and one else None


def _plausible(ages: AgeRange | None) -> AgeRange | None:
    if ages is None:
        return None
    high = OLDEST if ages.high is None else ages.high
    return ages if 0 <= ages.low <= high <= OLDEST else None
