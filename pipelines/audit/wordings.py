"""Texts that are made by the packaged wording: a wording with names and figures in the places where they are put in.

Answers "did anybody write this sentence". Used where there is one copy of a text, so that no other file could tell.
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.audit.markup import FIGURE
from pipelines.audit.phrases import Phrases, templates

# The most words that are filled in for each word of a wording, and the most names of a list.
_FILLED, _LISTED = 4, 16
_BETWEEN = re.compile(r",? and |, ")
_SEVERAL = re.compile(r"\{\w+\}(?:\s*\{\w+\})+")
_SLOT = re.compile(r"\\\{\w+\\\}")
# Where one wording may end and another begin.
_END = re.compile(r"(?<=[.!?:])\s+|\s+–\s+")


def is_worded(text: str, phrases: Phrases) -> bool:
    """Tell whether a text is a known one, or one or several wordings after each other, filled in with known words.

    Args:
        text: with a mark in the place of each figure.
        phrases: what may be filled in.
    """
    if not text.strip(f"{FIGURE} %–-[](),.:") or phrases.has(text):
        return True
    ends = [(0, 0), *(match.span() for match in _END.finditer(text)), (len(text), len(text))]
    reached = [True] + [False] * (len(ends) - 1)
    for at in range(len(ends) - 1):
        for end in range(len(ends) - 1, at, -1) if reached[at] else ():
            part = text[ends[at][1] : ends[end][0]]
            reached[end] = reached[end] or phrases.has(part) or _is_filled(part, phrases)
    return reached[-1]


def _is_filled(text: str, phrases: Phrases) -> bool:
    for head, pattern in _patterns():
        if text[: len(head)].casefold() == head:
            found = pattern.fullmatch(text)
            is_written = found is not None and _is_mostly_written(text, found, phrases)
            if found and is_written and all(_is_known(each, phrases) for each in found.groups()):
                return True
    return False


def _is_mostly_written(text: str, found: re.Match[str], phrases: Phrases) -> bool:
    """Tell whether a wording has words enough for what is filled in, so that "and" alone makes no sentence.

    A list of names may be long: each of its names stands elsewhere as a whole.
    """
    groups = found.groups()
    written = len(text.split()) - sum(len(each.split()) for each in groups)
    names = [_names_in(each, phrases) for each in groups]
    plain = sum(len(each.split()) for each, n in zip(groups, names, strict=True) if not n)
    return plain / _FILLED + sum(names) / _LISTED <= written


def _names_in(filled: str, phrases: Phrases) -> int:
    """Count the names of a list; 0 where something in it is no whole name. A name may have "and" or a comma in it."""
    ends = [(0, 0), *(match.span() for match in _BETWEEN.finditer(filled)), (len(filled), len(filled))]
    fewest: list[int] = [0] + [0] * (len(ends) - 1)
    for end in range(1, len(ends)):
        found = [
            fewest[at] + 1
            for at in range(end)
            if (not at or fewest[at]) and phrases.has(filled[ends[at][1] : ends[end][0]])
        ]
        fewest[end] = min(found, default=0)
    return fewest[-1]


def _is_known(filled: str, phrases: Phrases) -> bool:
    """Tell whether what is filled in is known: names, figures, or several of these."""
    return all(phrases.knows(part) for part in filled.split(FIGURE))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give each wording as a pattern, with the words that stand before its first slot; one without words is none."""
    found = []
    for told in templates():
        # Slots with nothing but a blank between them are one.
        template = _SEVERAL.sub("{several}", told)
        pieces = re.split(r"\{\w+\}", template)
        if any(map(str.isalpha, "".join(pieces))):
            body = _SLOT.sub("(.*?)", re.escape(template))
            found.append((pieces[0].casefold(), re.compile(body, re.IGNORECASE | re.DOTALL)))
    return tuple(found)
