"""The profile that is proposed, before it is written down.

Answers "what would the profile say" table by table. How columns were chosen is answered in `assigning.py`, what their
words mean in `proposed_words.py`, how the file is written in `profile_text.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.ingest.births import YEAR_ONLY
from pipelines.ingest.fields import CASES, DERIVED, ENQUIRIES, RESPONSE, fields
from pipelines.ingest.reading.rows import Layout
from pipelines.inspecting.assigning import DROPPED, MAPPED, USED, Choice
from pipelines.inspecting.book import book
from pipelines.inspecting.grain import Grain
from pipelines.inspecting.proposed_words import FieldWords, read_districts, read_field
from pipelines.inspecting.scoring import Further
from pipelines.inspecting.shapes import DateReading, PeriodReading
from pipelines.inspecting.survey import Survey
from pipelines.inspecting.top import Top

# A source whose keys come and go from file to file is not stopped by that.
_LOOSE_FORMATS = ("bulk-load", "jsonl")
_DATED = ("opened", "first_contact", "closed")
_DEFAULT_DATE = "DD/MM/YYYY"


@dataclass(frozen=True)
class Proposal:
    """What a proposed profile says.

    `columns` and `used` map fields to headings, in the order of the fields; `dropped` gives each dropped heading with
    the reason. `words` says what the words of each field mean; `kept` are fields whose unknown words are counted as not
    recognised, with the share of filled rows that is; `also_kept` are those that only a trial showed.
    """

    name: str
    layout: Layout
    heading_rows: int
    names: tuple[str, ...]
    grain: Grain
    columns: Mapping[str, tuple[str, ...]]
    used: Mapping[str, tuple[str, ...]]
    dropped: tuple[tuple[str, str], ...]
    not_collected: tuple[str, ...]
    date_formats: tuple[str, ...]
    birth_formats: tuple[str, ...]
    period_format: str
    year_begins: int
    words: Mapping[str, FieldWords]
    beginnings: tuple[str, ...]
    totals: Mapping[str, tuple[str, ...]]
    pads_short_rows: bool
    has_unreadable_dates: bool
    age_scheme: str = ""
    keys_come_and_go: bool = False
    also_kept: tuple[str, ...] = ()
    fill_down: tuple[str, ...] = ()
    known_layout: str = ""

    @property
    def records(self) -> str:
        """Say what the rows are taken for: enquiries have a response, cases do not."""
        return ENQUIRIES if RESPONSE in self.columns else CASES

    @property
    def kept(self) -> dict[str, float]:
        """Give the fields with words nobody knows, and the share of filled rows that hold one."""
        own = {name: words.unknown_share for name, words in self.words.items() if words.unknown}
        return own | {name: 0.0 for name in self.also_kept if name not in own}


@dataclass(frozen=True)
class Understanding:
    """What was understood of a file.

    Where its headings are, what its columns hold, what each is used for, what one row is, and in which columns a blank
    cell means "as above".
    """

    top: Top
    survey: Survey
    choices: Sequence[Choice]
    grain: Grain
    as_above: Sequence[int] = ()


def make_proposal(name: str, layout: Layout, found: Understanding, further: Further) -> Proposal:
    """Put together what was found.

    Args:
        name: what the format is to be called.
        layout: how the file is to be opened.
        found: what was understood of it.
        further: words of the settings, by field.
    """
    top, survey, choices, grain = found.top, found.survey, found.choices, found.grain
    columns, used = _headings(choices, MAPPED, grain), _headings(choices, USED, grain)
    birth = _formats(choices, ("date_of_birth",))
    dates = _formats(choices, _DATED) or tuple(it for it in birth if it != YEAR_ONLY) or (_DEFAULT_DATE,)
    period = next(
        (it.reading for it in choices if it.field == "period" and isinstance(it.reading, PeriodReading)), None
    )
    words = {
        field_name: read_field(
            field_name, [it for it in choices if it.field == field_name], further.get(field_name, {})
        )
        for field_name in columns
    }
    if "postcode" in used:
        words["residence_area"] = read_districts([it for it in choices if it.field == "postcode"])
    return Proposal(
        name=name,
        layout=layout,
        heading_rows=top.depth,
        names=top.names if not top.depth else (),
        grain=grain,
        columns=columns,
        used=used,
        dropped=tuple((it.heading, it.why) for it in choices if it.use == DROPPED),
        not_collected=_not_collected(columns, used),
        date_formats=dates,
        birth_formats=birth if birth != dates else (),
        period_format=period.format if period else "",
        year_begins=period.year_begins if period else 1,
        words=words,
        beginnings=tuple(sorted(survey.beginnings)),
        totals={survey.columns[i].heading: tuple(sorted(found)) for i, found in sorted(survey.totals.items())},
        pads_short_rows=layout.format == "csv" and survey.short_rows > book().limits["short_rows"] * survey.n_rows,
        has_unreadable_dates=any(isinstance(it.reading, DateReading) and it.reading.unread for it in choices),
        age_scheme=words["age"].age_scheme if "age" in words else "",
        keys_come_and_go=layout.format in _LOOSE_FORMATS,
        known_layout=top.layout,
        fill_down=tuple(survey.columns[index].heading for index in found.as_above),
    )


def _headings(choices: Sequence[Choice], use: str, grain: Grain) -> dict[str, tuple[str, ...]]:
    """Map each field to its headings, in the order of the fields; a case's reference in the order of its parts."""
    found = {name: tuple(it.heading for it in choices if it.use == use and it.field == name) for name in fields()}
    if use == next((it.use for it in choices if it.field == "case_ref"), None) and len(grain.case_columns) > 1:
        by_index = {it.column.index: it.heading for it in choices}
        found["case_ref"] = tuple(by_index[index] for index in grain.case_columns)
    return {name: headings for name, headings in found.items() if headings}


def _formats(choices: Sequence[Choice], names: Sequence[str]) -> tuple[str, ...]:
    readings = [it.reading for it in choices if it.field in names and isinstance(it.reading, DateReading)]
    return tuple(dict.fromkeys(name for reading in readings for name in reading.formats))


def _not_collected(columns: Mapping[str, object], used: Mapping[str, object]) -> tuple[str, ...]:
    filled = {*columns, *used, *(DERIVED[name] for name in used if name in DERIVED)}
    records = ENQUIRIES if RESPONSE in columns else CASES
    own = {name: it for name, it in fields().items() if records in it.records}
    return tuple(name for name, it in own.items() if name not in filled and not it.is_optional)
