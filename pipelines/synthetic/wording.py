"""The words of an export: positions of codes turned into what a source's people would have typed.

Answers "how does this format write it". The words are read from the profile that will later read them, so that a file
and its profile agree; ages and nationalities, which need no map, are described in `reference/synthetic/formats.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from pipelines.synthetic.draws import RECORDABLE_MISSING, Bools, Ints
from pipelines.synthetic.reference import codes, declared, nationalities, profile

PLAIN, UPPER, LOWER, SPACED, MISTYPED = range(5)
OLDEST = 120
Words = list[str | None]


@dataclass(frozen=True, eq=False)
class Wording:
    """The words for every code of one field in one format.

    `words` holds all words plain, then all of them in each damaged form; `first` and `count` say where a code's words
    stand among the `size` plain ones. Position -1 is a blank.
    """

    words: pl.Series
    first: Ints
    count: Ints
    has_typo: Bools
    size: int

    def write(self, rng: np.random.Generator, positions: Ints, damage: Ints | int = PLAIN) -> pl.Series:
        """Write a word for each position; the first of several words for a code is the usual one."""
        which = (self.count[positions] * rng.random(len(positions)) ** 3).astype(np.int64)
        written: pl.Series = self.words[self.first[positions] + which + np.asarray(damage) * self.size]
        return written

    def mistyped(self, positions: Ints) -> Ints:
        """Give the rows, among those with these positions, whose word has a known typo."""
        return np.flatnonzero(self.has_typo[positions])


def _wording(words: Sequence[Words], typos: Mapping[str, str]) -> Wording:
    filled = [group or [None] for group in words] + [[None]]
    flat = [word for group in filled for word in group]
    counts = np.array([len(group) for group in filled])
    forms = [_damaged(word, typos) for word in flat]
    return Wording(
        words=pl.Series([form[kind] for kind in range(5) for form in forms], dtype=pl.String),
        first=np.cumsum(counts) - counts,
        count=counts,
        has_typo=np.array([any(word in typos for word in group) for group in filled]),
        size=len(flat),
    )


def _damaged(word: str | None, typos: Mapping[str, str]) -> Words:
    if word is None:
        return [None] * 5
    return [word, word.upper(), f"  {word.lower()}", f"{word} ", typos.get(word, word)]


@cache
def wording(format_name: str, field: str) -> Wording:
    """Give the words of one field of a format."""
    form = declared("formats")[format_name]
    typos = form.get("typos", {}) if field == "nationality" else {}
    return _wording([*_real_words(form, format_name, field), *_missing_words(format_name, field)], typos)


def _real_words(form: Mapping[str, Any], format_name: str, field: str) -> list[Words]:
    if field == "age":
        return (
            [[str(age)] for age in range(OLDEST + 1)] if form["age"] == "years" else [[b[2]] for b in form["age_bands"]]
        )
    if field == "nationality":
        return [[_nationality_word(row, form["nationality_words"])] for row in nationalities().values()]
    values: Mapping[str, str] = profile(format_name)["values"].get(field, {})
    return [[word for word, code in values.items() if code == wanted] for wanted in codes(field)]


def _nationality_word(row: Mapping[str, str], kind: str) -> str:
    # There is no country code for people without a nationality, so systems that use codes write the word.
    return row["demonym"] if row["code"] == "STATELESS" else row[kind]


def _missing_words(format_name: str, field: str) -> list[Words]:
    shared = profile(format_name)["missing"]
    own = profile(format_name).get("missing_for", {}).get(field, {})
    return [[word or None for word in (*own.get(kind, []), *shared.get(kind, []))] for kind in RECORDABLE_MISSING]


@cache
def age_ranges(format_name: str) -> tuple[tuple[int, int], ...]:
    """Give the range of ages, both ends included, that each age word of a format stands for."""
    form = declared("formats")[format_name]
    if form["age"] == "years":
        return tuple((age, age) for age in range(OLDEST + 1))
    return tuple((band[0], band[1]) for band in form["age_bands"])


@cache
def age_positions(format_name: str) -> Ints:
    """Give the position of the word for each age from 0 to 120."""
    lows = [low for low, _ in age_ranges(format_name)]
    return np.searchsorted(lows, np.arange(OLDEST + 1), side="right") - 1


def joined(parts: Sequence[pl.Series], separator: str) -> pl.Series:
    """Put several values into one cell; a row without any is blank."""
    cell = pl.select(pl.concat_str(list(parts), separator=separator, ignore_nulls=True).alias("cell"))
    return cell.select(pl.when(pl.col("cell") != "").then(pl.col("cell"))).to_series()
