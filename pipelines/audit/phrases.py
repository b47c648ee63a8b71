"""Words that are known from somewhere else: is a text made of nothing but them?

Answers "does this say anything that no other file says". A text is known when it falls into stretches that stand
elsewhere: whole passages, or several words in a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

_SLOT = re.compile(r"\{[^{}]*\}")
_EDGES = "“”‘’\"'()[]{},.;:!?…–-"
_WORDING = ("wording.toml", "pages.toml", "findings.toml", "paper_style.toml")
_LEAST = 2


class Phrases:
    """Texts that are known, and what can be made of them.

    Args:
        texts: whole texts.
        pieces: parts of texts, such as the words between two names.
        is_open: everything is known, since another version had other words.
    """

    def __init__(self, texts: Iterable[str], pieces: Iterable[str] = (), *, is_open: bool = False) -> None:
        self._is_open = is_open
        texts = tuple(texts)
        told, cut = [_folded(text) for text in texts], [tuple(_words(piece)) for piece in pieces]
        # A single word that was cut off beside a name is known as it is written, so that a title is no middle.
        singles = [words[0] for words in cut if len(words) == 1]
        longer = [tuple(map(str.casefold, words)) for words in cut if words[1:]]
        self._known = {*told}
        self._single = {*singles, *(text.strip(_EDGES) for text in texts if len(text.split()) == 1)}
        self._whole = {words for words in (*told, *longer) if words[1:]}
        self._runs = {words[at : at + _LEAST] for words in self._whole for at in range(len(words) - _LEAST + 1)}
        self._longest = max(map(len, self._whole), default=0)

    def knows(self, text: str) -> bool:
        """Tell whether a text is made of known stretches alone.

        A number stands by itself in many places, as a count or on an axis. So it is known among other words only where
        it stands beside one of them elsewhere too: a published 45 makes no "people aged 45 and over" of those aged 55.
        """
        written, words = tuple(_words(text)), _folded(text)
        reached = [True] + [False] * len(words)
        for at in range(len(words)):
            if reached[at]:
                for end in (*self._wholes(words, at), *self._to_the_end_of(words, at)):
                    reached[end] = True
                is_alone = len(words) == 1 or not any(map(str.isdigit, words[at]))
                reached[at + 1] |= is_alone and written[at] in self._single
        return reached[-1] or self._is_open

    def has(self, text: str) -> bool:
        """Tell whether a text stands elsewhere as a whole."""
        return _folded(text) in self._known

    def _wholes(self, words: tuple[str, ...], at: int) -> Iterator[int]:
        most = min(self._longest, len(words) - at)
        yield from (at + size for size in range(2, most + 1) if words[at : at + size] in self._whole)

    def _to_the_end_of(self, words: tuple[str, ...], at: int) -> Iterator[int]:
        while words[at : at + _LEAST] in self._runs:
            yield at + _LEAST
            at += 1


@cache
def packaged() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the words that this version's briefs are made of: whole wordings, and parts of those with names in them."""
    texts = _worded()
    whole = {text for text in texts if not _SLOT.search(text)}
    pieces = {piece for text in texts - whole for piece in _SLOT.split(text) if any(map(str.isalnum, piece))}
    return tuple(sorted(whole)), tuple(sorted(pieces))


@cache
def own_words() -> Phrases:
    """Give the words of the packaged wording alone."""
    return Phrases(*packaged())


def templates() -> tuple[str, ...]:
    """Give the wordings with names in them."""
    return tuple(sorted(text for text in _worded() if _SLOT.search(text)))


@cache
def _worded() -> frozenset[str]:
    return frozenset(text for name in _WORDING for text in _texts(read_toml(reference_file(name), DisclosureError)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _words(text: str) -> Iterator[str]:
    for word in text.split():
        if bare := word.strip(_EDGES):
            yield bare


def _folded(text: str) -> tuple[str, ...]:
    return tuple(word.casefold() for word in _words(text))
