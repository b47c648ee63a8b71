"""The words headings are made of, and how far a heading says what its column holds.

Answers "which field, or which thing nobody needs, does this heading name" with a number from 0 to 1. The words are
`reference/recognition.toml`, which a person extends; what the cells of a column say is answered elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.resources import reference_file

Phrase = tuple[str, ...]
_API_SUFFIX = re.compile(r"__[cr]\b", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NUMBER_AT_END = re.compile(r"[\s_]*\(?\d{1,2}\)?$")
# "Client 2 nationality" is about somebody else than the client.
_PEOPLE = frozenset({"client", "applicant", "adult", "member"})
# What a part of a heading counts: at least this, and more the more of the heading it is.
_PART, _MORE = 0.5, 0.45
# A phrase counts so much less for each place it stands further down its list.
_PLACE = 0.0005


@dataclass(frozen=True)
class FieldWords:
    """How one field is called.

    `phrases` maps each phrase to its place in the list: of two good headings the one named first wins. `several` says
    which further columns may fill the field too (`numbered`, `any` or none); `needs_cells` that a heading alone is not
    believed. `whole_only`, `by_machine` and `states_of_work` are explained in the file.
    """

    name: str
    phrases: Mapping[Phrase, int]
    never: frozenset[Phrase]
    several: str
    taken_by_cells: bool
    needs_cells: bool
    whole_only: frozenset[Phrase]
    by_machine: frozenset[Phrase]
    states_of_work: frozenset[Phrase]


@dataclass(frozen=True)
class YesNo:
    """What a yes and a no mean under a heading that asks for one thing."""

    field: str
    phrases: frozenset[Phrase]
    yes: str
    no: str


@dataclass(frozen=True)
class KnownLayout:
    """The columns of a kind of file without headings, by position; `looks` gives patterns that some cells follow."""

    title: str
    names: tuple[str, ...]
    looks: Mapping[str, str]


@dataclass(frozen=True)
class Book:
    """What `reference/recognition.toml` says, ready to compare with headings."""

    fields: Mapping[str, FieldWords]
    drops: Mapping[str, frozenset[Phrase]]
    yes_no: tuple[YesNo, ...]
    yes_words: frozenset[str]
    no_words: frozenset[str]
    person_numbers: tuple[str, ...]
    beginnings: tuple[str, ...]
    totals: frozenset[str]
    bulk_load: Mapping[str, tuple[str, ...]]
    limits: Mapping[str, float]
    other_people: frozenset[Phrase]
    the_client: frozenset[Phrase]
    personal: frozenset[str]
    figures: frozenset[Phrase]
    layouts: tuple[KnownLayout, ...]
    missing_here: Mapping[str, Mapping[str, str]]
    enquiries: frozenset[str]


@cache
def book() -> Book:
    """Give the words by which exports are recognised."""
    declared = _declared()
    return Book(
        fields={name: _field(name, entry) for name, entry in declared["fields"].items()},
        drops={name: _phrases(entry["headings"]) for name, entry in declared["drops"].items()},
        yes_no=tuple(
            YesNo(entry["field"], _phrases(entry["headings"]), entry["yes"], entry["no"])
            for entry in declared["yes_no"].values()
        ),
        yes_words=frozenset(declared["yes_no_words"]["yes"]),
        no_words=frozenset(declared["yes_no_words"]["no"]),
        person_numbers=tuple(declared["person_numbers"]["kinds"]),
        beginnings=tuple(sorted(declared["rows"]["beginnings"], key=len, reverse=True)),
        totals=frozenset(word.casefold() for word in declared["rows"]["totals"]),
        bulk_load={name: tuple(keys) for name, keys in declared["bulk_load"].items()},
        limits=declared["limits"],
        other_people=_phrases(declared["other_people"]["headings"]),
        the_client=_phrases(declared["other_people"]["unless"]),
        personal=frozenset(declared["other_people"]["fields"]),
        layouts=tuple(KnownLayout(it["title"], tuple(it["names"]), it["looks"]) for it in declared["layouts"]),
        figures=_phrases(declared["figures"]["headings"]),
        missing_here={
            field: {word: kind for kind, words in kinds.items() for word in words}
            for field, kinds in declared["missing_here"].items()
        },
        enquiries=frozenset(declared["enquiries"]["words"]),
    )


@cache
def _declared() -> dict[str, Any]:
    return read_toml(reference_file("recognition.toml"), SettingsError)


def _field(name: str, entry: Mapping[str, Any]) -> FieldWords:
    asked = (
        heading for rule in _declared()["yes_no"].values() if rule["field"] == name for heading in rule["headings"]
    )
    called = [*entry["headings"], *asked]
    return FieldWords(
        name=name,
        phrases={phrase: place for place, phrase in reversed(list(enumerate(map(heading_words, called))))},
        never=_phrases(entry.get("never", ())),
        several=entry.get("several", ""),
        taken_by_cells=entry.get("taken_by_cells", True),
        needs_cells=entry.get("needs_cells", False),
        whole_only=_phrases(entry.get("whole_only", ())),
        by_machine=_phrases(entry.get("by_machine", ())),
        states_of_work=_phrases(entry.get("states_of_work", ())),
    )


def _phrases(words: Iterable[str]) -> frozenset[Phrase]:
    return frozenset(phrase for word in words if (phrase := heading_words(word)))


@cache
def _same_words() -> dict[str, str]:
    declared = _declared()["same_words"]
    return {_bare(other): name for name, others in declared.items() for other in others}


@cache
def _silent() -> frozenset[str]:
    return frozenset(_declared()["silent"]["words"])


@cache
def heading_words(heading: str) -> Phrase:
    """Give the words of a heading as they are compared.

    >>> heading_words("ClientRef__c"), heading_words("What is your gender?"), heading_words("Issue 2")
    (('client', 'ref'), ('what', 'gender'), ('issue',))
    """
    text = _CAMEL.sub(" ", _API_SUFFIX.sub(" ", heading.strip()))
    words = re.findall(r"[^\W_]+", _bare(text))
    if len(words) > 1 and words[-1].isdigit():
        words.pop()
    words = [_same_words().get(word, word) for word in words]
    return tuple(word for word in words if word not in _silent()) or tuple(words)


def _bare(text: str) -> str:
    """Give a text in small letters without accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def heading_stem(heading: str) -> str:
    """Give a heading without the number at its end: columns of one stem are a series, such as Issue 1 and 2."""
    return _NUMBER_AT_END.sub(
        "", " ".join(heading_words(heading)) if heading.strip()[-1:].isdigit() else heading
    ).casefold()


def score_field(heading: str, field: str) -> float:
    """Say how far a heading names a field, from 0 to 1."""
    words, known = heading_words(heading), book().fields[field]
    if field in book().personal and is_about_others(heading):
        return 0.0
    if words in known.phrases:
        return 1.0 - _PLACE * known.phrases[words]
    if any(_holds(words, phrase) for phrase in known.never):
        return 0.0
    # A bare word such as "date" is some evidence where nothing else fits, and no more.
    return max(_score_part(words, known.phrases.keys() - known.whole_only), _PART * _has_any(words, known.whole_only))


def is_about_others(heading: str) -> bool:
    """Tell whether a heading speaks of somebody beside the client, such as a partner or a dependant.

    >>> is_about_others("Partner DOB"), is_about_others("Main client DOB")
    (True, False)
    """
    words = heading_words(heading)
    is_second = any(word in _PEOPLE and number.isdigit() and number != "1" for word, number in pairwise(words))
    return (is_second or _has_any(words, book().other_people)) and not _has_any(words, book().the_client)


def score_drop(heading: str) -> tuple[float, str]:
    """Say how far a heading names something statistics do not need, and what."""
    words = heading_words(heading)
    scored = [
        (1.0 if words in phrases else _score_part(words, phrases), name) for name, phrases in book().drops.items()
    ]
    return max(scored)


def find_yes_no(heading: str, field: str) -> YesNo | None:
    """Give what yes and no mean for a field under a heading, if it asks for one thing."""
    words = heading_words(heading)
    found = [rule for rule in book().yes_no if rule.field == field and any(_holds(words, p) for p in rule.phrases)]
    return found[0] if found else None


def _score_part(words: Phrase, phrases: Iterable[Phrase]) -> float:
    parts = [len(phrase) for phrase in phrases if _holds(words, phrase)]
    return _PART + _MORE * max(parts) / len(words) if parts else 0.0


def _has_any(words: Phrase, phrases: Iterable[Phrase]) -> bool:
    return any(_holds(words, phrase) for phrase in phrases)


def _holds(words: Sequence[str], phrase: Phrase) -> bool:
    ends = range(len(phrase), len(words) + 1)
    return any(tuple(words[end - len(phrase) : end]) == phrase for end in ends)
