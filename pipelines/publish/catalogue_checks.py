"""What is wrong with a translation, before it is shown to anybody.

Answers "does it say every figure, and none of its own". Words for what is counted may be left out or put in, since a
language bends them; figures and names may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields

from pipelines.publish.brief import Words
from pipelines.publish.languages import is_counted, slots_of
from pipelines.publish.messages import Message

_DIGIT = re.compile(r"\d")
# Every wording may use these; `wording.piece` fills them.
_WORDS = frozenset({f"{{{field.name}}}" for field in fields(Words)} | {"{unit}"})
_ANYWHERE = (_WORDS - {"{unit}"}) | {"{network}", "{who}", "{period}"}
# Labels of codes say ages and years, as the English ones do.
_WITH_DIGITS = ("labels", "meanings")


def translation_problems(key: tuple[str, str], forms: tuple[str, ...], message: Message | None) -> Iterator[str]:
    """Name what is wrong with the translation of one message.

    Args:
        key: its place and the English text.
        forms: the translation, one text for each plural.
        message: as the product knows it; None for a text of a network's own, or one that is no longer used.
    """
    context, source = key
    if message is not None and is_counted(message) and len(forms) == 1:
        yield f"{context}: it needs a form for each plural of the language."
    for form in dict.fromkeys(forms):
        if _DIGIT.search(form) and context.partition(".")[0] not in _WITH_DIGITS:
            yield f"{context}: it holds a digit of its own. Figures come in slots."
        if not _has_its_slots(source, form):
            yield f"{context}: its slots are not those of the English text."


def _has_its_slots(source: str, form: str) -> bool:
    needed, found = slots_of(source), slots_of(form)
    left = form
    for slot in found:
        left = left.replace(slot, "")
    return needed - _WORDS <= found <= needed | _ANYWHERE and not {"{", "}"} & set(left)
