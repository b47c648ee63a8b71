"""Sentences whose every figure is a published cell.

Answers: how can a number be said at all. A sentence is made of plain strings, labels and cited cells. A plain string
with a digit is refused, and so is citing a hidden cell, so a figure that was never published cannot reach a reader.
`trace` reads the finished page back and checks the same from outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import escape
from itertools import groupby

from pipelines.errors import DisclosureError
from pipelines.figures import raw_value
from pipelines.publish.languages import ENGLISH, Language, has_words
from pipelines.publish.messages import Spoken, changed, spoken
from pipelines.publish.parts import Label, Measured, Num, Part, Phrase, Scored, Sentence, capital, cell_ref, finding_ref

_DIGIT = re.compile(r"\d")
_SLOT = re.compile(r"\{(\w+)\}")
__all__ = [
    "Label", "Measured", "Num", "Part", "Phrase", "Scored", "Sentence", "capitalised", "cell_ref", "fill",
    "finding_ref", "is_translated", "joined", "one_after_another", "sentence", "texts_by_language",
    "to_html", "to_text",
]  # fmt: skip


def sentence(*parts: Part) -> Sentence:
    """Build a sentence.

    Raises:
        DisclosureError: a plain string holds a digit.
    """
    for part in parts:
        if isinstance(part, str) and _DIGIT.search(part):
            raise DisclosureError("A plain string in a sentence holds a digit; cite a published cell instead.")
    return tuple(part for part in parts if part != "")


def fill(template: str, slots: Mapping[str, Part | Sentence]) -> Sentence:
    """Put cited figures and labels into a wording.

    Args:
        template: words with slots such as `{n}`; what is not a slot must be free of digits.
        slots: what goes into each slot; a sentence is put in part by part.
    Returns:
        The sentence.
    Raises:
        DisclosureError: the wording holds a digit.
        KeyError: the wording names a slot nobody filled.
    """
    parts: list[Part] = []
    for index, piece in enumerate(_SLOT.split(template)):
        value = slots[piece] if index % 2 else piece
        parts.extend(value if isinstance(value, tuple) else (value,))
    return sentence(*parts)


def joined(items: list[Sentence]) -> Sentence:
    """List several pieces as English does: `a, b and c`; another language says its own "and"."""
    parts: list[Part] = []
    for index, item in enumerate(items):
        if index:
            parts.append(spoken("and") if index == len(items) - 1 else ", ")
        parts.extend(item)
    return sentence(*parts)


def one_after_another(sentences: Iterable[Sentence]) -> Sentence:
    """Put sentences into one paragraph."""
    return tuple(part for index, each in enumerate(sentences) for part in ((" ",) if index else ()) + each)


def capitalised(said: Sentence) -> Sentence:
    """Begin a sentence with a capital letter when it begins with words."""
    if not said or isinstance(said[0], Measured | Scored):
        return said
    first = said[0]
    if isinstance(first, Num):
        return (Num(first.cell, first.form, first.limit, first.said, begins=True), *said[1:])
    if isinstance(first, Phrase):
        return (replace(first, ways=(*first.ways, capitalised)), *said[1:])
    text = changed(first.text if isinstance(first, Label) else first, capital)
    return (Label(text, first.kind) if isinstance(first, Label) else text, *said[1:])


def to_text(said: Sentence, language: Language = ENGLISH) -> str:
    """Render a sentence as plain text, in a language as far as it has the words."""
    return "".join(text for _, text, _ in _runs(said, language))


def texts_by_language(said: Sentence, language: Language) -> list[tuple[Language, str]]:
    """Render a sentence as plain texts, each with the language that it is in; neighbours differ."""
    runs = groupby(_runs(said, language), key=lambda run: run[2])
    return [(own, "".join(text for _, text, _ in found)) for own, found in runs]


def is_translated(said: Sentence, language: Language) -> bool:
    """Tell whether a language has words for all of a sentence; names are the same in every language."""
    return all(own is language or _is_name(part) for part, _, own in _runs(said, language))


def _is_name(part: Part) -> bool:
    return isinstance(part, Label) and not isinstance(part.text, Spoken)


def to_html(said: Sentence, language: Language = ENGLISH) -> str:
    """Render a sentence as HTML in which every figure names the cell it shows, and every other language its tag."""
    told = []
    for own, found in groupby(_runs(said, language), key=lambda run: run[2]):
        html = "".join(_part_html(part, text) for part, text, _ in found)
        told.append(html if own is language else f'<span lang="{own.tag}">{html}</span>')
    return "".join(told)


def _part_html(part: Part, text: str) -> str:
    if isinstance(part, Num | Measured | Scored):
        return f'<data value="{raw_value(part.value)}" data-ref="{escape(part.ref)}">{text}</data>'
    if isinstance(part, Label) and _DIGIT.search(text):
        return f'<span class="{part.kind}">{escape(text)}</span>'
    return escape(text)


def _runs(said: Sentence, language: Language) -> Iterator[tuple[Part, str, Language]]:
    """Give each part with its text and the language that this is in."""
    for part in said:
        if isinstance(part, Phrase):
            yield from _runs(*_filled(part, language))
        elif language is ENGLISH:
            yield part, part if isinstance(part, str) else part.text, ENGLISH
        else:
            yield _run(part, language)


def _filled(phrase: Phrase, language: Language) -> tuple[Sentence, Language]:
    """Fill a wording in a language, or in English where nobody approved a translation."""
    own = language.template(phrase.template, phrase.counts)
    said = fill(phrase.template if own is None else own, phrase.slots)
    for way in phrase.ways:
        said = way(said)
    return said, ENGLISH if own is None else language


def _run(part: str | Label | Num | Measured | Scored, language: Language) -> tuple[Part, str, Language]:
    """Say a part in another language; what that has no words for stays English.

    A label that no catalogue knows is a name or what somebody wrote, and read aloud as English.
    """
    if isinstance(part, Measured | Scored):
        return part, language.figure(part.value, part.form), language
    if isinstance(part, Num):
        told, english = part.said_in(language), part.text
    else:
        english = part.text if isinstance(part, Label) else part
        told = language.label(english) if isinstance(english, Spoken) else _as_it_is(part, english)
    return (part, english, ENGLISH) if told is None else (part, told, language)


def _as_it_is(part: str | Label | Num, text: str) -> str | None:
    """Give a text that is the same in every language: of a translated wording, a number, or signs."""
    return text if isinstance(part, str) or not has_words(text) else None
