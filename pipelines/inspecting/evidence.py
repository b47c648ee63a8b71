"""What the cells of a column say about one field: the share of rows that fit, in words, and how they are read.

Answers "how far do these cells look like dates, ages, nationalities or words of this list". What the heading adds is
answered in `scoring.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pipelines.ingest.births import YEAR_ONLY
from pipelines.ingest.fields import fields
from pipelines.ingest.nationality import read_nationality
from pipelines.inspecting.book import book, find_yes_no
from pipelines.inspecting.coded import CodedReading, is_yes_no, read_coded
from pipelines.inspecting.lexicon import Entry, field_lexicon, missing_word, plain
from pipelines.inspecting.shapes import (
    AgeReading,
    DateReading,
    PeriodReading,
    read_ages,
    read_dates,
    read_periods,
    reference_share,
)
from pipelines.inspecting.survey import Column

Reading = CodedReading | DateReading | AgeReading | PeriodReading | None
_POSTCODE = re.compile(r"(?i)[a-z]{1,2}\d[a-z\d]?(?:\s*\d[a-z]{2})?|NFA|INT INT")
_NATIONALITY_WORDS = 3000
_YEAR = re.compile(r"(?:19|20)\d\d")
_MOSTLY_YEARS = 0.9

_Read = tuple[float, str, Reading]


def read_cells(column: Column, field: str, *, n_rows: int, further: Mapping[str, Entry]) -> _Read:
    """Say how far the cells of a column fit a field.

    Args:
        column: what its cells hold.
        field: the field that it might be.
        n_rows: rows of the file that are cases.
        further: words of the settings for the field, by their plain form.
    Returns:
        The share of filled rows that fit, the evidence in words, and how the words were read.
    """
    if not column.filled:
        return 0.0, "no cell is filled", None
    if fields()[field].kind == "code":
        return _read_code(column, field, further)
    readers: dict[str, Callable[[Column], _Read]] = {
        "date": _read_date,
        "birth": _read_birth,
        "age": _read_age,
        "period": _read_period,
        "nationality": _read_nationality,
        "postcode": _read_postcode,
        "reference": lambda it: _read_reference(it, field, n_rows),
    }
    return readers[fields()[field].kind](column)


def _read_code(column: Column, field: str, further: Mapping[str, Entry]) -> _Read:
    if fields()[field].code_list == "":
        share = _share_of_categories(column)
        return share, f"{_percent(share)} of its filled rows hold one of a few words", None
    if is_yes_no(column.words) and not find_yes_no(column.heading, field):
        return 0.0, "yes and no say nothing by themselves", None
    is_many = fields()[field].has_many
    reading = read_coded(field, column.words, heading=column.heading, is_many=is_many, further=further)
    joined = f" once cells are split at {_signs(reading.separators)}" if reading.separators else ""
    return reading.share, f"we know the words of {_percent(reading.share)} of its filled rows{joined}", reading


def _share_of_categories(column: Column) -> float:
    limits = book().limits
    least = max(limits["category_rows"], limits["category_share"] * column.filled)
    has_letters = {word for word in column.words if re.search(r"[^\W\d_]{2}", word)}
    return sum(n for word, n in column.words.items() if n >= least and word in has_letters) / column.filled


def are_advice_types(column: Column) -> bool:
    """Tell whether the words of a column are kinds of advice, as in a column "Area" that names areas of law."""
    known = field_lexicon("advice_type")
    fitting = sum(n for word, n in column.words.items() if plain(word) in known)
    return bool(fitting) and fitting * 2 > column.counted


def _read_date(column: Column) -> _Read:
    reading = read_dates(column.words)
    formats = " or ".join(reading.formats) or "a date"
    proof = f", and {reading.proof}" if reading.proof else ""
    doubt = "; nothing proves which number is the day" if reading.is_ambiguous else ""
    return (
        reading.share,
        f"{_percent(reading.share)} of its filled rows are dates written {formats}{proof}{doubt}",
        reading,
    )


def _read_birth(column: Column) -> _Read:
    left = {word: n for word, n in column.words.items() if not missing_word(word)}
    years = {word: n for word, n in left.items() if _YEAR.fullmatch(word)}
    if not years or sum(years.values()) < _MOSTLY_YEARS * sum(left.values()):
        return _read_date(column)
    share = sum(years.values()) / sum(left.values())
    reading = DateReading((YEAR_ONLY,), share, False, None, None, (), tuple(left.keys() - years.keys()), "")
    return share, f"{_percent(share)} of its filled rows are years", reading


def _read_age(column: Column) -> _Read:
    reading = read_ages(column.words)
    if reading.letters > reading.share:
        return reading.letters, f"{_percent(reading.letters)} of its filled rows are single letters", reading
    what = "ages in years" if reading.numbers >= reading.bands else "age bands"
    return reading.share, f"{_percent(reading.share)} of its filled rows are {what}", reading


def _read_period(column: Column) -> _Read:
    reading = read_periods(column.words)
    if not reading:
        return 0.0, "no quarter can be read", None
    return (
        reading.share,
        f"{_percent(reading.share)} of its filled rows are quarters or months written {reading.format}",
        reading,
    )


def _read_nationality(column: Column) -> _Read:
    words = dict(column.words.most_common(_NATIONALITY_WORDS))
    left = {word: n for word, n in words.items() if not missing_word(word, "nationality") or _is_code(word)}
    readings = {word: read_nationality(word) for word in left}
    # "Child of" and "Roma" are read for certain as something else; a column of such words is none of nationalities.
    if not left:
        return 1.0, "every cell says that there is none", None
    if not any(reading.codes for reading in readings.values()):
        return 0.0, "no cell names a nationality", None
    read = sum(n for word, n in left.items() if readings[word].is_recognised)
    share = read / (sum(left.values()) or 1)
    return share, f"the nationality engine reads {_percent(share)} of its filled rows", None


def _is_code(word: str) -> bool:
    return False if not word else word.isupper() and len(word) == 2 and read_nationality(word).is_recognised


def _read_postcode(column: Column) -> _Read:
    share = sum(n for word, n in column.words.items() if _POSTCODE.fullmatch(word)) / (column.counted or 1)
    return share, f"{_percent(share)} of its filled rows look like postcodes", None


def _read_reference(column: Column, field: str, n_rows: int) -> _Read:
    share = reference_share(column.words)
    distinct = len(column.words) / (column.counted or 1)
    least = {"case_ref": 0.15, "client_ref": 0.1}.get(field, 0.0)
    if distinct < least or not n_rows:
        return 0.0, "few different values", None
    return (
        share,
        f"{_percent(share)} of its filled rows look like references, {_percent(distinct)} of them different",
        None,
    )


def _percent(share: float) -> str:
    if 0.995 <= share < 1:
        return "more than 99\u00a0%"
    return f"{share:.0%}".replace("%", "\u00a0%")


def _signs(separators: tuple[str, ...]) -> str:
    return " and ".join(f'"{sign}"' if sign != "\n" else "line ends" for sign in separators)
