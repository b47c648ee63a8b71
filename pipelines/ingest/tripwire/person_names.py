"""Names of people in cells.

Answers "does this text name a person" for one text at a time, and which single words are given names. A name is told by
a given name that frequent lists hold, beside a word that no vocabulary knows; by a title; or by an initial and a
surname. What a field's own words are is answered in `vocabulary.py`; how many cells it takes, in `column_watch.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pipelines.ingest.tripwire.vocabulary import Vocabulary, folded, folded_words, given_names, name_words, surnames

MOST_WORDS = 4  # of one name, particles left out
_SEPARATORS = re.compile(r"[;/|&\n\r\t\x1f()\[\]:+]| - | – | and | or ")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’ʼ`-][^\W\d_]+)*\.?")
# Marks that stand between the words of one name: "Adams, Alex", "alex.adams", "ADAMS_Alex".
_GAP = re.compile(r"[\s,._'’\"0-9#-]*")


@dataclass(frozen=True)
class _Word:
    """One word of a cell: as written, folded, and whether it stands right after the word before."""

    written: str
    key: str
    is_next: bool

    @property
    def is_initial(self) -> bool:
        """Tell whether this is one letter, with or without a full stop."""
        return len(self.key) == 1 and self.written[0].isupper()


@cache
def ambiguous_names() -> frozenset[str]:
    """Give the given names that are ordinary words or places as well."""
    return frozenset(name_words()["ambiguous"].split())


@lru_cache(maxsize=64)
def lone_names(vocabulary: Vocabulary, *, with_surnames: bool) -> frozenset[str]:
    """Give the names that mean a person even when they stand alone, if a column holds several of them."""
    names = given_names() | surnames() if with_surnames else given_names()
    return names - ambiguous_names() - vocabulary.words - vocabulary.phrases


def names_person(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text holds the name of a person.

    Args:
        text: one distinct cell; digits in it do not matter.
        vocabulary: words that are no names in this column.

    >>> from pipelines.ingest.tripwire.vocabulary import packaged_vocabulary
    >>> [names_person(text, packaged_vocabulary()) for text in ("Kowalska, Maria", "Hope House", "Roman Catholic")]
    [True, False, False]
    """
    if vocabulary.knows(text):
        return False
    return any(_part_names(part, vocabulary) for part in _SEPARATORS.split(text) if part)


def _part_names(part: str, vocabulary: Vocabulary) -> bool:
    words = _words(part)
    if not words or _phrase(words) in vocabulary.phrases:
        return False
    if any(_is_titled(words, index, vocabulary) for index in range(len(words) - 1)):
        return True
    return any(_is_name(run, vocabulary) for run in _runs(words))


def _words(part: str) -> list[_Word]:
    found, end = [], 0
    for match in _TOKEN.finditer(part):
        written = match[0]
        key = folded(written.rstrip("."))
        found.append(_Word(written, key, bool(_GAP.fullmatch(part[end : match.start()]))))
        end = match.end()
    return found


def _phrase(words: list[_Word]) -> str:
    return " ".join(folded_words(" ".join(word.key for word in words)))


def _is_titled(words: list[_Word], index: int, vocabulary: Vocabulary) -> bool:
    """Tell whether a title stands before a word that is no place or ordinary word: "Mrs Kowalska", "Dr. A. Patel"."""
    after = words[index + 1 : index + 3]
    name = next((word for word in after if not word.is_initial), None)
    if words[index].key not in name_words()["titles"] or name is None or len(name.key) < 2:
        return False
    is_word = name.key in vocabulary.words and name.key not in surnames()
    return not is_word and not _is_place(words)


def _is_place(words: list[_Word]) -> bool:
    return any(word.key in _place_words() for word in words)


@cache
def _place_words() -> frozenset[str]:
    return frozenset(name_words()["not_a_person"].split())


def _runs(words: list[_Word]) -> Iterator[list[_Word]]:
    """Give the stretches of words that could be one name: capitalised, or the whole part in small letters."""
    if len(words) <= MOST_WORDS and all(word.written.islower() for word in words):
        yield words
        return
    run: list[_Word] = []
    for word in words:
        fits = word.written[0].isupper() or word.key in _particles() or not word.written[0].islower()
        if run and not (fits and word.is_next):
            yield run
            run = []
        if fits:
            run.append(word)
    yield run


@cache
def _particles() -> frozenset[str]:
    return frozenset(name_words()["particles"])


@cache
def _surname_shape() -> re.Pattern[str]:
    return re.compile(name_words()["surname_shapes"])


def _is_name(run: list[_Word], vocabulary: Vocabulary) -> bool:
    words = [word for word in run if word.is_initial or word.key not in _particles()]
    if len(words) < 2 or _is_place(run) or _phrase(run) in vocabulary.phrases:
        return False
    if len(words) > MOST_WORDS:
        return any(_is_name(words[start : start + 2], vocabulary) for start in range(len(words) - 1))
    return any(_are_name(word, words[:i] + words[i + 1 :], vocabulary) for i, word in enumerate(words))


def _are_name(word: _Word, others: list[_Word], vocabulary: Vocabulary) -> bool:
    """Tell whether a word is a given name or an initial beside others that make it a name."""
    unknown = [other for other in others if not _is_known(other.key, vocabulary) and len(other.key) > 1]
    if word.is_initial:
        return len(others) <= 2 and bool(unknown) and all(_is_person(other.key) for other in unknown)
    given = [part for part in re.split(r"['’-]", word.key) if part in given_names()]
    if _is_known(word.key, vocabulary):
        return False
    if not given:
        return _are_two_unlisted(word, others, unknown)
    if all(part in ambiguous_names() for part in given):
        return any(_is_person(other.key) for other in unknown)
    if word.written.islower():
        return any(_is_surname(other.key) or other.key in given_names() for other in unknown)
    return bool(unknown) or any(other.is_initial for other in others)


def _are_two_unlisted(word: _Word, others: list[_Word], unknown: list[_Word]) -> bool:
    """Tell whether this is a surname beside one capitalised word that nobody knows: a rare given name."""
    is_pair = len(others) == 1 and len(unknown) == 1
    return is_pair and _is_surname(word.key) and not word.written.islower() and len(unknown[0].key) > 2


def _is_known(key: str, vocabulary: Vocabulary) -> bool:
    return key in vocabulary.words


def _is_person(key: str) -> bool:
    return _is_surname(key) or (key in given_names() and key not in ambiguous_names())


def _is_surname(key: str) -> bool:
    parts = re.split(r"[-]", key)
    return any(part in surnames() for part in parts) or bool(_surname_shape().fullmatch(key))
