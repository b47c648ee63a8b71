"""What may be kept of a date of birth and of a postcode: the age at opening, and the postcode district.

Answers "how old was this person when the case was opened" and "which district is this postcode in", before the date and
the postcode are thrown away. What an age means for the figures is decided in `sql/core`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

import polars as pl

from pipelines.declarations import read_toml
from pipelines.errors import SettingsError
from pipelines.ingest.ages import OLDEST
from pipelines.ingest.dates import DATE_FORMATS, possible_dates, read_date, read_quarter
from pipelines.ingest.words import normalised
from pipelines.resources import reference_file

UNREADABLE_BIRTH = "unreadable date of birth"
# A source may know no more than the year.
YEAR_ONLY = "YYYY"
BIRTH_FORMATS = (*DATE_FORMATS, YEAR_ONLY)
# Of two centuries the one is taken that makes the person at most so old; people older than this are about 1 in 100,000.
OLDEST_BY_SHORT_YEAR = 110

_OUTWARD = r"(?P<outward>[A-Z]{1,2}[0-9][0-9A-Z]?|GIR)"
_POSTCODE = re.compile(rf"{_OUTWARD}(?:\s*[0-9O](?:[A-Z]{{2}})?)?")
_NO_SPACE = re.compile(rf"{_OUTWARD}[0-9O][A-Z]{{2}}")
_NO_FIXED_ABODE = frozenset({"NFA", "N F A", "NO FIXED ABODE", "NO FIXED ADDRESS", "ZZ99 3VZ", "ZZ993VZ"})
_ABROAD = frozenset({"INT INT", "INT", "INTINT"})

# The first and the last day on which somebody may have been born, for each century a word allows.
_Span = tuple[date, date]


def ages_at_opening(
    frame: pl.DataFrame,
    *,
    birth_formats: Sequence[str],
    date_formats: Sequence[str],
    period_format: str,
    year_begins: int = 1,
    missing: Mapping[str, str],
) -> pl.Series:
    """Give the age in completed years when each case was opened, as a word that `read_age` reads.

    Where only the quarter of opening is known, or the birthday is 1 January (written for "some time that year", and
    genuine for some), the age is an interval: "33-34". A birth year of two digits is of the century that makes the
    person 0 to 110 years old; where both do, the interval holds both. Somebody born on 29 February is a year older from
    1 March in common years.

    Args:
        frame: birth, opened, period (String, null where the source has none); one row per record.
        birth_formats: names of `BIRTH_FORMATS`.
        date_formats: formats of the opening date.
        period_format: format of the quarter.
        year_begins: month in which the year of the quarters begins.
        missing: normalised word to the kind of missing it means; blanks may be among them.
    Returns:
        String, one per row: "34", "33-34", the kind of missing of a missing word, "" for a blank, a placeholder such as
        01/01/1900 or an unknown opening date, or `UNREADABLE_BIRTH` for a text that is no date, a birth after the
        opening or an age above 120.
    Source: Family Law Reform Act 1969, section 9: an age is attained at the commencement of the anniversary of birth.
    """
    births = _readings(frame["birth"], partial(_birth, formats=birth_formats, missing=missing), _BIRTH_SCHEMA)
    opened = _readings(frame["opened"], partial(_opened, formats=date_formats), _SPAN_SCHEMA)
    quarters = _readings(frame["period"], partial(_quarter, form=period_format, begins=year_begins), _SPAN_SCHEMA)
    days = frame.select(
        opened_first=pl.coalesce(opened["first"], quarters["first"]),
        opened_last=pl.coalesce(opened["last"], quarters["last"]),
    )
    return pl.concat([births, days], how="horizontal").select(_age().alias("age"))["age"]


def postcode_district(postcodes: pl.Series) -> pl.Series:
    """Give the district of each postcode: its first half, in capitals.

    Args:
        postcodes: String, as written.
    Returns:
        String: "SE1", "NFA" for no fixed abode, "INT" for an address abroad, "" for a blank or what is no postcode.

    >>> postcode_district(pl.Series(["se17pb", "SE1 7PB", "n.f.a", "none"])).to_list()
    ['SE1', 'SE1', 'NFA', '']
    """
    words = postcodes.fill_null("").unique().to_list()
    districts = [_district(word) for word in words]
    return postcodes.fill_null("").replace_strict(words, districts, return_dtype=pl.String)


_SPAN_SCHEMA: dict[str, type[pl.DataType]] = {"first": pl.Date, "last": pl.Date}
_BIRTH_SCHEMA: dict[str, type[pl.DataType]] = {
    "word": pl.String,
    "first": pl.Date,
    "last": pl.Date,
    "earlier_first": pl.Date,
    "earlier_last": pl.Date,
}


@dataclass(frozen=True)
class _Placeholders:
    not_known: frozenset[date]
    words: frozenset[str]
    only_the_year: frozenset[str]


@cache
def _placeholders() -> _Placeholders:
    declared = read_toml(reference_file("birth_dates.toml"), SettingsError)
    return _Placeholders(
        frozenset(declared["not_known"]), frozenset(declared["words"]), frozenset(declared["only_the_year"])
    )


def _readings(
    words: pl.Series, read: Callable[[str], tuple[object, ...]], schema: dict[str, type[pl.DataType]]
) -> pl.DataFrame:
    """Read each distinct word once and give its reading on every row."""
    distinct = words.fill_null("").unique().to_list()
    dictionary = pl.DataFrame([read(word) for word in distinct], schema=schema, orient="row")
    rows = pl.DataFrame({"key": words.fill_null("")})
    keyed = dictionary.with_columns(key=pl.Series(distinct, dtype=pl.String))
    return rows.join(keyed, on="key", how="left", maintain_order="left").drop("key")


def _birth(word: str, *, formats: Sequence[str], missing: Mapping[str, str]) -> tuple[object, ...]:
    """Read a date of birth: a word to give back, or the days it may mean in one century or in two."""
    text = normalised(word)
    if text in missing or not text:
        return (missing[text] if text else "", None, None, None, None)
    days = _days(text, formats)
    known = _placeholders()
    if text in known.words or any(first == last and first in known.not_known for first, last in days):
        return ("", None, None, None, None)
    if not days:
        return (UNREADABLE_BIRTH, None, None, None, None)
    latest, earlier = days[-1], days[-2] if len(days) > 1 else (None, None)
    return (None, *latest, *earlier)


def _days(text: str, formats: Sequence[str]) -> list[_Span]:
    if YEAR_ONLY in formats and re.fullmatch(r"\d{4}", text, re.ASCII) and int(text) > 0:
        return [_year(int(text))]
    days = possible_dates(text, [name for name in formats if name != YEAR_ONLY])
    return [_year(day.year) if _is_only_the_year(day) else (day, day) for day in days]


def _is_only_the_year(day: date) -> bool:
    known = _placeholders()
    return f"{day:%m-%d}" in known.only_the_year and day not in known.not_known


def _year(year: int) -> _Span:
    return date(year, 1, 1), date(year, 12, 31)


def _opened(word: str, *, formats: Sequence[str]) -> tuple[object, ...]:
    day = read_date(normalised(word), formats)
    return (day, day)


def _quarter(word: str, *, form: str, begins: int) -> tuple[object, ...]:
    quarter = read_quarter(normalised(word), form, year_begins=begins)
    return (quarter.first_day, quarter.last_day) if quarter else (None, None)


def _age() -> pl.Expr:
    """Give the age as a word, from the days of birth and of opening."""
    low, high = _completed_years("opened_first", "last"), _completed_years("opened_last", "first")
    earlier_low = _completed_years("opened_first", "earlier_last")
    earlier_high = _completed_years("opened_last", "earlier_first")
    is_short = pl.col("earlier_first").is_not_null()
    oldest = pl.when(is_short).then(OLDEST_BY_SHORT_YEAR).otherwise(OLDEST)
    is_latest = (high >= 0) & (low <= oldest)
    is_earlier = is_short & (earlier_high >= 0) & (earlier_low <= OLDEST_BY_SHORT_YEAR)
    return (
        pl.when(pl.col("word").is_not_null())
        .then(pl.col("word"))
        .when(pl.col("opened_first").is_null())
        .then(pl.lit(""))
        .when(is_latest | is_earlier)
        .then(
            _interval(
                pl.when(is_latest).then(low).otherwise(earlier_low),
                pl.when(is_earlier).then(earlier_high).otherwise(high),
            )
        )
        .otherwise(pl.lit(UNREADABLE_BIRTH))
    )


def _completed_years(on: str, birth: str) -> pl.Expr:
    day, born = pl.col(on).dt, pl.col(birth).dt
    is_before_birthday = 100 * day.month().cast(pl.Int32) + day.day() < 100 * born.month().cast(pl.Int32) + born.day()
    return day.year() - born.year() - is_before_birthday.cast(pl.Int32)


def _interval(low: pl.Expr, high: pl.Expr) -> pl.Expr:
    first, last = low.clip(lower_bound=0), high.clip(upper_bound=OLDEST)
    ends = pl.format("{}-{}", first, last)
    return pl.when(first == last).then(first.cast(pl.String)).otherwise(ends)


def _district(word: str) -> str:
    text = " ".join(word.upper().replace(".", "").split())
    if text in _NO_FIXED_ABODE:
        return "NFA"
    if text in _ABROAD:
        return "INT"
    match = _NO_SPACE.fullmatch(text) or _POSTCODE.fullmatch(text)
    return match["outward"] if match else ""
