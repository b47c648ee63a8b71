"""What a law centre's page says beside the figures: is its recording usual, and what does it say of itself.

Answers "what do others do differently" as far as published figures can tell, and "which standards do we say we meet".
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.publish.brief import Brief, day_label
from pipelines.publish.pagewords import page_words
from pipelines.publish.self_answers import SelfAnswer
from pipelines.publish.sentences import Label, Sentence, capitalised
from pipelines.publish.usual import recording_verdicts
from pipelines.publish.wording import piece, say


@dataclass(frozen=True)
class Peers:
    """How a centre records beside what is usual: an introduction, a line for each field, and what is not compared."""

    heading: Sentence
    intro: Sentence
    lines: tuple[Sentence, ...]
    notes: tuple[Sentence, ...]


@dataclass(frozen=True)
class Assessed:
    """One standard with a centre's answer, in the words of its page."""

    title: Sentence
    standard: Sentence
    origin: Sentence
    answer: Sentence
    evidence: Sentence
    next_step: Sentence
    said_by: Sentence
    day: Sentence


@dataclass(frozen=True)
class SelfAssessment:
    """What a centre says of itself: under whose words it stands, the heads of the columns and the answers."""

    heading: Sentence
    intro: Sentence
    columns: tuple[Sentence, ...]
    answers: tuple[Assessed, ...]


def lay_out_peers(brief: Brief) -> Peers | None:
    """Say how a centre records beside what is usual; None where nobody measured what is usual."""
    if not brief.usual:
        return None
    words = page_words("compare")["recording"]
    fields = words["fields"]
    return Peers(
        heading=_say(brief, words["heading"]),
        intro=_say(brief, words["intro"]),
        lines=tuple(
            _say(brief, words["verdicts"][each.verdict], field=capitalised(_say(brief, fields[each.field])))
            for each in recording_verdicts(brief)
        ),
        notes=tuple(_say(brief, words[name]) for name in ("similar", "routes")),
    )


def lay_out_self_assessment(brief: Brief) -> SelfAssessment | None:
    """Set out what a centre says of itself; None where it says nothing."""
    if not brief.self_answers:
        return None
    words = page_words("compare")["self_assessment"]
    return SelfAssessment(
        heading=_say(brief, words["heading"]),
        intro=_say(brief, words["intro"]),
        columns=tuple(_say(brief, text) for text in words["columns"]),
        answers=tuple(_assessed(each) for each in brief.self_answers),
    )


def self_given(brief: Brief) -> tuple[str, ...]:
    """Give every text of the self-assessment that a person wrote, for the check of a finished page."""
    return tuple(
        text
        for each in brief.self_answers
        for text in (each.title, each.text, each.origin, each.answer, each.evidence, each.next_step, each.said_by)
    )


def _assessed(answer: SelfAnswer) -> Assessed:
    told = ("title", "text", "origin", "answer", "evidence", "next_step", "said_by")
    given = {name: (Label(getattr(answer, name), "given"),) for name in told}
    standard = given.pop("text")
    return Assessed(standard=standard, day=(Label(day_label(answer.said_on), "date"),), **given)


def _say(brief: Brief, text: str, **slots: Sentence) -> Sentence:
    return say(brief, text, all_centres=piece(brief, page_words("compare")["all_centres"]), **slots)
