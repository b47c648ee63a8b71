"""Verdicts that an edition tells otherwise than the one before, as sentences.

Answers "whom does this edition call something else". A verdict is told in the words that the table of its section has.
"""

from __future__ import annotations

from pipelines.publish.brief import Brief
from pipelines.publish.document import Block, Listing, Paragraph
from pipelines.publish.revised import VerdictChange
from pipelines.publish.sentences import Label, Sentence
from pipelines.publish.wording import piece, say, wording

_POOL = "_POOLED"


def verdict_blocks(brief: Brief) -> tuple[Block, ...]:
    """List the verdicts that changed since the edition before; nothing where none did."""
    if brief.revisions is None or not brief.revisions.verdicts:
        return ()
    since = Label(str(brief.revisions.since_edition), "date")
    lead = say(brief, wording()["revisions"]["verdicts_changed"], since=since)
    return (Paragraph(lead), Listing(tuple(_said(brief, each) for each in brief.revisions.verdicts)))


def _said(brief: Brief, change: VerdictChange) -> Sentence:
    words = wording()["revisions"]
    name = Label(brief.label(change.dimension, change.group))
    return say(
        brief,
        words["verdict_item"],
        name=piece(brief, wording()["areas"]["pool"]) if change.group == _POOL else name,
        subject=piece(brief, words["subjects"][change.part]),
        now=_verdict(brief, change.new),
        before=_verdict(brief, change.old),
    )


def _verdict(brief: Brief, verdict: str) -> Sentence:
    words = wording()["comparisons"]["verdicts"] | wording()["revisions"]["verdicts"]
    name = verdict or "not_told"
    # An older version may have had a state that this one has no words for.
    return piece(brief, words[name]) if name in words else (Label(name.replace("_", " ")),)
