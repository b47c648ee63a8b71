"""Drawings as files beside the same drawings in the page: the same words, the same cited figures.

Answers "does the picture that people paste into slides say what the brief says". Words are compared one by one, as the
narrow drawing breaks its lines elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from pipelines.audit.markup import Element

_TEXTS = ("text", "title", "desc")
# The most lines that one name is broken over.
_LINES = 10
_AXES = frozenset({"axis", "date"})
_QUARTERS = ("Jan", "Apr", "Jul", "Oct")
_QUARTER = re.compile(r"(Jan|Apr|Jul|Oct)(?:–\w{3}| to \w{3})?\s+(\d{4})")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


class Drawing:
    """The words of one drawing, how often each stands in it, and its cited figures."""

    def __init__(self, svg: Element) -> None:
        texts = [each for each in svg.all(*_TEXTS) if each.text]
        self.lines = [(each.tag, each.text) for each in texts]
        self.texts = [each.text for each in texts if not _is_axis(each)]
        self.words = Counter(word for text in self.texts for word in text.split())
        self.marks = " ".join(each.text for each in texts if _is_axis(each))
        self.axis = set(self.marks.split())
        self.cited = Counter((each.named["data-ref"], each.text) for each in svg.walk() if "data-ref" in each.named)
        self.tables = {ref.split(".")[0] for ref, _ in self.cited}

    def likeness(self, other: Drawing) -> tuple[int, int]:
        """Tell how much two drawings have in common: cited figures before words."""
        return (self.cited & other.cited).total(), (self.words & other.words).total()

    def is_part_of(self, other: Drawing) -> bool:
        """Tell whether another drawing says all that this one says."""
        is_scaled = self.axis <= other.axis or _is_even(self.marks, other.axis)
        is_said = self._is_in_lines_of(other) and self._is_broken_alike(other)
        return is_said and self.cited <= other.cited and is_scaled

    def _is_in_lines_of(self, other: Drawing) -> bool:
        """Tell whether each text is one of another drawing; a long one is broken over several lines in either."""
        whole, mine = set(_joined(other.texts)), [_plain(text) for text in self.texts]
        reached = [True] + [False] * len(mine)
        for at in range(len(mine)):
            for end in range(at + 1, min(at + _LINES, len(mine)) + 1):
                reached[end] |= reached[at] and "".join(mine[at:end]) in whole
        return reached[-1]

    def _is_broken_alike(self, other: Drawing) -> bool:
        """Tell whether words that another drawing lacks are pieces of a word too long for a line, or made of such."""
        mine, theirs = "".join(self._left(other)), other._left(self)
        places = range(len(theirs) + 1)
        return not mine or any(mine == "".join(theirs[start:end]) for start in places for end in places)

    def _left(self, other: Drawing) -> list[str]:
        """Give the words that another drawing has not, in their order."""
        left = self.words - other.words
        return [word for text in self.texts for word in text.split() if word in left]


def _joined(texts: Sequence[str]) -> Iterator[str]:
    """Give each text, and several that follow each other as one."""
    plain = [_plain(text) for text in texts]
    for at in range(len(plain)):
        yield from ("".join(plain[at:end]) for end in range(at + 1, min(at + _LINES, len(plain)) + 1))


def _is_even(marks: str, known: Collection[str]) -> bool:
    """Tell whether an axis marks quarters at equal distances; a narrow drawing marks other ones than a wide drawing."""
    quarters = [int(year) * 4 + _QUARTERS.index(month) for month, year in _QUARTER.findall(marks)]
    steps = {after - before for before, after in pairwise(quarters)}
    return len(steps) == 1 and set(_QUARTER.sub("", marks).split()) <= set(known)


def _is_axis(text: Element) -> bool:
    return any(each.classes & _AXES for each in text.up())


def drawing_problems(pages: Mapping[str, Element], files: Mapping[str, Element]) -> Iterator[str]:
    """Name what a drawing in the page says otherwise than its file, and the other way round.

    Args:
        pages: the pages of a release, by path.
        files: its drawings, by path.
    """
    standing = {path: Drawing(svg) for path, svg in files.items()}
    if not standing or "brief.html" not in pages:
        return
    inside = [Drawing(svg) for svg in pages["brief.html"].all("svg")]
    shown: dict[str, list[Drawing]] = {path: [] for path in standing}
    for drawing in (each for each in inside if each.lines):
        path = max(standing, key=lambda name: drawing.likeness(standing[name]))
        shown[path].append(drawing)
        if not drawing.is_part_of(standing[path]):
            yield f"{path} says something else than the drawing in brief.html. Release the edition again."
    told = "".join(each.text for each in pages["brief.html"].children if isinstance(each, Element))
    yield from _titles(standing, shown, _plain(told))


def _titles(standing: Mapping[str, Drawing], shown: Mapping[str, Collection[Drawing]], page: str) -> Iterator[str]:
    """What a file says beside its drawing stands in the page, or in every such file."""
    beside = {path: _beside(drawing, shown[path]) for path, drawing in standing.items()}
    for path, lines in beside.items():
        others = [_plain(" ".join(each)) for name, each in beside.items() if name != path]
        if not shown[path]:
            yield f"{path} is a drawing that brief.html does not have. Move it out of the release."
        elif not all(_is_known(text, [page, *others]) for text in lines):
            yield f"{path} has a title or a source that brief.html does not have. Release the edition again."


def _beside(drawing: Drawing, inside: Collection[Drawing]) -> list[str]:
    """Give the lines of a file that its drawing in the page does not have."""
    known: Counter[str] = Counter()
    for each in inside:
        known |= each.words
    left, axis = drawing.words - known, {word for each in inside for word in each.axis}
    left |= Counter(drawing.axis - axis)
    return [text for tag, text in drawing.lines if tag == "title" or Counter(text.split()) & left]


def _is_known(line: str, texts: Collection[str]) -> bool:
    """Tell whether a line, or each sentence that begins or ends in it, stands somewhere else."""
    return any(_plain(line) in text for text in texts) or all(
        any(_plain(part) in text for text in texts) for part in _SENTENCE.split(line)
    )


def _plain(text: str) -> str:
    return "".join(text.split())
