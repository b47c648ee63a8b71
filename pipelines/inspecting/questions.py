"""What only a person can answer, in plain words.

Answers "what should I look at before I trust this profile". The most weighty question comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.ingest.fields import ENQUIRIES
from pipelines.inspecting.assigning import ABOUT_OTHERS, DROPPED, MAPPED, USED, Choice
from pipelines.inspecting.fitness import warn
from pipelines.inspecting.proposal import Proposal
from pipelines.inspecting.shapes import AgeReading, DateReading
from pipelines.inspecting.survey import Survey

_NAMED = 12
_MOST = 0.5
_SECOND_CLIENT = "CLIENT2"


def ask(proposal: Proposal, choices: Sequence[Choice], survey: Survey, alike: Sequence[str] = ()) -> tuple[str, ...]:
    """Give the questions a person must answer, the most weighty first.

    Args:
        proposal: what is proposed.
        choices: what each column is used for.
        survey: what the file holds.
        alike: sheets with the same headings as the one that is read.
    """
    if not survey.n_rows:
        return tuple(warn(choices, survey))
    return tuple(
        question
        for questions in (
            _sheets(proposal, alike),
            _records(proposal),
            warn(choices, survey),
            _dates(proposal, choices),
            _cases(proposal, choices),
            _ages(proposal, choices),
            _words(proposal),
            _doubts(proposal),
            _columns(choices),
            _rows(proposal, survey),
        )
        for question in questions
    )


def _sheets(proposal: Proposal, alike: Sequence[str]) -> Iterator[str]:
    if alike:
        have = "has" if len(alike) == 1 else "have"
        yield (
            f'Only the sheet "{proposal.layout.sheet}" is read. {_some(alike)} {have} the same headings, and what is '
            "in there is left out. Save each sheet as a file of its own and put them all into the inbox."
        )


def _records(proposal: Proposal) -> Iterator[str]:
    if proposal.records == ENQUIRIES:
        yield (
            "Each row is taken for an enquiry and not for a case: enquiries are counted apart, and no table of clients "
            'or cases has them. If the rows are cases, take records = "enquiries" out and name the fields of a case.'
        )


def _dates(proposal: Proposal, choices: Sequence[Choice]) -> Iterator[str]:
    filled = {choice.field for choice in choices}
    if not {"opened", "period"} & filled:
        yield (
            "No column was recognised as the date of opening or the quarter, and without one no case can be counted. "
            "Which column is it? Write it under [columns] as opened or period."
        )
    for choice in choices:
        if choice.use != DROPPED and isinstance(choice.reading, DateReading) and choice.reading.is_ambiguous:
            yield (
                f'In "{choice.heading}" no day is above 12, so nothing proves that the day comes before the month. The '
                "British order is proposed. Is it right?"
            )
    if proposal.period_format.startswith("Qn") and proposal.year_begins == 1:
        yield (
            "Are the quarters those of the calendar? If the source counts financial years, write year_begins = 4 under "
            "[formats]."
        )
    for choice in choices:
        if choice.field == "opened" and choice.score < 0.75:
            yield f'Is "{choice.heading}" the day the case was opened?'


def _cases(proposal: Proposal, choices: Sequence[Choice]) -> Iterator[str]:
    if proposal.known_layout:
        yield f"The file has no headings, and its columns look like those of the {proposal.known_layout}. Is it one?"
    if "case_ref" in proposal.not_collected:
        yield (
            "No case reference was found that tells cases apart, so every row counts as a case, and a file that comes "
            "again under another name counts again. Is there a reference?"
        )
    elif proposal.grain.one_row_per != "case" or (
        len(proposal.grain.case_columns) > 1 and proposal.layout.format != "bulk-load"
    ):
        evidence = proposal.grain.evidence
        yield f"{evidence[:1].upper()}{evidence[1:]}. Is one row one {proposal.grain.one_row_per}?"
    if not any(choice.field == "client_ref" for choice in choices):
        yield "No client reference was found, so each case counts as one client. Does the source have one?"
    for choice in choices:
        if choice.use == USED and choice.field == "client_ref":
            yield (
                f'"{choice.heading}" stands in for a client reference: it is hashed with your secret key and thrown '
                "away. Does each client have one, and only one?"
            )
    if any(choice.is_asked and choice.heading.startswith(_SECOND_CLIENT) for choice in choices):
        yield "Rows hold a second client (CLIENT2_…), who is not counted. Is that right for your figures?"
    yield from _others(choices)


def _others(choices: Sequence[Choice]) -> Iterator[str]:
    others = [choice.heading for choice in choices if choice.why == ABOUT_OTHERS]
    if others:
        yield (
            f"{_some(others)} are about somebody else than the client. They are dropped, and these people are not "
            "counted. Is that right for your figures?"
        )


def _ages(proposal: Proposal, choices: Sequence[Choice]) -> Iterator[str]:
    words = proposal.words.get("age")
    readings = {it.heading: it.reading for it in choices if it.field == "age" and isinstance(it.reading, AgeReading)}
    if words and words.age_schemes and not words.age_scheme:
        yield (
            "The ages are letters or bands that do not explain themselves, and packaged schemes use them differently: "
            f'{" or ".join(words.age_schemes)}. Write [[age_schemes]] with scheme = "…", or with bands of your own.'
        )
    elif words and not words.age_scheme and any(reading.letters > _MOST for reading in readings.values()):
        yield 'The ages are letters. What do they stand for? Write [[age_schemes]] with bands = { A = "0-17", … }.'
    if words and words.age_scheme:
        yield f"The ages are written as in the packaged scheme {words.age_scheme}. Is that the source's scheme?"
    for heading, reading in readings.items():
        if reading.numbers > _MOST:
            yield f'Is "{heading}" the age when the case was opened, and not the age on the day of the export?'


def _words(proposal: Proposal) -> Iterator[str]:
    for name, share in proposal.kept.items():
        words = proposal.words.get(name)
        n = words.unknown if words else 0
        told = f"{n} {'word' if n == 1 else 'words'} of {name}" if n else f"Some words of {name}"
        digits = words and words.shown and all(word.isdigit() for word in words.shown)
        hint = " Numbers mean different things at different sources." if digits else ""
        yield (
            f"{told} ({_share(share)} of its filled rows) {'is' if n == 1 else 'are'} in no list and would be counted "
            f"as not recognised.{hint} Write what they mean under [values.{name}]."
        )


def _doubts(proposal: Proposal) -> Iterator[str]:
    for name, words in proposal.words.items():
        meanings = {**words.missing, **words.values}
        pairs = [f'"{word}" = {meanings.get(word)}' for word in words.doubtful[:_NAMED]]
        if pairs:
            yield f"These words of {name} may mean something else at your source: {', '.join(pairs)}. Are they right?"


def _columns(choices: Sequence[Choice]) -> Iterator[str]:
    asked = [it for it in choices if it.is_asked and it.use == DROPPED and not it.heading.startswith(_SECOND_CLIENT)]
    if asked:
        reasons = dict.fromkeys(choice.why for choice in asked)
        named = "; ".join(f"{_some([it.heading for it in asked if it.why == why])} ({why})" for why in reasons)
        yield f"These columns are dropped: {named}. Does one of them hold something your figures need?"
    empty = [choice.heading for choice in choices if choice.use == MAPPED and not choice.column.filled]
    if empty:
        told = "is never filled in this file. If it is" if len(empty) == 1 else "are never filled here. If they are"
        yield f"{_some(empty)} {told} no longer in use, list {'it' if len(empty) == 1 else 'them'} under [drop]."


def _rows(proposal: Proposal, survey: Survey) -> Iterator[str]:
    if proposal.fill_down:
        yield (
            f'In {_some(proposal.fill_down)} a blank cell is taken to mean "as above", so that its row belongs to the '
            "case above it. Is that right?"
        )
    elif survey.lone_rows:
        rows = ", ".join(map(str, survey.lone_rows[:5]))
        yield (
            f"Some rows have one filled cell only, such as {rows}. If they are remarks, write how they begin under "
            "ignore_starting_with."
        )
    if proposal.layout.hidden_rows == "keep":
        yield 'The sheet hides rows, which are read. If they are not cases, write hidden_rows = "ignore" under [file].'
    if proposal.layout.unread_parts:
        parts = ", ".join(part.replace("_", " ") for part in proposal.layout.unread_parts)
        yield f"The workbook also carries: {parts}. They are left unread and thrown away. Is that right?"


def _some(headings: Sequence[str]) -> str:
    """Name the first headings of a list, and how many more there are."""
    more = f" and {len(headings) - _NAMED} more" if len(headings) > _NAMED else ""
    return ", ".join(f'"{heading}"' for heading in headings[:_NAMED]) + more


def _share(share: float) -> str:
    return "under 1\u00a0%" if share < 0.01 else f"{share:.0%}".replace("%", "\u00a0%")
