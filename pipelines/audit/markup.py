"""Pages and drawings as trees: elements, their text, and what stands around it.

Answers "what stands beside what" for checks that compare words and places. Nothing is left out but styles and scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from html.parser import HTMLParser

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Trees that are kept: the files of one release, which several checks read.
_KEPT = 32
_VOID = frozenset({"meta", "link", "br", "hr", "img", "input", "wbr", "col"})
_SILENT = frozenset({"style", "script"})
# Elements that stand within a line; every other one begins a new passage.
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "br", "cite", "code", "data", "em", "i", "q", "small", "span", "strong", "time", "wbr"}
)


@dataclass(eq=False)
class Element:
    """One element: its attributes, and text and elements in it, in order.

    Many checks ask the same tree, and nobody changes one that was read, so what was asked once is kept.
    """

    tag: str
    named: dict[str, str] = field(default_factory=dict)
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    @cached_property
    def classes(self) -> frozenset[str]:
        """Give the names of its classes."""
        return frozenset(self.named.get("class", "").split())

    @cached_property
    def text(self) -> str:
        """Give all text in it, with single blanks."""
        return " ".join("".join(self._runs()).split())

    @property
    def has_unseen_signs(self) -> bool:
        """Tell whether some text in it has signs that are neither letters nor blanks, and that nobody sees."""
        texts = (child for each in self.walk() for child in each.children if isinstance(child, str))
        return any(_CONTROL.search(text) for text in texts)

    def walk(self) -> Iterator[Element]:
        """Give the element and all elements in it, in reading order."""
        return iter(self._within)

    @cached_property
    def _within(self) -> tuple[Element, ...]:
        found, waiting = [], [self]
        while waiting:
            at = waiting.pop()
            found.append(at)
            waiting.extend(child for child in reversed(at.children) if isinstance(child, Element))
        return tuple(found)

    def up(self) -> Iterator[Element]:
        """Give the element and everything around it, from the inside."""
        at: Element | None = self
        while at is not None:
            yield at
            at = at.parent

    def all(self, *tags: str) -> list[Element]:
        """Give the elements of some kinds in it, in reading order."""
        return [each for each in self._within if each.tag in tags]

    def _runs(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in _SILENT:
                yield from child._runs() if child.tag in _INLINE else (" ", *child._runs(), " ")


@dataclass(frozen=True, eq=False)
class Passage:
    """Text that stands together in one block, and the figures cited in it as (address, as shown).

    `words` are the stretches of the text between its cited figures and the numbers of an axis; `marked` is the text
    with a mark in the place of each of these; `leads` the text before each cited figure.
    """

    block: Element
    text: str
    cited: tuple[tuple[str, str], ...]
    words: tuple[str, ...] = ()
    marked: str = ""
    leads: tuple[str, ...] = ()

    def is_within(self, *tags: str) -> bool:
        """Tell whether it stands in an element of some kind."""
        return any(each.tag in tags for each in self.block.up())


# What stands for a figure in a marked text.
FIGURE = "\N{REFERENCE MARK}"
_CUT = "\x1f"
_Run = tuple[Element, list[str], list[tuple[str, str, str]]]


@lru_cache(maxsize=_KEPT)
def read_markup(text: str) -> Element:
    """Read a page or a drawing as a tree; what is not closed ends where its parent ends."""
    builder = _Builder()
    builder.feed(text)
    builder.close()
    return builder.root


def passages(root: Element, leave_out: Callable[[Element], bool] = lambda _: False) -> Iterator[Passage]:
    """Give the text of a tree block by block, in reading order; styles and scripts are no text.

    Args:
        root: where to begin.
        leave_out: tells which elements to pass over, with all that is in them.
    """
    found: list[_Run] = []
    _collect(root, root, found, leave_out)
    for block, runs, cited in found:
        parts = "".join(runs).split(_CUT)
        text = " ".join("".join(parts).split())
        if text:
            words = tuple(" ".join(part.split()) for part in parts[::2] if part.strip())
            told = tuple((reference, shown) for reference, shown, _ in cited)
            marked = "".join(FIGURE if place % 2 else part for place, part in enumerate(parts))
            leads = tuple(" ".join(lead.split()) for *_, lead in cited)
            yield Passage(block, text, told, words, " ".join(marked.split()), leads)


def _collect(at: Element, block: Element, found: list[_Run], leave_out: Callable[[Element], bool]) -> None:
    if at.tag in _SILENT or leave_out(at):
        return
    for child in at.children:
        inner = block if isinstance(child, str) or child.tag in _INLINE else child
        if not found or found[-1][0] is not inner:
            found.append((inner, [], []))
        if isinstance(child, str):
            found[-1][1].append(child)
        elif ("data-ref" in child.named and inner is block) or "axis" in child.classes:
            found[-1][1].extend((_CUT, child.text, _CUT))
        else:
            _collect(child, inner, found, leave_out)
        if not isinstance(child, str) and "data-ref" in child.named:
            lead = "".join(found[-1][1]).replace(_CUT, "").removesuffix(child.text)
            found[-1][2].append((child.named["data-ref"], child.text, lead))


class _Builder(HTMLParser):
    """Builds the tree."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Element("")
        self._at = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._at)
        self._at.children.append(element)
        if tag not in _VOID:
            self._at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._at.children.append(Element(tag, {name: value or "" for name, value in attrs}, self._at))

    def handle_endtag(self, tag: str) -> None:
        for element in self._at.up():
            if element.tag == tag:
                self._at = element.parent or self.root
                return

    def handle_data(self, data: str) -> None:
        self._at.children.append(data)
