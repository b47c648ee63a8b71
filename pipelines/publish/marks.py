"""The marks a chart is made of, in points from the upper left corner.

Answers: where does everything stand. Layouts give a canvas of marks; `drawing` and `svg` turn it into pictures and know
nothing of tables. A mark names its colour by its role (`bar`, `soft`), so that light and dark can differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import chain

REGULAR, SEMIBOLD = 400, 600
ROUND, DIAMOND = "round", "diamond"
# Distance of the lines of a text that has several, in its size.
LEADING = 1.2

# width of a text in points: text, size, weight
Measure = Callable[[str, float, int], float]
# Words with the address of the published figure they show; words without a figure have none.
Piece = tuple[str, str]


@dataclass(frozen=True)
class Box:
    """A filled rectangle; `hatched` marks a hidden figure."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    hatched: bool = False


@dataclass(frozen=True)
class Stroke:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True)
class Dot:
    """A marker around a point; a line chart's is hollow when the figure is provisional."""

    x: float
    y: float
    colour: str
    hollow: bool = False
    shape: str = ROUND
    size: float = 8.0


@dataclass(frozen=True)
class Text:
    """A text on the baseline of its first line; lines are parted by line breaks.

    `anchor` is left, center or right. `kind` becomes its class (`label`, `axis`, `date`); `ref` cites the published
    cell of a figure. A text of several figures has `parts` instead, which together are the text.
    """

    x: float
    y: float
    text: str
    size: float
    colour: str
    anchor: str = "left"
    weight: int = REGULAR
    kind: str = ""
    ref: str = ""
    parts: tuple[Piece, ...] = ()

    @property
    def lines(self) -> list[str]:
        """Give the lines of the text."""
        return self.text.split("\n")


Mark = Box | Stroke | Dot | Text


@dataclass(frozen=True)
class Canvas:
    """A finished layout: its size and its marks, back to front."""

    width: float
    height: float
    marks: tuple[Mark, ...]


def moved(mark: Mark, dx: float, dy: float) -> Mark:
    """Shift a mark."""
    if isinstance(mark, Stroke):
        return replace(mark, points=tuple((x + dx, y + dy) for x, y in mark.points))
    return replace(mark, x=mark.x + dx, y=mark.y + dy)


def wording_of(pieces: tuple[Piece, ...]) -> str:
    """Give the text that pieces make together."""
    return "".join(text for text, _ in pieces)


def wrapped(text: str, *, width: float, size: float, weight: int, measure: Measure) -> list[str]:
    """Break a text into lines that fit; a single word that is too long is broken inside.

    Args:
        text: words and spaces; a no-break space joins two words.
        width: points a line may take.
        size: of the font, in points.
        weight: of the font.
        measure: gives the width of a text.
    Returns:
        At least one line.
    """
    lines, line = [], ""
    pieces = [_fitting(whole, width, size, measure=measure, weight=weight) for whole in text.split(" ") if whole]
    for word in chain.from_iterable(pieces):
        longer = f"{line} {word}".strip()
        if line and measure(longer, size, weight) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def balanced(text: str, *, width: float, size: float, weight: int, measure: Measure) -> list[str]:
    """Break a text into as few lines as fit, and these as even as they get; arguments as for `wrapped`."""
    lines = wrapped(text, width=width, size=size, weight=weight, measure=measure)
    narrower = width
    while len(lines) > 1 and narrower > width / 2:
        narrower -= 6
        attempt = wrapped(text, width=narrower, size=size, weight=weight, measure=measure)
        if len(attempt) > len(lines) or sum(map(len, attempt)) != sum(map(len, lines)):
            break
        lines = attempt
    return lines


def _fitting(word: str, width: float, size: float, *, weight: int, measure: Measure) -> list[str]:
    pieces = []
    while measure(word, size, weight) > width and len(word) > 1:
        cut = next((k for k in range(len(word) - 1, 1, -1) if measure(word[:k], size, weight) <= width), 1)
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]
