"""How old a reader must be for a text: the Flesch-Kincaid grade, in years.

Source: Kincaid, Fishburne, Rogers and Chissom (1975), "Derivation of new readability formulas", Naval Technical
Training Command, report 8-75. A grade of the United States' schools begins at an age of five years.
"""

from __future__ import annotations

import re

FIRST_GRADE_AGE = 5
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_VOWELS = re.compile(r"[aeiouy]+")


def sentences_in(text: str) -> list[str]:
    """Cut a text into sentences; a full stop between digits ends none."""
    return [part.strip() for part in re.split(r"(?<=[.!?])(?=\s|$)|\n", text) if _WORD.search(part)]


def syllables(word: str) -> int:
    """Count the syllables of an English word by its groups of vowels, a silent final e left out.

    >>> [syllables(word) for word in ("case", "client", "population", "people", "served", "age")]
    [1, 1, 4, 2, 1, 1]
    """
    plain = word.lower()
    groups = len(_VOWELS.findall(plain))
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$", plain) is not None
    return max(1, groups - silent)


def reading_age(text: str) -> float:
    """Give the age in years at which a text is read with ease."""
    said, words = sentences_in(text), _WORD.findall(text)
    grade = 0.39 * len(words) / len(said) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return grade + FIRST_GRADE_AGE
