"""How well each column fits each field, with the evidence in words.

Answers "what could this column be", best first. Which column is taken for which field is decided in `assigning.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pipelines.ingest.fields import fields
from pipelines.ingest.nationality import read_nationality
from pipelines.inspecting.book import book, find_yes_no, heading_words, score_field
from pipelines.inspecting.coded import CodedReading, is_yes_no, read_coded
from pipelines.inspecting.lexicon import Entry, missing_word
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
Further = Mapping[str, Mapping[str, Entry]]
_POSTCODE = re.compile(r"(?i)[a-z]{1,2}\d[a-z\d]?(?:\s*\d[a-z]{2})?|NFA|INT INT")
# A column with more distinct words than this is looked at by its heading only.
_MOST_CATEGORIES = 300
_NATIONALITY_WORDS = 3000
# Of two columns that name advice types, one of the area and one of the topic, the narrower says more.
_NARROW = 0.06
# A column that names what holds says more than one that asks for one thing, so it is taken first.
_ONE_THING = 0.1


@dataclass(frozen=True)
class Candidate:
    """One field a column could fill; `score` from 0 to 1 is the confidence, `cells` the share of rows that fit."""

    column: Column
    field: str
    heading: float
    cells: float
    score: float
    evidence: str
    reading: Reading = None


def find_candidates(column: Column, n_rows: int, further: Further) -> Iterator[Candidate]:
    """Give the fields a column could fill.

    Args:
        column: what it is called and what its cells hold.
        n_rows: rows of the file that are cases.
        further: words of the settings, by field and plain word.
    """
    for field in fields():
        heading = score_field(column.heading, field)
        if not heading and not _is_worth_reading(column, field):
            continue
        share, sentence, reading = _read(column, field, n_rows=n_rows, heading=heading, further=further.get(field, {}))
        if not heading and isinstance(reading, AgeReading):
            share = reading.bands  # Numbers without a heading could count anything.
        if _is_taken(column, field, heading, share):
            score = _confidence(column, field, heading, share, n_rows=n_rows, reading=reading)
            evidence = f"{_heading_sentence(heading)}; {sentence}"
            yield Candidate(column, field, heading, share, score, evidence, reading)


def _is_worth_reading(column: Column, field: str) -> bool:
    return book().fields[field].taken_by_cells and bool(column.words) and len(column.words) <= _MOST_CATEGORIES


def _is_taken(column: Column, field: str, heading: float, cells: float) -> bool:
    limits, known = book().limits, book().fields[field]
    if heading >= limits["heading_with_cells"] and cells >= max(limits["cells_with_heading"], _LEAST.get(field, 0.0)):
        return True
    if field in ("centre", "project", "funder") or (field in _LEAST and field != "age" and column.filled):
        return False
    if heading >= limits["heading_alone"]:
        return not column.filled or (not known.needs_cells and is_category(column))
    return known.taken_by_cells and field in _BY_CELLS and cells >= limits["cells_alone"] and _tells(column, field)


# Fields that the cells alone may give away, and the least share of readable cells a field asks for with any heading.
_BY_CELLS = frozenset({"nationality", "age", "advice_type", "gender", "outcome", "service_depth", "adviser_level"})
_LEAST = {"opened": 0.96, "closed": 0.96, "period": 0.9, "date_of_birth": 0.8, "postcode": 0.5, "case_ref": 0.6}
_LEAST |= {"client_ref": 0.6, "linked_case_ref": 0.6, "centre": 1.0, "project": 1.0, "funder": 1.0, "age": 0.3}


def _tells(column: Column, field: str) -> bool:
    """Tell whether cells alone say enough: several different words, and none that could be anything, such as Yes."""
    return len(column.words) >= 3 or (field == "gender" and len(column.words) == 2)


def is_category(column: Column) -> bool:
    """Tell whether most rows of a column share their word with others, as categories do and names do not."""
    limits = book().limits
    least = max(2, min(limits["category_rows"], column.filled * 0.02))
    shared = sum(n for n in column.words.values() if n >= least)
    return not column.overflows and shared * 2 >= column.filled and len(column.words) <= _MOST_CATEGORIES


def _heading_sentence(heading: float) -> str:
    if heading >= 0.95:
        return "the heading is one of its names"
    return "the heading holds one of its names" if heading else "nothing in the heading, but the cells say so"


def _confidence(column: Column, field: str, heading: float, cells: float, *, n_rows: int, reading: Reading) -> float:
    score = 0.5 * heading + 0.5 * cells if heading else 0.7 * cells
    if isinstance(reading, DateReading) and reading.is_ambiguous:
        score -= 0.25
    if isinstance(reading, CodedReading):
        score += _NARROW * reading.narrow - 0.3 * (reading.share - reading.certain)
        score -= _ONE_THING * is_yes_no(column.words)
    if field in ("opened", "case_ref") and column.filled < 0.9 * n_rows:
        score -= 0.3
    return round(max(0.05, min(score, 0.99)), 2)


_Read = tuple[float, str, Reading]


def _read(column: Column, field: str, *, n_rows: int, heading: float, further: Mapping[str, Entry]) -> _Read:
    if not column.filled:
        return 0.0, "no cell is filled", None
    if fields()[field].kind == "code":
        return _read_code(column, field, heading, further)
    readers: dict[str, Callable[[Column], _Read]] = {
        "date": _read_date,
        "birth": _read_date,
        "age": _read_age,
        "period": _read_period,
        "nationality": _read_nationality,
        "postcode": _read_postcode,
        "reference": lambda it: _read_reference(it, field, n_rows),
    }
    return readers[fields()[field].kind](column)


def _read_code(column: Column, field: str, heading: float, further: Mapping[str, Entry]) -> _Read:
    if fields()[field].code_list == "":
        share = _share_of_categories(column)
        return share, f"{_percent(share)} of its filled rows hold one of a few words", None
    if is_yes_no(column.words) and not find_yes_no(column.heading, field):
        return 0.0, "yes and no say nothing by themselves", None
    is_many = fields()[field].has_many and bool(heading)
    reading = read_coded(field, column.words, heading=column.heading, is_many=is_many, further=further)
    joined = f" once cells are split at {_signs(reading.separators)}" if reading.separators else ""
    return reading.share, f"we know the words of {_percent(reading.share)} of its filled rows{joined}", reading


def _share_of_categories(column: Column) -> float:
    limits = book().limits
    least = max(limits["category_rows"], limits["category_share"] * column.filled)
    has_letters = {word for word in column.words if re.search(r"[^\W\d_]{2}", word)}
    return sum(n for word, n in column.words.items() if n >= least and word in has_letters) / column.filled


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


def is_second(heading: str) -> bool:
    """Tell whether a heading speaks of a second or other one of something."""
    return bool({"second", "2nd", "other", "dual", "additional"} & set(heading_words(heading)))
