"""What cells look like: dates and their formats, quarters, ages, references.

Answers "in which formats can this column be read, and for what share of its rows". A format is proposed only on the
evidence of the whole column: a day above 12 proves which number is the day; where nothing proves it, the British order
is taken and the reader is told to ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pipelines.ingest.ages import read_age
from pipelines.ingest.dates import DATE_FORMATS, PERIOD_FORMATS, formats_at_odds, read_date, read_quarter
from pipelines.ingest.words import normalised
from pipelines.inspecting.lexicon import missing_word

# Day numbers of spreadsheets: 43831 is 1 January 2020. Dates of birth reach back further than cases.
_SERIAL = re.compile(r"(?:[1-5]\d{4})(?:\.\d+)?")
_REFERENCE = re.compile(r"[\w./\\-]{1,40}")
_LETTER = re.compile(r"[A-Ja-jUu]")
# A further format is proposed only when it reads at least this share of the rows: fewer are slips.
_FURTHER_FORMAT = 0.002
_READ_WORDS = 5000


@dataclass(frozen=True)
class DateReading:
    """How a column of dates can be read; `is_ambiguous` where day and month could be the other way round."""

    formats: tuple[str, ...]
    share: float
    is_ambiguous: bool
    first: date | None
    last: date | None
    missing: tuple[str, ...]
    unread: tuple[str, ...]
    proof: str


@dataclass(frozen=True)
class AgeReading:
    """How a column of ages can be read: the shares of rows that are numbers, bands or single letters."""

    numbers: float
    bands: float
    letters: float
    missing: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def share(self) -> float:
        """Give the share of rows that can be read without help."""
        return self.numbers + self.bands


@dataclass(frozen=True)
class PeriodReading:
    """How a column of quarters can be read; `year_begins` is 4 where years are written 2019/20."""

    format: str
    share: float
    year_begins: int
    first: str
    last: str


def read_dates(words: Mapping[str, int]) -> DateReading:
    """Find the formats in which a column's dates are written.

    Args:
        words: distinct cells with the number of rows each stands in.
    Returns:
        The fewest formats that read most rows, best first, and the share of filled rows that they read, words for
        missing left out.
    """
    missing = tuple(word for word in words if missing_word(word, "closed"))
    left = {word: n for word, n in _most(words).items() if word not in missing}
    total = sum(left.values())
    chosen: list[str] = []
    unread = dict(left)
    while unread and total:
        name, n = _best_format(unread, chosen)
        if not n or (chosen and n < max(2, _FURTHER_FORMAT * total)):
            break
        chosen.append(name)
        unread = {word: n for word, n in unread.items() if not read_date(normalised(word), [name])}
    days = [day for word in left if (day := read_date(normalised(word), chosen))] if chosen else []
    is_ambiguous, proof = _order_of_day(left, chosen)
    return DateReading(
        formats=tuple(chosen),
        share=1 - sum(unread.values()) / total if total else 0.0,
        is_ambiguous=is_ambiguous,
        first=min(days, default=None),
        last=max(days, default=None),
        missing=missing,
        unread=tuple(unread),
        proof=proof,
    )


def _most(words: Mapping[str, int]) -> dict[str, int]:
    """Keep the words that matter most, so that a column of notes costs no more than one of dates."""
    return dict(sorted(words.items(), key=lambda item: (-item[1], item[0]))[:_READ_WORDS])


def _best_format(words: Mapping[str, int], chosen: Iterable[str]) -> tuple[str, int]:
    counted = {name: _read_by(words, name) for name in _candidates(words, tuple(chosen))}
    return max(counted.items(), key=lambda item: item[1], default=("", 0))


def _candidates(words: Mapping[str, int], chosen: tuple[str, ...]) -> list[str]:
    """Give the formats worth trying, in the order of the list: British before American where both read the same."""
    serials = sum(n for word, n in words.items() if _SERIAL.fullmatch(word)) * 2 > sum(words.values())
    names = [name for name in DATE_FORMATS if not name.endswith(" UTC") and name != "EXCEL 1904"]
    names = [name for name in names if (name == "EXCEL") <= serials]
    return [name for name in names if name not in chosen and not formats_at_odds([*chosen, name])]


def _read_by(words: Mapping[str, int], name: str) -> int:
    return sum(n for word, n in words.items() if read_date(normalised(word), [name]))


def _order_of_day(words: Mapping[str, int], chosen: Iterable[str]) -> tuple[bool, str]:
    """Tell whether day and month could change places, and what proves that they do not."""
    for name in chosen:
        swapped = name.replace("DD/MM", "MM/DD") if "DD/MM" in name else name.replace("MM/DD", "DD/MM")
        if swapped == name or swapped not in DATE_FORMATS:
            continue
        own = {word for word in words if read_date(normalised(word), [name])}
        only = [word for word in own if not read_date(normalised(word), [swapped])]
        if not only:
            return True, ""
        return False, f"{sum(words[word] for word in only):,} rows have a day above 12"
    return False, ""


def read_ages(words: Mapping[str, int]) -> AgeReading:
    """Say how a column of ages is written, as shares of its filled rows, words for missing left out."""
    missing = tuple(word for word in words if missing_word(word) and not read_age(normalised(word)))
    left = {word: n for word, n in _most(words).items() if word not in missing}
    total = sum(left.values()) or 1
    shares = {"number": 0, "band": 0, "letter": 0, "unread": 0}
    kinds = {word: _age_kind(word) for word in left}
    for word, n in left.items():
        shares[kinds[word]] += n
    return AgeReading(
        numbers=shares["number"] / total,
        bands=shares["band"] / total,
        letters=shares["letter"] / total,
        missing=missing,
        unread=tuple(word for word, kind in kinds.items() if kind in ("unread", "letter")),
    )


def _age_kind(word: str) -> str:
    ages = read_age(normalised(word))
    if ages:
        return "number" if ages.low == ages.high else "band"
    return "letter" if _LETTER.fullmatch(word) else "unread"


def read_periods(words: Mapping[str, int]) -> PeriodReading | None:
    """Find the format in which a column's quarters or months are written, or None."""
    left = {word: n for word, n in _most(words).items() if not missing_word(word)}
    best: PeriodReading | None = None
    for name in PERIOD_FORMATS:
        begins = 4 if "YYYY/YY" in name else 1
        read = {w: quarter for w in left if (quarter := read_quarter(normalised(w), name, year_begins=begins))}
        share = sum(left[word] for word in read) / (sum(left.values()) or 1)
        if read and (best is None or share > best.share):
            best = PeriodReading(name, share, begins, str(min(read.values())), str(max(read.values())))
    return best


def reference_share(words: Mapping[str, int]) -> float:
    """Give the share of rows that look like references: short, without spaces, with a digit."""
    left = _most(words)
    fitting = sum(n for w, n in left.items() if _REFERENCE.fullmatch(w) and any(map(str.isdigit, w)))
    return fitting / (sum(left.values()) or 1)
