"""What is taken where no heading helps: a date of opening, a date of birth and a reference, by their cells alone.

Answers "which column could it be all the same". Such a proposal has a low confidence and comes with a question. Files
without headings depend on it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.ingest.dates import read_date
from pipelines.ingest.words import normalised
from pipelines.inspecting.book import book, score_drop
from pipelines.inspecting.persons import Persons
from pipelines.inspecting.scoring import Candidate
from pipelines.inspecting.shapes import DateReading, read_dates, reference_share
from pipelines.inspecting.survey import Column, Survey

_SCORE = 0.45
_KNOWN_DROP = 0.7
# A reference is different in nearly every row and missing in hardly any.
_UNIQUE, _FILLED = 0.98, 0.9
# Half of all clients are older than this many years when the file's last case is opened.
_YEARS_OF_BIRTH = 12


@dataclass(frozen=True)
class _Dated:
    """A column of dates nobody has taken, with the year in its middle."""

    column: Column
    reading: DateReading
    middle: int


def add_guesses(settled: dict[int, Candidate], survey: Survey, persons: Persons) -> None:
    """Take columns for the fields without which no case can be counted, where nothing else was found.

    Args:
        settled: the columns already taken; more are added.
        survey: what the file holds.
        persons: looks for people in columns.
    """
    filled = {candidate.field for candidate in settled.values()}
    free = [column for column in survey.columns if column.index not in settled and _is_free(column, survey)]
    if not {"opened", "period"} & filled:
        _add_dates(settled, free, has_ages="age" in filled)
    if "case_ref" not in filled:
        _add_reference(settled, free, persons)


def _is_free(column: Column, survey: Survey) -> bool:
    return column.filled >= _FILLED * survey.n_rows > 0 and score_drop(column.heading)[0] < _KNOWN_DROP


def _add_dates(settled: dict[int, Candidate], free: list[Column], *, has_ages: bool) -> None:
    """Take the earliest dates for the opening; dates many years before the others are those of birth."""
    dated = sorted((it for column in free if (it := _dated(column))), key=lambda it: (it.middle, it.column.index))
    latest = max((it.middle for it in dated), default=0)
    births = [it for it in dated if it.middle < latest - _YEARS_OF_BIRTH]
    openings = [it for it in dated if it not in births]
    if births and openings and not has_ages:
        _add(
            settled,
            births[0].column,
            "date_of_birth",
            why="its dates lie years before the others",
            reading=births[0].reading,
        )
    if openings:
        _add(
            settled,
            openings[0].column,
            "opened",
            why="its dates are the first of several kinds",
            reading=openings[0].reading,
        )


def _dated(column: Column) -> _Dated | None:
    reading = read_dates(column.words)
    # Day numbers of a spreadsheet look like references; nothing but a heading tells them apart.
    if reading.share < 1 - book().limits["unreadable_dates"] or "EXCEL" in reading.formats:
        return None
    years = sorted(day.year for word in column.words if (day := read_date(normalised(word), reading.formats)))
    return _Dated(column, reading, years[len(years) // 2]) if years else None


def _add_reference(settled: dict[int, Candidate], free: list[Column], persons: Persons) -> None:
    for column in free:
        is_unique = column.overflows or len(column.words) >= _UNIQUE * column.filled
        is_taken = column.index in settled or persons.by_heading(column) or persons.by_cells(column, "reference")
        if is_unique and not is_taken and reference_share(column.words) >= _UNIQUE and not _dated(column):
            _add(settled, column, "case_ref", why="it is different in nearly every row, as references are")
            return


def _add(
    settled: dict[int, Candidate], column: Column, field: str, *, why: str, reading: DateReading | None = None
) -> None:
    settled[column.index] = Candidate(column, field, 0.0, 1.0, _SCORE, f"nothing in the heading; {why}", reading)
