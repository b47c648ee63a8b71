"""Which column is taken for which field, and what becomes of the others.

Answers "what is each column to be used for". The best pair of column and field is settled first, then the next; a
column that names people is never mapped, but may be read to derive an age, a district or a keyed hash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.ingest.fields import fields
from pipelines.inspecting.book import book, heading_stem, heading_words, is_about_others, score_drop, score_field
from pipelines.inspecting.coded import CodedReading, is_yes_no
from pipelines.inspecting.evidence import Reading
from pipelines.inspecting.guessing import add_guesses
from pipelines.inspecting.persons import Persons, role_of
from pipelines.inspecting.records import of_these_records
from pipelines.inspecting.scoring import Candidate, Further, find_candidates
from pipelines.inspecting.shapes import AgeReading
from pipelines.inspecting.survey import Column, Survey

MAPPED, USED, DROPPED = "columns", "drop.used", "drop"
# From this score a heading is taken to name something that statistics do not need.
_DROP_SCORE = 0.7
# A further column of a field is taken only when its cells fit as well as this.
_FURTHER_CELLS = 0.5
# The fields that a column naming people may be read for, by whether the heading or a cell gave it away.
_USABLE = ("date_of_birth", "postcode", "case_ref", "client_ref", "linked_case_ref")
# Columns whose shares of narrower codes differ by more than this are two levels of one list.
_LEVELS_APART = 0.5
_AS_FILLED = 0.9
_ONE_THING = 0.1
# Why a column about a partner or a dependant is dropped.
ABOUT_OTHERS = "it is about somebody else than the client"
# Fields whose words only the settings know.
_PLACES = ("centre", "project", "funder")
_DERIVED_FROM = {"date_of_birth": "age", "postcode": "residence_area"}


@dataclass(frozen=True)
class Choice:
    """What one column is used for.

    `use` is `columns`, `drop.used` or `drop`; `field` is empty for a dropped column. `why` is the evidence. `kinds` are
    the kinds of identifier its heading or cells show. `is_asked` marks a column a person should look at.
    """

    column: Column
    use: str
    field: str
    score: float
    why: str
    kinds: tuple[str, ...] = ()
    reading: Reading = None
    is_asked: bool = False

    @property
    def heading(self) -> str:
        """Give the heading of the column."""
        return self.column.heading

    def refused(self, why: str) -> Choice:
        """Give the choice to drop this column after all, and to ask about it."""
        return Choice(self.column, DROPPED, "", self.score, why, self.kinds, is_asked=True)


def choose_columns(survey: Survey, further: Further) -> list[Choice]:
    """Decide what every column is used for.

    Args:
        survey: what the file holds.
        further: words of the settings, by field and plain word.
    Returns:
        One choice per column, in the order of the file.
    """
    persons = Persons()
    every = [it for column in survey.columns for it in find_candidates(column, survey.n_rows, further)]
    every = of_these_records(every, survey)
    wanted = [candidate for candidate in every if _may_be(candidate, persons)]
    settled = _settle(_without_flags(wanted))
    add_guesses(settled, survey, persons)
    _without_underived(settled)
    _add_person_number(settled, survey, persons)
    return [_choice(column, settled, every, persons) for column in survey.columns]


def _may_be(candidate: Candidate, persons: Persons) -> bool:
    """Tell whether a column may be read for a field although the tripwire sees people in it."""
    if _is_better_dropped(candidate):
        return False
    if candidate.field in ("date_of_birth", "postcode"):
        return True
    if persons.by_heading(candidate.column):
        return False
    return candidate.field in _USABLE or not persons.by_cells(candidate.column, role_of(fields()[candidate.field]))


def _is_better_dropped(candidate: Candidate) -> bool:
    """Tell whether a heading says something nobody needs more clearly than the field."""
    return score_drop(candidate.column.heading)[0] > max(candidate.heading, _DROP_SCORE)


def _settle(wanted: Sequence[Candidate]) -> dict[int, Candidate]:
    """Take the best pair of column and field, then the next, until none is left."""
    settled: dict[int, Candidate] = {}
    first: dict[str, Candidate] = {}
    for candidate in sorted(wanted, key=_rank):
        if candidate.column.index in settled or (candidate.after and candidate.after not in first):
            continue
        if candidate.field not in first:
            first[candidate.field] = settled[candidate.column.index] = candidate
        elif _is_further(candidate, first[candidate.field]):
            settled[candidate.column.index] = candidate
    return settled


def _rank(candidate: Candidate) -> tuple[bool, float, float, int]:
    """Put the best candidate first; a column that names what holds says more than one that asks for one thing."""
    score = candidate.score - _ONE_THING * is_yes_no(candidate.column.words)
    return bool(candidate.after), -score, -candidate.heading, candidate.column.index


def _without_flags(wanted: Sequence[Candidate]) -> list[Candidate]:
    """Leave out columns that answer yes or no to one thing each, where a field has several of them.

    One alone would say of everybody else that nothing holds; and a profile gives "Yes" one meaning for a field.
    """
    fields_of_flags = Counter(candidate.field for candidate in wanted if _is_flag(candidate))
    return [it for it in wanted if not (_is_flag(it) and fields_of_flags[it.field] > 1)]


def _is_flag(candidate: Candidate) -> bool:
    return fields()[candidate.field].has_many and is_yes_no(candidate.column.words)


def _is_further(candidate: Candidate, first: Candidate) -> bool:
    """Tell whether a second column of a field belongs to it too."""
    several = book().fields[candidate.field].several
    if is_yes_no(candidate.column.words) or is_yes_no(first.column.words):
        return False  # A profile gives "Yes" one meaning for all columns of a field.
    fits = candidate.cells >= _FURTHER_CELLS or not candidate.column.filled
    if several == "numbered":
        return fits and not _are_two_levels(candidate, first) and _are_series(candidate.column, first.column)
    return several == "any" and fits and candidate.heading >= book().limits["heading_with_cells"]


def _are_series(one: Column, other: Column) -> bool:
    """Tell whether columns are numbered, or are the answers to one question, each in a column of its own."""
    if heading_stem(one.heading) == heading_stem(other.heading):
        return True
    questions = {column.heading.rpartition(" / ")[0] for column in (one, other)}
    return len(questions) == 1 and questions != {""} and len(one.words) == len(other.words) == 1


def _are_two_levels(one: Candidate, other: Candidate) -> bool:
    """Tell whether one column names areas of advice and the other the topics within them: together they count twice.

    Both are then filled in every row; a second or third issue is filled in some.
    """
    readings = [it.reading for it in (one, other) if isinstance(it.reading, CodedReading)]
    if one.column.filled < _AS_FILLED * other.column.filled:
        return False
    return len(readings) == 2 and abs(readings[0].narrow - readings[1].narrow) > _LEVELS_APART


def _without_underived(settled: dict[int, Candidate]) -> None:
    """Leave out what is read only to derive a field that has a column of its own, or cannot be derived."""
    filled = {candidate.field for candidate in settled.values()}
    births = [it for it in settled.values() if it.field == "date_of_birth"]
    for index, candidate in list(settled.items()):
        derived = _DERIVED_FROM.get(candidate.field)
        if candidate.field == "age" and births and "opened" in filled and _is_less_than(candidate, births[0]):
            del settled[index]
            filled.discard("age")
        elif derived in filled and derived != "age":
            del settled[index]
    for index, candidate in list(settled.items()):
        if candidate.field == "date_of_birth" and ("age" in filled or "opened" not in filled):
            del settled[index]


def _is_less_than(age: Candidate, birth: Candidate) -> bool:
    """Tell whether ages say less than the dates of birth beside them.

    Letters have to be explained, and a number that does not say "at" something is often the age on the day of export.
    """
    if birth.column.filled < _AS_FILLED * age.column.filled or not isinstance(age.reading, AgeReading):
        return False
    is_undated = age.reading.numbers > age.reading.bands and "at" not in heading_words(age.column.heading)
    return is_undated or age.reading.share < _FURTHER_CELLS


def _add_person_number(settled: dict[int, Candidate], survey: Survey, persons: Persons) -> None:
    """Let a person number stand in for the client reference where the source has none."""
    if any(candidate.field == "client_ref" for candidate in settled.values()):
        return
    free = [column for column in survey.columns if column.index not in settled and column.filled * 2 > survey.n_rows]
    for kind in book().person_numbers:
        for column in free:
            if kind in persons.all_kinds(column):
                why = f"no client reference, and a {kind} tells clients apart"
                settled[column.index] = Candidate(column, "client_ref", 0.0, 1.0, 0.7, why)
                return


def _choice(column: Column, settled: Mapping[int, Candidate], every: Sequence[Candidate], persons: Persons) -> Choice:
    taken = settled.get(column.index)
    if taken is None:
        return _dropped(column, persons.all_kinds(column), [it for it in every if it.column.index == column.index])
    kinds = (*persons.by_heading(column), *persons.by_cells(column, role_of(fields()[taken.field])))
    found = tuple(dict.fromkeys(kinds))
    use = USED if taken.field in _DERIVED_FROM or (found and taken.field in _USABLE) else MAPPED
    return Choice(column, use, taken.field, taken.score, taken.evidence, found, taken.reading)


def _dropped(column: Column, kinds: tuple[str, ...], also: Sequence[Candidate]) -> Choice:
    """Say why a column is dropped, and whether a person should look at it."""
    if kinds:
        best = max(also, key=lambda it: it.score, default=None)
        is_asked = best is not None and best.score >= book().limits["high"] and best.field not in _USABLE
        would = f"it would be {best.field}, but " if best and is_asked else ""
        return Choice(
            column, DROPPED, "", 0.95, f"{would}it names people: {', '.join(kinds)}", kinds, is_asked=is_asked
        )
    score, name = score_drop(column.heading)
    also = [it for it in also if not _is_better_dropped(it)]
    reasons = (
        (not column.filled, 0.9, "it is never filled"),
        (is_about_others(column.heading), 0.6, ABOUT_OTHERS),
        (score >= _DROP_SCORE and not also, min(round(score, 2), 0.95), f"not needed: {name.replace('_', ' ')}"),
    )
    for holds, confidence, why in reasons:
        if holds:
            return Choice(column, DROPPED, "", confidence, why)
    return Choice(column, DROPPED, "", 0.4 if also else 0.2, _why_asked(column, also), is_asked=True)


def _why_asked(column: Column, also: Sequence[Candidate]) -> str:
    """Say why a column that may be needed was not taken."""
    flags = [candidate.field for candidate in also if _is_flag(candidate)]
    if flags:
        return f'it answers yes or no, and a profile has one meaning of "Yes" for {flags[0]}'
    if also:
        return f"another column was taken for {', '.join(dict.fromkeys(candidate.field for candidate in also))}"
    place = max(_PLACES, key=lambda name: score_field(column.heading, name))
    if score_field(column.heading, place) >= book().limits["heading_with_cells"]:
        return f"it may be the {place}, but the settings do not name all of its words"
    return "not understood"
