"""What the words of one field are proposed to mean, and which of them may be shown.

Answers "which lines stand under [values] and [missing]" and "which words does nobody know". A word of a record is shown
or written only when the product brought it along, or when at least ten rows and three in a hundred share it and the
tripwire has nothing against it: then it is a category and not a person. Other words are told by rows only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from pipelines.codelists import MISSING_KINDS, codelist
from pipelines.ingest.births import postcode_district
from pipelines.ingest.fields import Field, fields
from pipelines.ingest.nationality import read_nationality
from pipelines.ingest.words import normalised
from pipelines.inspecting.age_schemes import fitting_schemes
from pipelines.inspecting.assigning import Choice
from pipelines.inspecting.book import book
from pipelines.inspecting.coded import read_coded, split
from pipelines.inspecting.lexicon import Entry, lexicon, missing_word, plain
from pipelines.inspecting.persons import is_harmless
from pipelines.inspecting.shapes import read_ages
from pipelines.inspecting.survey import merged_words, spellings

_LONGEST_SHOWN = 60
_NOT_CODE = re.compile(r"[^A-Z0-9]+")
# ISO 3166-1: a source that writes codes for nationalities writes nothing longer.
_LONGEST_CODE = 3


@dataclass(frozen=True)
class FieldWords:
    """The words of one field.

    `values` maps words to codes, `missing` words to kinds of missing. `shown` are unknown words that are categories,
    with their rows; `unknown` counts all unknown words, `unknown_rows` names rows of those that are not shown.
    `doubtful` are proposed meanings a person should confirm.
    """

    field: str
    separators: tuple[str, ...]
    values: Mapping[str, str]
    missing: Mapping[str, str]
    shown: Mapping[str, int]
    unknown: int
    unknown_share: float
    unknown_rows: tuple[int, ...]
    doubtful: tuple[str, ...]
    age_scheme: str = ""
    age_schemes: tuple[str, ...] = ()


def read_field(name: str, choices: Sequence[Choice], further: Mapping[str, Entry]) -> FieldWords:
    """Say what the words of one field mean.

    Args:
        name: the field.
        choices: the columns that fill it.
        further: words of the settings, by their plain form.
    """
    field, words = fields()[name], merged_words([choice.column for choice in choices])
    if field.kind == "code":
        return _codes(field, words, choices, further)
    if field.kind == "nationality":
        return _nationalities(name, words, choices)
    if field.kind == "age":
        return _ages(name, words, choices)
    missing = _missing(name, words) if field.kind in ("date", "period") else {}
    return _field_words(name, missing=missing)


def _codes(
    field: Field, words: Mapping[str, int], choices: Sequence[Choice], further: Mapping[str, Entry]
) -> FieldWords:
    if field.code_list == "":
        return _own_categories(field, words, choices)
    reading = read_coded(field.name, words, heading=choices[0].heading, is_many=field.has_many, further=further)
    official = set() if field.code_list == "settings" else set(codelist(field.code_list).codes)
    values = {w: e.code for w, e in _once(reading.known).items() if not e.is_missing and w not in official}
    missing = {w: e.code for w, e in _once(reading.known).items() if e.is_missing}
    return _field_words(
        field.name,
        separators=reading.separators,
        values=values,
        missing=missing,
        unknown=reading.unknown,
        choices=choices,
        doubtful=tuple(sorted(word for word, entry in _once(reading.known).items() if not entry.is_certain)),
        share=1 - reading.share,
    )


def _once(known: Mapping[str, Entry]) -> dict[str, Entry]:
    """Give each word in one spelling: those that differ in capitals and spaces only are one word to the reader."""
    found: dict[str, tuple[str, Entry]] = {}
    for word, entry in sorted(known.items(), key=lambda item: (item[0].isupper(), item[0])):
        found.setdefault(normalised(word), (word, entry))
    return dict(found.values())


def _own_categories(field: Field, words: Mapping[str, int], choices: Sequence[Choice]) -> FieldWords:
    """Give a field whose codes the profile decides a code for each word that is a category."""
    missing = _missing(field.name, words)
    left = {word: n for word, n in words.items() if word not in missing}
    shown = shown_words(left, sum(words.values()))
    values = {word: code for word in sorted(shown) if (code := _as_code(word))}
    known = {normalised(word) for word in values}
    unknown = {word: n for word, n in left.items() if normalised(word) not in known}
    return _field_words(field.name, values=values, missing=missing, unknown=unknown, choices=choices)


def read_districts(choices: Sequence[Choice]) -> FieldWords:
    """Say which districts a column of postcodes holds: each that enough rows share becomes a code of its own."""
    words = merged_words([choice.column for choice in choices])
    districts = dict(zip(words, postcode_district(pl.Series(list(words), dtype=pl.String)), strict=True))
    counted: Counter[str] = Counter()
    for word, n in words.items():
        counted[districts[word]] += n
    missing = {word: kind for word, kind in _missing("residence_area", words).items() if word in counted}
    del counted[""]
    shown = shown_words(counted, sum(words.values()))
    unknown = {district: n for district, n in counted.items() if district not in shown}
    values = {it: it for it in shown}
    found = _field_words("residence_area", values=values, missing=missing, unknown=unknown, choices=choices)
    cells = ((cell, rows) for choice in choices for cell, rows in choice.column.rows.items())
    places = sorted(row for cell, rows in cells if districts[cell] in unknown for row in rows)
    return replace(found, unknown_rows=tuple(dict.fromkeys(places)))


def _as_code(word: str) -> str:
    code = _NOT_CODE.sub("_", plain(word).upper()).strip("_")[:30]
    return code if code[:1].isalpha() else ""


def _nationalities(name: str, words: Mapping[str, int], choices: Sequence[Choice]) -> FieldWords:
    writes_codes = sum(len(word) <= _LONGEST_CODE for word in words) * 2 > len(words)
    missing = {
        word: kind
        for word, kind in _missing(name, words).items()
        if not (writes_codes and word.isupper() and read_nationality(word).is_recognised)
    }
    unknown = {w: n for w, n in words.items() if w not in missing and not read_nationality(w).is_recognised}
    return _field_words(name, missing=missing, unknown=unknown, choices=choices)


def _ages(name: str, words: Mapping[str, int], choices: Sequence[Choice]) -> FieldWords:
    reading = read_ages(words)
    missing = {word: entry.code for word in reading.missing if (entry := missing_word(word))}
    schemes = fitting_schemes(reading.unread)
    unknown = {} if len(schemes) == 1 else {word: words[word] for word in reading.unread}
    words_of_age = _field_words(name, missing=missing, unknown=unknown, choices=choices)
    scheme = schemes[0] if len(schemes) == 1 else ""
    return replace(words_of_age, age_scheme=scheme, age_schemes=schemes)


def _missing(name: str, words: Mapping[str, int]) -> dict[str, str]:
    """Give the words of a column that say a value is missing."""
    found = {word: entry.code for word in words if (entry := missing_word(word, name))}
    return {spelling: found[spelling] for spelling, _ in spellings({word: words[word] for word in found}).values()}


def _field_words(  # noqa: PLR0913 - most have a default
    name: str,
    *,
    separators: tuple[str, ...] = (),
    values: Mapping[str, str] | None = None,
    missing: Mapping[str, str] | None = None,
    unknown: Mapping[str, int] | None = None,
    choices: Sequence[Choice] = (),
    doubtful: tuple[str, ...] = (),
    share: float | None = None,
) -> FieldWords:
    filled = sum(choice.column.counted for choice in choices) or 1
    left = unknown or {}
    shown = shown_words(left, filled)
    hidden = {word for word in left if normalised(word) not in set(map(normalised, shown))}
    places = sorted(
        row
        for choice in choices
        for cell, rows in choice.column.rows.items()
        if hidden and not hidden.isdisjoint((cell, *split(cell, separators)))
        for row in rows
    )
    return FieldWords(
        field=name,
        separators=separators,
        values=values or {},
        missing=missing or {},
        shown=shown,
        unknown=len({normalised(word) for word in left}),
        unknown_share=share if share is not None else sum(left.values()) / filled,
        unknown_rows=tuple(dict.fromkeys(places)),
        doubtful=doubtful,
    )


def shown_words(words: Mapping[str, int], filled: int) -> dict[str, int]:
    """Give the words that are categories and may be shown, most frequent first."""
    limits = book().limits
    least = max(limits["category_rows"], limits["category_share"] * filled)
    once = spellings(words).values()
    return {word: n for word, n in once if n >= least and len(word) <= _LONGEST_SHOWN and is_harmless(word)}


def shared_missing(all_words: Mapping[str, FieldWords]) -> tuple[dict[str, list[str]], dict[str, dict[str, list[str]]]]:
    """Part words for missing into those that hold for every field and those of one field only.

    A word holds for every field when the general list has it without doubt and no field reads it as something else.
    """
    shared: dict[str, set[str]] = {kind: set() for kind in MISSING_KINDS}
    own: dict[str, dict[str, set[str]]] = {}
    for name, words in all_words.items():
        for word, kind in words.missing.items():
            general = lexicon("missing").get(normalised(word)) or lexicon("missing").get(plain(word))
            is_code = any(normalised(word) in map(normalised, other.values) for other in all_words.values())
            if general and general.is_certain and general.code == kind and not is_code:
                shared[kind].add(word)
            else:
                own.setdefault(name, {}).setdefault(kind, set()).add(word)
    return (
        {kind: _sorted_once(words) for kind, words in shared.items() if words},
        {name: {kind: _sorted_once(words) for kind, words in kinds.items()} for name, kinds in own.items()},
    )


def _sorted_once(words: set[str]) -> list[str]:
    return sorted({normalised(word): word for word in sorted(words, reverse=True)}.values())
