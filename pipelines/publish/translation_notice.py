"""What a brief in another language says of itself: which of its parts stand in English.

Answers "why is some of this in English". It stands first, in words that are themselves approved or in English.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.publish.brief import Brief
from pipelines.publish.document import CAUTION, Paragraph, Section
from pipelines.publish.languages import ENGLISH
from pipelines.publish.sentences import joined, to_text
from pipelines.publish.wording import piece, say, wording

_ALWAYS = "statements"


def with_notice(brief: Brief, sections: Sequence[Section]) -> tuple[Section, ...]:
    """Put the notice before everything else; a brief in English has none."""
    if brief.language is ENGLISH or not sections:
        return tuple(sections)
    words = wording()["translation"]
    names = brief.language.untranslated()
    parts = {to_text(said): said for said in (piece(brief, words["parts"][name]) for name in names)}
    name = "notice_statements" if names == (_ALWAYS,) else "notice"
    notice = Paragraph(say(brief, words[name], parts=joined(list(parts.values()))), CAUTION)
    return (replace(sections[0], blocks=(notice, *sections[0].blocks)), *sections[1:])
