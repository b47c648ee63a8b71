"""Texts that are made by the packaged wording: a wording with names and figures in the places where they are put in.

Answers "did anybody write this sentence". Used where there is one copy of a text, so that no other file could tell.
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.audit.markup import FIGURE
from pipelines.audit.phrases import Phrases, templates

# The most words that are filled in for each word of a wording.
_FILLED = 4
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
            if found and _is_mostly_written(text, found) and all(_is_known(each, phrases) for each in found.groups()):
                return True
    return False


def _is_mostly_written(text: str, found: re.Match[str]) -> bool:
    """Tell whether a wording has words enough for what is filled in, so that "and" alone makes no sentence."""
    filled = sum(len(each.split()) for each in found.groups())
    return filled <= _FILLED * (len(text.split()) - filled)


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
