"""The words of one source read into codes: once per distinct word, never once per row.

Answers "what does this word mean" for every field. The result is a dictionary table that the SQL joins to the records,
so a person can look up how any word was read. A word that cannot be read is returned as unknown and never guessed.
Nationality cells are put together in `nationality_values.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipelines.codelists import MISSING_KINDS, NOT_RECOGNISED
from pipelines.ingest.ages import age_reading, is_date_like
from pipelines.ingest.dates import read_date, read_quarter
from pipelines.ingest.fields import CELL_SEPARATOR, NEVER_KEPT, Field
from pipelines.ingest.meanings import SCHEMA, Meaning, Reading, dictionary
from pipelines.ingest.nationality_values import doubtful_codes, nationality_meanings
from pipelines.ingest.profiles import Profile
from pipelines.ingest.words import normalised

__all__ = ["SCHEMA", "Meaning", "Reading", "read_words"]

_DATED = ("date", "period")


def read_words(field: Field, values: Iterable[str], profile: Profile) -> Reading:
    """Read the distinct words of one field.

    Args:
        field: the field they fill.
        values: the distinct cells as they arrived; an empty text for a blank cell.
        profile: the source's profile.
    Returns:
        One meaning or more for every word that could be read. Where the profile keeps unknown words, they mean
        `not_recognised`, which is no kind of missing.
    """
    found: list[Meaning] = []
    unknown: list[str] = []
    kept: list[str] = []
    words = sorted(values)
    doubtful = _doubtful(field, words, profile)
    is_kept = field.kind not in _DATED or field.name not in NEVER_KEPT
    keeps = profile.treatment_of_unknown(field.name) == "keep" and is_kept
    for value in words:
        meanings = [] if value in doubtful else _meanings(field, value, profile)
        if not meanings and keeps:
            meanings = _kept(field, value, profile)
            kept.append(value)
        found += meanings
        unknown += [] if meanings else [value]
    return Reading(field.name, dictionary(field.name, found), tuple(unknown), tuple(kept))


def _doubtful(field: Field, words: Sequence[str], profile: Profile) -> frozenset[str]:
    """Give the words that the other words of their column make doubtful."""
    if field.kind == "nationality":
        return doubtful_codes(words, profile)
    return _dates_of_birth(words) if field.kind == "age" else frozenset()


def _dates_of_birth(words: Sequence[str]) -> frozenset[str]:
    """Give every date in a column of ages, unless all of them can be bands that a spreadsheet turned into dates.

    2015-03-08 may have been 3-8; beside 1985-06-15 it is a date of birth in the wrong field.
    """
    dates = frozenset(word for word in words if is_date_like(normalised(word)))
    return frozenset() if all(age_reading(normalised(word)) for word in dates) else dates


def _meanings(field: Field, value: str, profile: Profile) -> list[Meaning]:
    if not profile.fills(field.name):
        return _absent(field, value, profile)
    word = normalised(value.replace(CELL_SEPARATOR, " ")) if field.has_many else normalised(value)
    missing = profile.missing[field.name].get(word)
    if missing and word not in profile.words.get(field.name, {}):
        return [Meaning(value, None if field.kind in _DATED else missing, rule="missing")]
    readers = {
        "age": _age,
        "date": _day,
        "period": _quarter,
        "nationality": nationality_meanings,
        "code": _codes if field.has_many else _code,
    }
    return readers[field.kind](field, value, profile)


def _absent(field: Field, value: str, profile: Profile) -> list[Meaning]:
    """Read the one empty value of a field the source does not have, or that is the same for everybody there."""
    stated = profile.stated.get(field.name)
    if stated:
        return [Meaning(value, stated, rule="stated")]
    # A place that no column names is that of the source, so nothing is missing.
    is_empty = field.kind in _DATED or field.code_list == "settings"
    return [Meaning(value, None if is_empty else "not_collected", rule="not_collected")]


def _kept(field: Field, value: str, profile: Profile) -> list[Meaning]:
    """Give what a word nobody explained counts as: the parts of its cell that are known, or as not recognised."""
    known: set[str] = set()
    if field.kind == "code" and field.has_many:
        codes = (_coded(field, word, profile) for word in _words(field, value, profile))
        known = {code for code in codes if code and code not in MISSING_KINDS}
    rule = "partly_recognised" if known else NOT_RECOGNISED
    codes_told = sorted(known) or [NOT_RECOGNISED]
    return [Meaning(value, code, place, rule=rule, confidence="low") for place, code in enumerate(codes_told, start=1)]


def _age(field: Field, value: str, profile: Profile) -> list[Meaning]:
    """Read an age by the profile's own words, else by each of its schemes, else as it is written."""
    word = normalised(value)
    own = profile.words.get(field.name, {}).get(word)
    schemes = [scheme for scheme in profile.age_schemes if word in scheme.bands]
    if own is None and schemes:
        banded = [_ages(value, scheme.bands[word], "age_scheme") for scheme in schemes]
        dated = zip(banded, schemes, strict=True)
        return [replace(ages, valid_from=s.valid_from, valid_to=s.valid_to) for ages, s in dated if ages]
    ages = _ages(value, word if own is None else own, None if own is None else "profile")
    return [ages] if ages else []


def _ages(value: str, text: str, rule: str | None) -> Meaning | None:
    if text in MISSING_KINDS:
        return Meaning(value, text, rule="missing")
    found = age_reading(normalised(text))
    if found is None:
        return None
    confidence = "high" if rule else found.confidence
    return Meaning(value, low=found.ages.low, high=found.ages.high, rule=rule or found.rule, confidence=confidence)


def _day(_field: Field, value: str, profile: Profile) -> list[Meaning]:
    day = read_date(normalised(value), profile.date_formats)
    return [Meaning(value, day=day, rule="date")] if day else []


def _quarter(_field: Field, value: str, profile: Profile) -> list[Meaning]:
    quarter = read_quarter(normalised(value), profile.period_format, year_begins=profile.year_begins)
    return [Meaning(value, str(quarter), day=quarter.first_day, rule="period")] if quarter else []


def _code(field: Field, value: str, profile: Profile) -> list[Meaning]:
    code = _coded(field, value, profile)
    return [Meaning(value, code, rule="missing" if code in MISSING_KINDS else "profile")] if code else []


def _codes(field: Field, value: str, profile: Profile) -> list[Meaning]:
    """Read a cell of several values: all of its parts, or nothing."""
    words = _words(field, value, profile)
    if not words:
        return [Meaning(value, profile.missing[field.name][""], rule="missing")]
    codes = [_coded(field, word, profile) for word in words]
    if not all(codes):
        return []
    known = sorted({code for code in codes if code})
    # A missing word beside a real one ("Housing; unknown") adds nothing that can be counted.
    counted = [code for code in known if code not in MISSING_KINDS]
    if not counted:
        return [Meaning(value, known[0], rule="missing")]
    return [Meaning(value, code, position) for position, code in enumerate(counted, start=1)]


def _words(field: Field, value: str, profile: Profile) -> list[str]:
    """Give the filled parts of a cell, or of several cells that fill one field."""
    parts = value.split(CELL_SEPARATOR)
    for separator in profile.separators.get(field.name, ()):
        # A word that holds the separator itself, such as "Health & Safety", is not cut where the profile names it.
        parts = [
            piece for part in parts for piece in ([part] if _is_named(field, part, profile) else part.split(separator))
        ]
    return [part for part in parts if normalised(part)]


def _is_named(field: Field, part: str, profile: Profile) -> bool:
    return normalised(part) in profile.words.get(field.name, {})


def _coded(field: Field, word: str, profile: Profile) -> str | None:
    """Give the code of one word: by the profile's words, as missing, or because it is a code itself.

    A code of several parts, such as EUSS_LATE, is nobody's everyday word and may stand in any case of letters; a short
    one, such as F or NONE, is read only as the list writes it.
    """
    key, allowed = normalised(word), profile.allowed.get(field.name, frozenset())
    code = profile.words.get(field.name, {}).get(key) or profile.missing[field.name].get(key)
    if code or word.strip() in allowed:
        return code or word.strip()
    return key.upper() if "_" in key and key.upper() in allowed else None
