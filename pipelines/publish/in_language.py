"""A document whose every sentence is finished text in the language of its reader.

Answers "what is set, word for word" for renderers that take texts and not cited figures. What nobody translated is
marked as English.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from pipelines.publish.document import Document
from pipelines.publish.languages import ENGLISH, Language
from pipelines.publish.parts import Label, Measured, Num, Phrase, Scored
from pipelines.publish.sentences import Sentence, texts_by_language


class InEnglish(str):
    """A text in English, in a document of another language."""

    __slots__ = ()


def in_its_language(document: Document) -> Document:
    """Say every sentence of a document; one in English is given back as it is."""
    if document.language is ENGLISH:
        return document
    said = {each.name: _said(getattr(document, each.name), document.language) for each in fields(document)}
    return Document(**said | {"language": document.language, "others": document.others})


def _said(value: Any, language: Language) -> Any:
    """Say what is a sentence, and look for sentences in everything else."""
    if isinstance(value, tuple):
        return _texts(value, language) if _is_sentence(value) else tuple(_said(each, language) for each in value)
    if is_dataclass(value) and not isinstance(value, type | Language):
        return type(value)(**{each.name: _said(getattr(value, each.name), language) for each in fields(value)})
    return value


def _is_sentence(value: tuple[Any, ...]) -> bool:
    return bool(value) and all(isinstance(part, str | Label | Num | Measured | Scored | Phrase) for part in value)


def _texts(said: Sentence, language: Language) -> tuple[str, ...]:
    return tuple(InEnglish(text) if own is ENGLISH else text for own, text in texts_by_language(said, language))
