"""The words of one source read into codes: once per distinct word, never once per row.

Answers "what does this word mean" for every field. The result is a dictionary table that the SQL joins to the records,
so a person can look up how any word was read. A word that cannot be read is returned as unknown and never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars as pl

from pipelines.codelists import MISSING_KINDS
from pipelines.ingest.ages import read_age
from pipelines.ingest.dates import read_date, read_quarter
from pipelines.ingest.fields import CELL_SEPARATOR, Field
from pipelines.ingest.nationality import is_code_and_word, nationality_class, read_nationality
from pipelines.ingest.profiles import Profile
from pipelines.ingest.words import normalised

# ISO 3166-1 alpha-3; a source that writes codes writes nothing longer.
LONGEST_CODE = 3
SCHEMA: dict[str, pl.DataType] = {
    "field": pl.String(),
    "value": pl.String(),
    "position": pl.Int64(),
    "code": pl.String(),
    "low": pl.Int64(),
    "high": pl.Int64(),
    "day": pl.Date(),
    "class_code": pl.String(),
    "dual_class_code": pl.String(),
    "rule": pl.String(),
}


@dataclass(frozen=True)
class Meaning:
    """One reading of one word; a word with several codes has several meanings, told apart by `position`.

    `low` and `high` are ages in years, `day` is a date; the classes are those of a set of nationalities.
    """

    value: str
    code: str | None = None
    position: int = 1
    low: int | None = None
    high: int | None = None
    day: date | None = None
    class_code: str | None = None
    dual_class_code: str | None = None
    rule: str = "profile"


@dataclass(frozen=True)
class Reading:
    """How the words of one field were read.

    `meanings` has the columns of `SCHEMA`; `unknown` are the words that could not be read, for looking up the rows they
    stand in and never for printing.
    """

    field: str
    meanings: pl.DataFrame
    unknown: tuple[str, ...]


def read_words(field: Field, values: Iterable[str], profile: Profile) -> Reading:
    """Read the distinct words of one field.

    Args:
        field: the field they fill.
        values: the distinct cells as they arrived; an empty text for a blank cell.
        profile: the source's profile.
    Returns:
        One meaning or more for every word that could be read.
    """
    found: list[Meaning] = []
    unknown: list[str] = []
    words = sorted(values)
    doubtful = _doubtful_codes(words, profile) if field.kind == "nationality" else frozenset()
    for value in words:
        meanings = [] if value in doubtful else _meanings(field, value, profile)
        found += meanings
        unknown += [] if meanings else [value]
    rows = [{"field": field.name} | vars(meaning) for meaning in found]
    return Reading(field.name, pl.DataFrame(rows, schema=SCHEMA), tuple(unknown))


def _doubtful_codes(values: list[str], profile: Profile) -> frozenset[str]:
    """Give the values that hold a code which is also a word, such as NA or NO, where the source does not write codes.

    "NA" beside "Polish" is a blank that a program wrote, not Namibia; among PL, RO and DE it may be Namibia.
    """
    explained = profile.missing["nationality"].keys() | profile.words.get("nationality", {}).keys()
    cells = {value: [c for c in value.split(CELL_SEPARATOR) if normalised(c) not in explained] for value in values}
    words = {cell for parts in cells.values() for cell in parts}
    if 2 * sum(len(word.strip()) <= LONGEST_CODE for word in words) > len(words):
        return frozenset()
    return frozenset(value for value, parts in cells.items() if any(is_code_and_word(part) for part in parts))


def _meanings(field: Field, value: str, profile: Profile) -> list[Meaning]:
    if field.name not in profile.columns:
        return _absent(field, value)
    word = normalised(value.replace(CELL_SEPARATOR, " ")) if field.has_many else normalised(value)
    missing = profile.missing[field.name].get(word)
    if missing and field.kind not in ("date", "period"):
        return [Meaning(value, missing, rule="missing")]
    readers = {
        "age": _age,
        "date": _day,
        "period": _quarter,
        "nationality": _nationality,
        "code": _codes if field.has_many else _code,
    }
    return readers[field.kind](field, value, profile)


def _absent(field: Field, value: str) -> list[Meaning]:
    """Read the one empty value of a field the source does not have."""
    if field.kind in ("date", "period") or field.is_optional:
        return [Meaning(value, None, rule="not_collected")]
    return [Meaning(value, "not_collected", rule="not_collected")]


def _age(field: Field, value: str, profile: Profile) -> list[Meaning]:
    word = normalised(value)
    ages = read_age(normalised(profile.words.get(field.name, {}).get(word, word)))
    return [Meaning(value, low=ages.low, high=ages.high)] if ages else []


def _day(field: Field, value: str, profile: Profile) -> list[Meaning]:
    word = normalised(value)
    if word in profile.missing[field.name]:
        return [Meaning(value, None, rule="missing")]
    day = read_date(word, profile.date_formats)
    return [Meaning(value, day=day)] if day else []


def _quarter(field: Field, value: str, profile: Profile) -> list[Meaning]:
    word = normalised(value)
    if word in profile.missing[field.name]:
        return [Meaning(value, None, rule="missing")]
    quarter = read_quarter(word, profile.period_format)
    return [Meaning(value, str(quarter))] if quarter else []


def _code(field: Field, value: str, profile: Profile) -> list[Meaning]:
    code = _coded(field, value, profile)
    return [Meaning(value, code)] if code else []


def _codes(field: Field, value: str, profile: Profile) -> list[Meaning]:
    """Read a cell of several values: all of its parts, or nothing."""
    parts = [
        part for cell in value.split(CELL_SEPARATOR) for part in _parts(cell, profile.separators.get(field.name, ()))
    ]
    words = [part for part in parts if normalised(part)]
    if not words:
        return [Meaning(value, profile.missing[field.name][""], rule="missing")]
    codes = [_coded(field, word, profile) for word in words]
    if not all(codes):
        return []
    known = sorted({code for code in codes if code})
    # A missing word beside a real one ("Housing; unknown") adds nothing that can be counted.
    counted = [code for code in known if code not in MISSING_KINDS] or known[:1]
    return [Meaning(value, code, position) for position, code in enumerate(counted, start=1)]


def _coded(field: Field, word: str, profile: Profile) -> str | None:
    key = normalised(word)
    code = profile.words.get(field.name, {}).get(key) or profile.missing[field.name].get(key)
    return code or (word.strip() if word.strip() in profile.allowed.get(field.name, ()) else None)


def _parts(cell: str, separators: Iterable[str]) -> list[str]:
    parts = [cell]
    for separator in separators:
        parts = [piece for part in parts for piece in part.split(separator)]
    return parts


def _nationality(field: Field, value: str, profile: Profile) -> list[Meaning]:
    """Read the set of nationalities of one person, from one cell or several."""
    cells = [cell for cell in value.split(CELL_SEPARATOR) if normalised(cell) not in profile.missing[field.name]]
    mapped = [profile.words.get(field.name, {}).get(normalised(cell), cell) for cell in cells]
    kinds = [cell for cell in mapped if cell in MISSING_KINDS]
    readings = [read_nationality(cell) for cell in mapped if cell not in MISSING_KINDS]
    if not readings and (kinds or not cells):
        return [Meaning(value, (kinds or [profile.missing[field.name].get("", "not_recorded")])[0], rule="missing")]
    if not all(reading.is_recognised for reading in readings):
        return []
    codes = sorted({code for reading in readings for code in reading.codes})
    has_unknown = any(reading.has_unknown_other for reading in readings)
    if not codes:
        return [Meaning(value, "not_recorded", rule="no_nationality_named")]
    class_code, dual_class = nationality_class(tuple(codes), has_unknown)
    rule = "+".join(sorted({reading.rule for reading in readings}))
    return [
        Meaning(value, code, position, class_code=class_code, dual_class_code=dual_class, rule=rule)
        for position, code in enumerate(codes, start=1)
    ]
