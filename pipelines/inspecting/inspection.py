"""What `caseload inspect` finds out about a file, and the profile it proposes.

Answers "what is this file, what could its columns be, who is named in it, and what must a person decide". Read
`inspect_file` first; it is the story of an inspection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from pipelines.ingest.dates import read_date, read_quarter
from pipelines.ingest.fields import RESPONSE
from pipelines.ingest.reading.opening import open_rows, sniff
from pipelines.ingest.reading.rows import Layout
from pipelines.ingest.words import normalised
from pipelines.inspecting.as_above import fill_sample, find_as_above, without_gaps
from pipelines.inspecting.assigning import DROPPED, Choice, choose_columns
from pipelines.inspecting.book import book
from pipelines.inspecting.bulk_choices import choose_bulk_load
from pipelines.inspecting.grain import find_grain
from pipelines.inspecting.lexicon import Entry, plain
from pipelines.inspecting.profile_text import write_profile_text
from pipelines.inspecting.proposal import Proposal, Understanding, make_proposal
from pipelines.inspecting.questions import ask
from pipelines.inspecting.scoring import Further
from pipelines.inspecting.sheets import find_alike
from pipelines.inspecting.survey import Survey, take_survey
from pipelines.inspecting.top import Top, find_top
from pipelines.inspecting.trial import Trial, try_profile
from pipelines.periods import Quarter
from pipelines.resources import reference_file
from pipelines.settings import Settings, load_settings


@dataclass(frozen=True)
class ColumnReport:
    """What one column is proposed to be used for.

    `use` is `columns`, `drop.used` or `drop`. `confidence` runs from 0 to 1; `level` says it in a word. `identifiers`
    are the kinds of personal identifier found, never values.
    """

    heading: str
    use: str
    field: str
    confidence: float
    level: str
    evidence: str
    identifiers: tuple[str, ...]
    filled: int


@dataclass(frozen=True)
class Inspection:
    """What was found in one file.

    `evidence` says how the format was known, `sheets` the sheets of a workbook. `quarters` counts rows by quarter of
    opening. `questions` are for a person. `trial` is what the proposed profile made of the file.
    """

    path: Path
    layout: Layout
    evidence: tuple[str, ...]
    sheets: tuple[str, ...]
    top: Top
    survey: Survey
    columns: tuple[ColumnReport, ...]
    quarters: Mapping[Quarter, int]
    proposal: Proposal
    questions: tuple[str, ...]
    trial: Trial

    def as_text(self) -> str:
        """Give what was found for a person to read on a terminal."""
        from pipelines.inspecting.telling import as_text

        return as_text(self)

    def as_json(self) -> dict[str, object]:
        """Give what was found as plain values, for a program."""
        from pipelines.inspecting.telling import as_json

        return as_json(self)

    def profile_toml(self) -> str:
        """Give the proposed profile."""
        return write_profile_text(self.proposal, self.questions)


def inspect_file(path: Path, *, settings: Settings | None = None) -> Inspection:
    """Find out what a file is and propose a profile for it.

    Args:
        path: any file that can be read; it is not altered and nothing of it is stored.
        settings: of a workspace, whose centres, projects, funders and advice types are then known words.
    Returns:
        The inspection; its profile has been tried on the file.
    Raises:
        ReadError: the file cannot be read; the message says why and what to do.
    """
    known = settings or load_settings(reference_file("workspace"), {})
    sniffed = sniff(path)
    top, survey = _survey(path, sniffed.layout)
    further = _further_words(known if settings else None)
    found = _understand(top, survey, sniffed.layout, further)
    alike = find_alike(path, sniffed.layout, sniffed.sheets, top.names)
    choices = list(found.choices)
    proposal = make_proposal(path.stem, sniffed.layout, found, further)
    proposal, trial = _tried(path, proposal, known)
    return Inspection(
        path=path,
        layout=sniffed.layout,
        evidence=sniffed.evidence,
        sheets=tuple(sheet.name for sheet in sniffed.sheets),
        top=top,
        survey=survey,
        columns=tuple(_report(choice) for choice in choices),
        quarters=_quarters(choices, proposal),
        proposal=proposal,
        questions=ask(proposal, choices, survey, alike),
        trial=trial,
    )


def _survey(path: Path, layout: Layout) -> tuple[Top, Survey]:
    with open_rows(path, layout) as rows:
        first = next(rows.chunks)
        top = find_top(first, layout.format)
        return top, take_survey(top, _with(first, rows.chunks))


def _with(first: pl.DataFrame, rest: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    yield first
    yield from rest


def _understand(top: Top, survey: Survey, layout: Layout, further: Further) -> Understanding:
    """Choose what each column is for, and find out what one row is."""
    choices = choose_bulk_load(survey) if layout.format == "bulk-load" else choose_columns(survey, further)
    as_above = find_as_above(survey.sample, choices)
    choices = without_gaps(choices, as_above)
    grain = find_grain(fill_sample(survey.sample, as_above), choices)
    # Each enquiry has one row: where a reference comes again, it is of something else.
    if grain.is_usable and not (grain.one_row_per != "case" and any(it.field == RESPONSE for it in choices)):
        return Understanding(top, survey, choices, grain, as_above)
    # References that do not tell cases apart are worse than none: rows would be put together that are not one case.
    left = [choice.refused(grain.evidence) if choice.field == "case_ref" else choice for choice in choices]
    return Understanding(top, survey, left, replace(grain, one_row_per="case", last_of=(), case_columns=()))


def _further_words(settings: Settings | None) -> Further:
    """Give the words of the settings: ids and names of centres, projects and funders, and further advice types."""
    if settings is None:
        return {}
    named = {
        "centre": settings.centres,
        "project": settings.projects,
        "funder": settings.funders,
        "advice_type": settings.advice_types,
    }
    return {
        field: {plain(word): Entry(id_, is_certain=True) for id_, name in words.items() for word in (id_, name)}
        for field, words in named.items()
    }


def _tried(path: Path, proposal: Proposal, settings: Settings) -> tuple[Proposal, Trial]:
    """Try a proposal on its file; where the reader stumbles over words the survey passed, keep them and try again."""
    trial = try_profile(path, write_profile_text(proposal, ()), settings)
    stumbled = tuple(name for name in trial.unknown if name not in ("opened", "first_contact", "closed", "period"))
    if trial.problem or not trial.unknown:
        return proposal, trial
    mended = replace(proposal, also_kept=stumbled, has_unreadable_dates=len(stumbled) < len(trial.unknown))
    return mended, try_profile(path, write_profile_text(mended, ()), settings)


def _report(choice: Choice) -> ColumnReport:
    limits = book().limits
    level = "high" if choice.score >= limits["high"] else "medium" if choice.score >= limits["medium"] else "low"
    return ColumnReport(
        heading=choice.heading,
        use=choice.use,
        field=choice.field,
        confidence=choice.score,
        level=level,
        evidence=choice.why,
        identifiers=choice.kinds,
        filled=choice.column.filled,
    )


def _quarters(choices: list[Choice], proposal: Proposal) -> dict[Quarter, int]:
    """Count rows by quarter of opening, as far as the words of the column were counted."""
    found: Counter[Quarter] = Counter()
    for name in ("opened", "period"):
        column = next((choice.column for choice in choices if choice.field == name and choice.use != DROPPED), None)
        if column is None or found:
            continue
        for word, n in column.words.items():
            if name == "opened":
                day = read_date(normalised(word), proposal.date_formats)
                quarter = Quarter.of(day) if day else None
            else:
                quarter = read_quarter(normalised(word), proposal.period_format, year_begins=proposal.year_begins)
            found.update({quarter: n} if quarter else {})
    return dict(sorted(found.items()))
