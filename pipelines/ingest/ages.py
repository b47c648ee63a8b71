"""Ages as exports write them: a number, a band, or words.

Answers "which ages can this word stand for"; which age group that is, is decided in `sql/core`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OLDEST = 120
_NUMBER = r"(\d{1,3})"
_DASH = r"\s*(?:-|–|—|to)\s*"
_YEARS = r"\s*(?:years?(?: old)?|yrs?|y)?"
# Read in this order; the first pattern that fits the whole word wins. Low and high are both included.
_PATTERNS: tuple[tuple[str, str], ...] = (
    (rf"{_NUMBER}{_YEARS}", "exact"),
    (rf"{_NUMBER}{_DASH}{_NUMBER}{_YEARS}", "between"),
    (rf"{_NUMBER}\s*\+", "from"),
    (rf"{_NUMBER}{_YEARS} (?:and|or) (?:over|older|above)", "from"),
    (rf"(?:over) {_NUMBER}", "above"),
    (rf"(?:under|below|less than) {_NUMBER}", "below"),
    (rf"{_NUMBER}{_YEARS} (?:and|or) (?:under|younger|below)", "up_to"),
    (r"adult", "adult"),
    (r"child", "child"),
)
_IN_BRACKETS = re.compile(r"^(?:adult|child)\s*\((.+)\)$")


@dataclass(frozen=True)
class AgeRange:
    """The ages one word can stand for, in completed years, both ends included; `high` is None when open."""

    low: int
    high: int | None


def read_age(word: str) -> AgeRange | None:
    """Read one age.

    Args:
        word: as written in the export, already normalised (lower case, single spaces).
    Returns:
        The range of ages, or None when the word is not an age between 0 and 120.

    >>> read_age("34"), read_age("25–34"), read_age("55 and over"), read_age("over 55")
    (AgeRange(low=34, high=34), AgeRange(low=25, high=34), AgeRange(low=55, high=None), AgeRange(low=56, high=None))
    >>> read_age("adult (18 or over)"), read_age("under 18"), read_age("430")
    (AgeRange(low=18, high=None), AgeRange(low=0, high=17), None)
    """
    inner = _IN_BRACKETS.match(word)
    text = inner[1] if inner else word
    for pattern, form in _PATTERNS:
        match = re.fullmatch(pattern, text)
        if match:
            return _plausible(_range(form, [int(number) for number in match.groups()]))
    return None


def _range(form: str, numbers: list[int]) -> AgeRange:
    ranges = {
        "exact": lambda: AgeRange(numbers[0], numbers[0]),
        "between": lambda: AgeRange(numbers[0], numbers[1]),
        "from": lambda: AgeRange(numbers[0], None),
        "above": lambda: AgeRange(numbers[0] + 1, None),
        "below": lambda: AgeRange(0, numbers[0] - 1),
        "up_to": lambda: AgeRange(0, numbers[0]),
        "adult": lambda: AgeRange(18, None),
        "child": lambda: AgeRange(0, 17),
    }
    return ranges[form]()


def _plausible(ages: AgeRange) -> AgeRange | None:
    high = OLDEST if ages.high is None else ages.high
    return ages if 0 <= ages.low <= high <= OLDEST else None
