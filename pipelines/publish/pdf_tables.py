"""How a table fits on a sheet of paper: the size of its text, the widths of its columns, upright or across.

Answers: can every word be read. A table is set as large as it fits; one with many columns gets smaller text, then a
sheet turned on its side, and what is wider still is set in parts, each with the row heads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.publish.document import WORDS, Cell, Table
from pipelines.publish.marks import SEMIBOLD, Measure
from pipelines.publish.sentences import Sentence, to_text

# Text is shaped by another program than the one that measured it; a little room keeps both content.
_SLACK = 1.5
# Columns by number, each with its width in points.
Part = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Fit:
    """How a table is set: size of text, sheet, and its parts; column 0, the row heads, begins every part."""

    size: float
    is_across: bool
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class _Need:
    """What a column needs: less than `least` cuts a word, more than `most` is of no use."""

    least: float
    most: float


@dataclass(frozen=True)
class _Ruler:
    """Measures texts of one size, in points; `limits` are those of the paper style."""

    measure: Measure
    size: float
    limits: dict[str, float]

    def line(self, texts: Iterable[str]) -> float:
        """Give the width of the longest text."""
        return max((self.measure(text, self.size, SEMIBOLD) for text in set(texts)), default=0.0)

    def word(self, texts: Iterable[str]) -> float:
        """Give the width of the longest word, as far as words are kept whole."""
        return min(self.limits["widest_word"], self.line(word for text in texts for word in text.split()))

    def need(self, least: float, most: float) -> _Need:
        """Add the gap between columns."""
        gap = self.limits["gap"] + _SLACK
        return _Need(least + gap, max(least, most) + gap)


def fit_table(table: Table, style: dict[str, Any], measure: Measure) -> Fit:
    """Choose size, sheet and widths for a table.

    Args:
        table: what is set.
        style: the paper style; sizes are tried in its order, upright first.
        measure: gives the width of a text.
    Returns:
        The first choice in which no word is cut; in parts when there is none.
    """
    sheet, sizes = style["sheet"], style["type"]["table"]
    for is_across in (False, True):
        width = sheet["height" if is_across else "width"] - 2 * sheet["side"]
        for size in sizes:
            needs = _needs(table, _Ruler(measure, size, style["limits"]))
            if sum(need.least for need in needs) <= width:
                return Fit(size, is_across, (_widths(list(enumerate(needs)), width),))
    return Fit(sizes[-1], is_across=True, parts=_parts(needs, width))


def _parts(needs: Sequence[_Need], width: float) -> tuple[Part, ...]:
    """Deal the columns out, as many to a part as fit beside the row heads."""
    columns = list(enumerate(needs))
    parts = [columns[:1]]
    for column in columns[1:]:
        if len(parts[-1]) > 1 and sum(need.least for _, need in (*parts[-1], column)) > width:
            parts.append(columns[:1])
        parts[-1].append(column)
    return tuple(_widths(part, width) for part in parts)


def _widths(columns: Sequence[tuple[int, _Need]], width: float) -> Part:
    """Give every column what it needs, then share out what is left by what each could use."""
    left = max(0.0, width - sum(need.least for _, need in columns))
    wanted = sum(need.most - need.least for _, need in columns)
    part = min(1.0, left / wanted) if wanted else 0.0
    return tuple((number, round(need.least + part * (need.most - need.least), 2)) for number, need in columns)


def _needs(table: Table, ruler: _Ruler) -> list[_Need]:
    rows = [row for group in table.groups for row in group.rows]
    heads = _texts(table.columns[0].head, *(row.head for row in rows))
    line = ruler.line(heads)
    first = ruler.need(max(ruler.word(heads), min(line, ruler.limits["head_column"])), line)
    columns = enumerate(table.columns[1:])
    return [first, *(_column_need(column.head, [row.cells[at] for row in rows], ruler) for at, column in columns)]


def _column_need(head: Sentence, cells: Sequence[Cell], ruler: _Ruler) -> _Need:
    """Figures are never broken; words and heads are, between words."""
    words = _texts(*(part for cell in cells if cell.kind == WORDS for part in cell.parts))
    figures = _texts(*(part for cell in cells if cell.kind != WORDS for part in cell.parts))
    least = max(ruler.word([*words, to_text(head)]), ruler.line(figures))
    useful = min(ruler.line([to_text(head)]), ruler.limits["widest_figures"])
    return ruler.need(least, max(ruler.line(words), useful))


def _texts(*sentences: Sentence) -> list[str]:
    return [to_text(said) for said in sentences]


def broken(text: str, width: float, measure: Callable[[str], float]) -> str:
    """Break each word that is wider than `width` into lines."""
    return " ".join(word if measure(word) <= width else _pieces(word, width, measure) for word in text.split(" "))


def _pieces(word: str, width: float, measure: Callable[[str], float]) -> str:
    pieces = [""]
    for letter in word:
        if pieces[-1] and measure(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return "\n".join(pieces)
