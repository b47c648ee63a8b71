"""Words that are certainly no person: those of code lists, nationalities, the packaged lexicon and a field's profile.

Answers "is this cell, or this word of it, one that coded columns hold". Used before a cell is taken for a name or for a
sentence; what a cell of a coded column means is answered elsewhere.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.ingest.nationality_names import without_accents
from pipelines.ingest.words import normalised
from pipelines.resources import reference_file

_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Vocabulary:
    """Known phrases, folded, and known words.

    A word of a phrase is known by itself unless it is a given name: "Saint Lucia" does not make Lucia a place.
    """

    phrases: frozenset[str]
    words: frozenset[str]

    def knows(self, text: str) -> bool:
        """Tell whether a text is a known phrase, or has known words only."""
        words = folded_words(text)
        return " ".join(words) in self.phrases or all(word in self.words for word in words)

    def with_phrases(self, texts: Iterable[str]) -> Vocabulary:
        """Give this vocabulary and what else a profile declares for one field."""
        declared = list(texts)
        if not declared:
            return self
        phrases, words = _phrases_and_words(declared)
        return Vocabulary(self.phrases | phrases, self.words | words)


@cache
def name_words() -> dict[str, Any]:
    """Read `reference/name_words.toml`."""
    return read_toml(reference_file("name_words.toml"), SettingsError)


@cache
def given_names() -> frozenset[str]:
    """Read the packaged given names, folded."""
    return _listed("given_names.txt")


@cache
def surnames() -> frozenset[str]:
    """Read the packaged surnames, folded."""
    return _listed("surnames.txt")


@cache
def packaged_vocabulary() -> Vocabulary:
    """Give what is known without a profile: code lists, nationality names, the lexicon and `name_words.toml`."""
    phrases, words = _phrases_and_words(_packaged_texts())
    # Cases and places with names in them are known as a whole; the names in them are not.
    not_names, parts = _phrases_and_words(name_words()["not_names"])
    words |= parts - given_names() - surnames()
    plain = frozenset(f"{name_words()['plain_words']} {name_words()['not_a_person']}".split())
    return Vocabulary(phrases | not_names, words | plain)


def folded(text: str) -> str:
    """Give the form in which names are compared: small letters, no accents."""
    return without_accents(normalised(text))


def folded_words(text: str) -> list[str]:
    """Give the words of a text, folded; digits and signs are left out."""
    return _WORD.findall(folded(text))


def _phrases_and_words(texts: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    phrases: set[str] = set()
    words: set[str] = set()
    people = given_names() | surnames()
    for text in texts:
        found = folded_words(text)
        phrases.add(" ".join(found))
        words.update(found if len(found) == 1 else (word for word in found if word not in people))
    return frozenset(phrases), frozenset(words)


def _packaged_texts() -> Iterator[str]:
    for folder, column in (("codelists", "label"), ("lexicon", "word")):
        for path in sorted(reference_file(folder).glob("*.csv")):
            yield from _column(path, column)
    yield from _column(reference_file("nationality_names.csv"), "name")


def _column(path: Any, name: str) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield row.get(name) or ""


def _listed(file_name: str) -> frozenset[str]:
    lines = reference_file(file_name).read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
