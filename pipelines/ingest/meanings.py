"""What one word can mean: the shape of the dictionary that the SQL joins to the records.

Answers "what is known about one reading of one word". How words are read is the business of `values.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

SCHEMA: dict[str, pl.DataType] = {
    "field": pl.String(),
    "value": pl.String(),
    "position": pl.Int64(),
    "code": pl.String(),
    "low": pl.Int64(),
    "high": pl.Int64(),
    "day": pl.Date(),
    "class_code": pl.String(),
    "dual_class_code": pl.String(),
    "rule": pl.String(),
    "confidence": pl.String(),
    "role_code": pl.String(),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
}


@dataclass(frozen=True)
class Meaning:
    """One reading of one word; a word with several codes has several meanings, told apart by `position`.

    `low` and `high` are ages in years, `day` is a date; the classes are those of a set of nationalities. `rule` says
    how the word was read and `confidence` is `high` or `low`. `role_code` is the role of a client whose nationality
    cell names a relationship in the place of a nationality. `valid_from` and `valid_to`, both included, limit a meaning
    to cases opened between them; None leaves an end open.
    """

    value: str
    code: str | None = None
    position: int = 1
    low: int | None = None
    high: int | None = None
    day: date | None = None
    class_code: str | None = None
    dual_class_code: str | None = None
    rule: str = "profile"
    confidence: str = "high"
    role_code: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class Reading:
    """How the words of one field were read.

    `meanings` has the columns of `SCHEMA`. `unknown` are the words that could not be read, `kept` those that could not
    but are counted as "not recognised" because the profile says so: both for looking up the rows they stand in, and
    never for printing.
    """

    field: str
    meanings: pl.DataFrame
    unknown: tuple[str, ...]
    kept: tuple[str, ...] = ()


def dictionary(field: str, meanings: Sequence[Meaning]) -> pl.DataFrame:
    """Put the meanings of one field into a table.

    Grain: one row per word and reading.
    """
    return pl.DataFrame([{"field": field} | vars(meaning) for meaning in meanings], schema=SCHEMA)
