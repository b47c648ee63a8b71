"""Every text of a brief that a catalogue can have, in the order of the files it comes from.

Answers "what is there to translate". The template for translators is written from this list, and so is the check that a
catalogue leaves out no figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from typing import Any

from pipelines.codelists import NOT_KNOWN, TOTAL, codelist, read_codelist
from pipelines.publish.brief import Words
from pipelines.publish.languages import has_words, is_counted
from pipelines.publish.messages import CODE_LISTS, Message, code_label, written
from pipelines.resources import reference_file

# Sections that hold numbers a person decided, or words of files that are in English alone.
_LEFT_OUT = frozenset({"rules", "workbook"})
# What names a thing and is not shown.
_NAMES = frozenset({"unit", "not_a_group"})
_BESIDE_LISTS = (
    Message("All", f"labels.{TOTAL}"),
    Message("Not known", f"labels.{NOT_KNOWN}"),
    code_label("More than one nationality", "nationality_code", "DUAL"),
)


@cache
def translatable() -> tuple[Message, ...]:
    """Give every message once."""
    found = (*_wordings(), *_words(), *_labels(), *_meanings())
    once = {message.key: message for message in found}.values()
    return tuple(message for message in once if has_words(message) or is_counted(message))


@cache
def sections() -> tuple[str, ...]:
    """Give the sections of a catalogue, each approved as a whole."""
    return tuple(dict.fromkeys(message.section for message in translatable()))


def _wordings() -> Iterator[Message]:
    for section, value in written("wording.toml").items():
        if section not in _LEFT_OUT:
            yield from _leaves(value)


def _leaves(value: Any) -> Iterator[Message]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _NAMES:
                yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif isinstance(value, Message):
        yield value


def _words() -> Iterator[Message]:
    return (Message(word, f"words.{name}") for name, word in asdict(Words()).items())


def _labels() -> Iterator[Message]:
    yield from _BESIDE_LISTS
    for dimension, name in CODE_LISTS.items():
        for code, label in codelist(name).labels.items():
            yield code_label(label, dimension, code)
    for row in _policy_rows("areas"):
        yield Message(row["label"], f"labels.policy_areas.{row['code']}")
    for row in _policy_rows("bands"):
        yield Message(row["label"], f"labels.policy_bands.{row['low']}")


def _policy_rows(name: str) -> tuple[dict[str, str], ...]:
    return read_codelist(reference_file("policy", f"{name}.csv")).rows


def _meanings() -> Iterator[Message]:
    meanings = codelist("groups_of_interest").column("definition")
    return (Message(text, f"meanings.{code}") for code, text in meanings.items())
