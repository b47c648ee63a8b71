"""How a figure is written on a page of another language, restated for the auditor.

Answers "may this figure be shown as that text here". Only the language that an element names counts, so that English
signs on a Polish page are as wrong as Polish ones on an English page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from pipelines.declarations import read_toml
from pipelines.errors import DisclosureError
from pipelines.resources import reference_file

ENGLISH = "en"
_NUMBER = re.compile(r"\d[\d.,]*%?")
_WORDS = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\d+")


def language_of(tags: Iterable[str]) -> str:
    """Give the language of the innermost element that names one; a page that names none is in English."""
    return next(iter(tags), ENGLISH).partition("-")[0].lower()


def is_written(text: str, ways: Collection[str], language: str) -> bool:
    """Tell whether a text shows a figure.

    Args:
        text: as shown, with single blanks.
        ways: the ways to show it in English.
        language: of the element around it.
    Returns:
        Whether it does; in another language with its signs. The words of "fewer than" are then its own, and only their
        number counts.
    """
    if language == ENGLISH:
        return text in ways
    if _WORDS.search(text):
        limits = {number for way in ways if _WORDS.search(way) for number in _DIGITS.findall(in_signs(way, language))}
        return _DIGITS.findall(text) in [[limit] for limit in limits]
    return text in {in_signs(way, language) for way in ways}


def in_signs(way: str, language: str) -> str:
    """Write what is written in English with the signs of a language.

    >>> in_signs("1,180 (24.5%)", "pl")
    '1 180 (24,5%)'
    """
    signs = _signs().get(language)
    return way if signs is None else _NUMBER.sub(lambda found: _rewritten(found[0], *signs), way)


def _rewritten(number: str, decimal: str, group: str, percent: str) -> str:
    written = number.removesuffix("%").translate({ord("."): decimal, ord(","): group})
    return written + percent if number.endswith("%") else written


@cache
def _signs() -> dict[str, list[str]]:
    found: dict[str, list[str]] = read_toml(reference_file("number_signs.toml"), DisclosureError)["signs"]
    return found
