"""The words of cells: what a word of an export most likely stands for.

Answers "which code is this word" for each coded field, from `reference/lexicon/*.csv`, the labels of the code lists and
the settings. A word found here is one the product brought along, so it says nothing about a person and may be shown.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from pipelines.codelists import MISSING_KINDS, codelist
from pipelines.ingest.fields import fields
from pipelines.ingest.words import normalised
from pipelines.inspecting.book import book
from pipelines.resources import reference_file

MISSING = "missing"
_NUMBERING = re.compile(r"^\(?\d{1,2}[.):]?\s+(?=\D)|^[a-h][.)]\s+")
_JOINTS = re.compile(r"\s*(?::| - |>)\s*")
_BRACKETS = re.compile(r"([^()]+?)\s*\(([^()]+)\)")
# A code in front of a label, or behind it. It has a digit, so that no name or initials are taken for one.
_NUMBER = re.compile(r"[a-z]?\d{1,3}[a-z]?")
_SIGNS = str.maketrans({"’": "'", "‘": "'", "`": "'", "–": "-", "—": "-", "“": '"', "”": '"', "_": " "})


@dataclass(frozen=True)
class Entry:
    """What a word stands for: a code, or one of the four kinds of missing; `is_certain` is false for doubtful ones."""

    code: str
    is_certain: bool

    @property
    def is_missing(self) -> bool:
        """Tell whether the word says that a value is missing."""
        return self.code in MISSING_KINDS


@cache
def lexicon(name: str) -> Mapping[str, Entry]:
    """Give one packaged list, such as `lexicon("genders")`, by plain word."""
    with reference_file("lexicon", f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {plain(row["word"]): Entry(row["code"], row["certainty"] == "high") for row in rows}


@cache
def field_lexicon(field: str) -> Mapping[str, Entry]:
    """Give the words of one coded field: its own list, and the codes and labels of its code list."""
    list_name = fields()[field].code_list
    if list_name in ("", "settings"):
        return {}
    labels = codelist(list_name).labels
    official = {plain(word): Entry(code, is_certain=True) for code, label in labels.items() for word in (code, label)}
    return {**official, **lexicon(list_name)}


def plain(word: str) -> str:
    """Give the form in which words are compared with the lexicon: quotes, dashes and "&" in one spelling.

    >>> plain("Client’s decision"), plain("Debt & benefits"), plain("(Unknown)")
    ("client's decision", 'debt and benefits', '(unknown)')
    """
    text = normalised(word).translate(_SIGNS).replace("&", " and ")
    text = re.sub(r"\s*/\s*", "/", text)
    return " ".join(text.split()).strip(" \t.;:,*\"'") if re.search(r"[^\W_]", text) else text.strip()


def word_finder(field: str, further: Mapping[str, Entry] | None = None) -> Callable[[str], Entry | None]:
    """Give what looks up the words of one coded field; it gives None for a word the lexicon does not know.

    A number in front ("2 Signpost") does not count, and a word of two known parts ("Benefits: PIP") means the narrower.

    Args:
        field: the field whose words they are.
        further: more words by their plain form, which come first.
    """
    known = {**field_lexicon(field), **(further or {})}

    @cache
    def find(word: str) -> Entry | None:
        text = plain(word)
        found = known.get(text) or missing_word(word) or known.get(_NUMBERING.sub("", text))
        return found or _find_parts(field, known, text)

    return find


def _find_parts(field: str, known: Mapping[str, Entry], text: str) -> Entry | None:
    """Read "area: topic" where both parts are known and the topic belongs to the area, and "code - label"."""
    parts = (
        [part for part in _JOINTS.split(text) if part] if not (found := _BRACKETS.fullmatch(text)) else found.groups()
    )
    if len(parts) != 2:
        return None
    area, topic = (known.get(part) or missing_word(part) for part in parts)
    if topic and (area == topic or (area is None and _NUMBER.fullmatch(parts[0]))):
        return topic
    if area and topic is None and found and _NUMBER.fullmatch(parts[1]):
        return area
    if not area or not topic or area.is_missing or topic.is_missing:
        return None
    if topic.code.startswith(area.code):
        return topic
    return replace(area, is_certain=False) if field == "advice_type" else None


def missing_word(word: str, field: str = "") -> Entry | None:
    """Give the kind of missing a word stands for, or None; some words mean missing in one field only."""
    here = book().missing_here.get(field, {}).get(normalised(word))
    if here:
        return Entry(here, is_certain=True)
    return lexicon(MISSING).get(normalised(word)) or lexicon(MISSING).get(plain(word))
