"""How well each column fits each field, with the evidence in words.

Answers "what could this column be", best first. Which column is taken for which field is decided in `assigning.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipelines.ingest.fields import fields
from pipelines.inspecting.book import book, heading_words, score_field
from pipelines.inspecting.coded import CodedReading
from pipelines.inspecting.evidence import Reading, are_advice_types, read_cells
from pipelines.inspecting.lexicon import Entry
from pipelines.inspecting.shapes import AgeReading, DateReading
from pipelines.inspecting.survey import Column

Further = Mapping[str, Mapping[str, Entry]]
# A column with more distinct words than this is looked at by its heading only.
_MOST_CATEGORIES = 300
# Of two columns that name advice types, one of the area and one of the topic, the narrower says more.
_NARROW = 0.06
# A form's time of sending is taken for the opening only where nothing else fits.
_BY_MACHINE = 0.2


# A field whose heading often names another one, which is given its column first.
_AFTER = {"first_contact": "opened"}


@dataclass(frozen=True)
class Candidate:
    """One field a column could fill; `score` from 0 to 1 is the confidence, `cells` the share of rows that fit."""

    column: Column
    field: str
    heading: float
    cells: float
    score: float
    evidence: str
    reading: Reading = None

    @property
    def after(self) -> str:
        """Name the field that is given its column before this one; empty for most."""
        return _AFTER.get(self.field, "")


def find_candidates(column: Column, n_rows: int, further: Further) -> Iterator[Candidate]:
    """Give the fields a column could fill.

    Args:
        column: what it is called and what its cells hold.
        n_rows: rows of the file that are cases.
        further: words of the settings, by field and plain word.
    """
    for field in fields():
        heading = score_field(column.heading, field)
        if not heading and not _is_worth_reading(column, field):
            continue
        words = further.get(field, {})
        share, sentence, reading = read_cells(column, field, n_rows=n_rows, further=words)
        if not heading:
            share = _told_alone(share, reading)
        if _says_nothing(column, field, reading):
            continue
        if _is_taken(column, field, heading, share):
            score = _confidence(column, field, heading, share, n_rows=n_rows, reading=reading)
            evidence = f"{_heading_sentence(heading)}; {sentence}"
            yield Candidate(column, field, heading, share, score, evidence, reading)


def _told_alone(share: float, reading: Reading) -> float:
    """Give the share of cells that tell without a heading: numbers could count anything, doubtful words mean much."""
    if isinstance(reading, AgeReading):
        return reading.bands
    return reading.certain if isinstance(reading, CodedReading) else share


def _says_nothing(column: Column, field: str, reading: Reading) -> bool:
    """Tell whether a column says only that cases are open or closed, or is called an area and names areas of advice."""
    if field == "residence_area":
        return are_advice_types(column)
    known = book().fields[field].states_of_work
    if heading_words(column.heading) not in known or not isinstance(reading, CodedReading):
        return False
    return {entry.code for entry in reading.known.values() if not entry.is_missing} <= _OPEN_CASES


def _is_worth_reading(column: Column, field: str) -> bool:
    return book().fields[field].taken_by_cells and bool(column.words) and len(column.words) <= _MOST_CATEGORIES


def _is_taken(column: Column, field: str, heading: float, cells: float) -> bool:
    limits, known = book().limits, book().fields[field]
    if heading >= limits["heading_with_cells"] and cells >= max(limits["cells_with_heading"], _LEAST.get(field, 0.0)):
        return True
    if field in ("centre", "project", "funder") or (field in _LEAST and field != "age" and column.filled):
        return False
    if heading >= limits["heading_alone"]:
        return not column.filled or (not known.needs_cells and is_category(column))
    return known.taken_by_cells and field in _BY_CELLS and cells >= limits["cells_alone"] and _tells(column, field)


# Fields that the cells alone may give away, and the least share of readable cells a field asks for with any heading.
_BY_CELLS = frozenset({"nationality", "age", "advice_type", "gender", "outcome", "service_depth", "adviser_level"})
# Codes that say only that nothing has come of a case yet.
_OPEN_CASES = {"ONGOING"}
_LEAST = {"opened": 0.96, "closed": 0.96, "period": 0.9, "date_of_birth": 0.8, "postcode": 0.5, "case_ref": 0.6}
_LEAST |= {
    "first_contact": 0.96,
    "client_ref": 0.6,
    "linked_case_ref": 0.6,
    "centre": 1.0,
    "project": 1.0,
    "funder": 1.0,
    "age": 0.3,
}


def _tells(column: Column, field: str) -> bool:
    """Tell whether cells alone say enough: several different words, of letters and not of digits."""
    if field in ("gender", "age"):
        return len(column.words) >= (2 if field == "gender" else 3)
    return sum(len(re.findall(r"[^\W\d_]", word)) >= 2 for word in column.words) >= 3


def is_category(column: Column) -> bool:
    """Tell whether most rows of a column share their word with others, as categories do and names do not."""
    limits = book().limits
    least = max(2, min(limits["category_rows"], column.filled * 0.02))
    shared = sum(n for n in column.words.values() if n >= least)
    return not column.overflows and shared * 2 >= column.filled and len(column.words) <= _MOST_CATEGORIES


def _heading_sentence(heading: float) -> str:
    if heading >= 0.95:
        return "the heading is one of its names"
    return "the heading holds one of its names" if heading else "nothing in the heading, but the cells say so"


def _confidence(column: Column, field: str, heading: float, cells: float, *, n_rows: int, reading: Reading) -> float:
    score = 0.5 * heading + 0.5 * cells if heading else 0.7 * cells
    if isinstance(reading, DateReading) and reading.is_ambiguous:
        score -= 0.25
    if isinstance(reading, CodedReading):
        score += _NARROW * reading.narrow - 0.3 * (reading.share - reading.certain)
    if field in ("opened", "case_ref") and column.filled < 0.9 * n_rows:
        score -= 0.3
    if heading_words(column.heading) in book().fields[field].by_machine:
        score -= _BY_MACHINE
    return round(max(0.05, min(score, 0.99)), 2)
