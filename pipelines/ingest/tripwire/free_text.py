"""Cells that read like sentences.

Answers "does this text tell a story" for one text at a time, by what sentences about people hold: pronouns, contacts,
days, names and kin. The words and their weights are data, in `reference/name_words.toml`.
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.ingest.tripwire.person_names import ambiguous_names, names_person
from pipelines.ingest.tripwire.vocabulary import Vocabulary, folded, given_names, name_words

LONG_WORDS = 5  # a text of so many words, of which some are unknown, is long for a coded column
VERY_LONG = 12
_MOMENT = re.compile(
    r"\b\d{1,2}[/.]\d{1,2}\b|\b\d{1,2}(?:st|nd|rd|th)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|\b(?:yesterday|today|tomorrow|last (?:week|month|year|night)|next (?:week|month))\b"
    r"|\bthis (?:week|morning|afternoon)\b"
    r"|\bon (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b\d{1,2}(?::\d{2})? ?(?:am|pm)\b"
)
_SENTENCES = re.compile(r"[.!?] +[A-Z].*|[!?]$|\w{3,}\.$")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]*)?")


def reads_as_text(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text is a sentence about somebody rather than a coded word.

    Args:
        text: one distinct cell; its digits may be replaced by zeros.
        vocabulary: words that are no sentence in this column.

    >>> from pipelines.ingest.tripwire.vocabulary import packaged_vocabulary
    >>> reads_as_text("Client's son Adam called on 3/4", packaged_vocabulary())
    True
    >>> reads_as_text("EEA or Swiss, and one that is not known", packaged_vocabulary())
    False
    """
    settings = name_words()["free_text"]
    words = _WORD.findall(text)
    if len(words) < settings["least_words"] or vocabulary.knows(text):
        return False
    return _score(text, words, vocabulary) >= int(settings["enough"])


def is_long_text(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text is longer than coded words are and not known; many such cells are notes."""
    return len(_WORD.findall(text)) >= LONG_WORDS and not vocabulary.knows(text)


def _score(text: str, words: list[str], vocabulary: Vocabulary) -> int:
    small = [folded(word).replace("’", "'") for word in words]
    found = {kind: min(2, sum(word in listed for word in small)) for kind, listed in _listed().items()}
    found["moment"] = 1 if _MOMENT.search(folded(text)) else 0
    found["name"] = 1 if _has_name(text, words, vocabulary) else 0
    found["sentences"] = 1 if _SENTENCES.search(text) else 0
    found["length"] = min(2, len(words) // VERY_LONG)
    weights = name_words()["free_text"]["weights"]
    return sum(weights[kind] * times for kind, times in found.items())


def _has_name(text: str, words: list[str], vocabulary: Vocabulary) -> bool:
    keys = (folded(word.split("'")[0].split("’")[0]) for word in words if word[0].isupper())
    lone = (key in given_names() and key not in ambiguous_names() and key not in vocabulary.words for key in keys)
    return any(lone) or names_person(text, vocabulary)


@cache
def _listed() -> dict[str, frozenset[str]]:
    words = name_words()["free_text"]["words"]
    return {kind: frozenset(text.replace("’", "'").split()) for kind, text in words.items()}
