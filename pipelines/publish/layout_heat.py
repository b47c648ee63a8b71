"""Heat maps: equal cells, the share in each with its count beneath, stronger colours for larger shares.

Answers in points. Wide maps have row labels on the left, narrow ones above each row of cells. Columns that do not fit
are left to the table, the smallest first; what a narrow map shows, the wide one shows too.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.publish.chartspec import Heat, HeatCell, chart_style
from pipelines.publish.layout_parts import CENTRED, SPACING, Pen, cleared
from pipelines.publish.marks import LEADING, REGULAR, SEMIBOLD, Box, Canvas, Mark, Text

LEVELS = 5
_GAP = 2.0
_CELL = 34.0


@dataclass(frozen=True)
class _Grid:
    """The columns that are drawn, in order, and where they stand."""

    pen: Pen
    columns: tuple[int, ...]
    left: float
    step: float

    def x(self, place: int) -> float:
        """Give the left edge of a column."""
        return self.left + place * self.step


def lay_out_heat(plot: Heat, pen: Pen) -> Canvas:
    """Lay out a heat map; its height follows from the rows."""
    grid = _grid(plot, pen)
    marks, y = _heads(plot, grid)
    for row in plot.rows:
        lines = pen.broken(row.label, pen.width if pen.is_narrow else grid.left - 10, pen.text)
        height = _CELL + (pen.text - 12) * 2
        if pen.is_narrow:
            marks += _label(lines, pen, y + pen.text, is_right=False, edge=0.0)
            y += len(lines) * pen.text * SPACING + 2
        else:
            height = max(height, len(lines) * pen.text * SPACING + 4)
            first = y + height / 2 - (len(lines) - 1) * pen.text * SPACING / 2 + pen.text * CENTRED
            marks += _label(lines, pen, first, is_right=True, edge=grid.left - 10)
        for place, column in enumerate(grid.columns):
            box = Box(grid.x(place), y, grid.step - _GAP, height - _GAP, "background")
            marks += _cell(row.cells[column], box, pen)
        y += height + (7 if pen.is_narrow else 0)
    for line in pen.filled(plot.legend, pen.width, pen.small):
        y += pen.small * SPACING
        marks.append(Text(0.0, y + 3, line, pen.small, "soft", kind="label"))
    return Canvas(pen.width, y + 8, tuple(marks))


def level(strength: float) -> str:
    """Give the role of the colour of a strength from 0 to 1.

    >>> level(0.0), level(0.5), level(1.0)
    ('heat_0', 'heat_2', 'heat_4')
    """
    return f"heat_{min(int(strength * LEVELS), LEVELS - 1)}"


def _grid(plot: Heat, pen: Pen) -> _Grid:
    """Choose how many columns fit: as many as have room for every word of their heads, and at least two."""
    left = 0.0
    if not pen.is_narrow:
        limit = chart_style()["size"]["label_share"] * pen.width * 0.8
        lines = [line for row in plot.rows for line in pen.broken(row.label, limit, pen.text)]
        left = max((pen.width_of(line, pen.text) for line in lines), default=0.0) + 10
    most = min(
        len(plot.columns), chart_style()["limits"]["heat_columns_narrow" if pen.is_narrow else "heat_columns_wide"]
    )
    for number in range(most, 0, -1):
        chosen = _largest(plot, number)
        step = min((pen.width - left + _GAP) / number, 110.0)
        if number <= 2 or all(_has_room(plot.columns[column], step - 6, pen) for column in chosen):
            return _Grid(pen, chosen, left, step)
    return _Grid(pen, (), left, pen.width)


def _has_room(head: str, width: float, pen: Pen) -> bool:
    """Tell whether a head fits over a column: no word broken, and not too many lines."""
    is_whole = all(pen.width_of(word, pen.small, SEMIBOLD) <= width for word in head.split(" "))
    return is_whole and len(pen.broken(head, width, pen.small, SEMIBOLD)) <= chart_style()["limits"]["heat_head_lines"]


def _largest(plot: Heat, number: int) -> tuple[int, ...]:
    order = sorted(range(len(plot.columns)), key=lambda column: plot.ranks[column])[:number]
    return tuple(sorted(order))


def _heads(plot: Heat, grid: _Grid) -> tuple[list[Mark], float]:
    """Set the heads of the columns, the last line of each on one height."""
    pen = grid.pen
    heads = [pen.broken(plot.columns[column], grid.step - 6, pen.small, SEMIBOLD) for column in grid.columns]
    deepest = max((len(lines) for lines in heads), default=0)
    marks: list[Mark] = []
    for place, lines in enumerate(heads):
        centre = grid.x(place) + (grid.step - _GAP) / 2
        for index, line in enumerate(lines):
            y = pen.small * (1 + (deepest - len(lines) + index) * SPACING)
            marks.append(Text(centre, y, line, pen.small, "text", anchor="center", weight=SEMIBOLD, kind="label"))
    return marks, pen.small * (0.6 + deepest * SPACING)


def _label(lines: list[str], pen: Pen, first: float, *, is_right: bool, edge: float) -> list[Mark]:
    anchor = "right" if is_right else "left"
    return [
        Text(edge, first + index * pen.text * SPACING, line, pen.text, "text", anchor=anchor, kind="label")
        for index, line in enumerate(lines)
    ]


def _cell(cell: HeatCell, box: Box, pen: Pen) -> list[Mark]:
    if cell.is_hidden:
        return hidden_field(box, cell.count[0][0], pen)
    if cell.strength is None and not cell.count:
        return [_filled(box, "heat_0")]
    role = level(cell.strength or 0.0)
    return [_filled(box, role), *field_texts(box, cell.share, cell.count, pen=pen, role=f"on_{role}")]


def _filled(box: Box, role: str) -> Box:
    return Box(box.x, box.y, box.width, box.height, role)


def hidden_field(box: Box, words: str, pen: Pen) -> list[Mark]:
    """Hatch a field and write the mark of a hidden figure in a clear middle."""
    x, baseline = box.x + box.width / 2, box.y + box.height / 2 + pen.small * CENTRED
    inside = Box(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, "ink", hatched=True)
    clear = cleared(x, baseline, words, size=pen.small, weight=REGULAR, pen=pen)
    return [inside, clear, Text(x, baseline, words, pen.small, "soft", anchor="center")]


def field_texts(
    box: Box, share: tuple[tuple[str, str], ...], count: tuple[tuple[str, str], ...], *, pen: Pen, role: str
) -> list[Mark]:
    """Write a share and beneath it a count into a field, either alone in its middle; a count in lines that fit."""
    x, middle = box.x + box.width / 2, box.y + box.height / 2
    if share and not count:
        y, (words, ref) = middle + pen.text * CENTRED, share[0]
        return [Text(x, y, words, pen.text, role, anchor="center", weight=SEMIBOLD, ref=ref)]
    if share:
        return [
            Text(x, middle - 1.5, share[0][0], pen.text, role, anchor="center", weight=SEMIBOLD, ref=share[0][1]),
            Text(x, middle + pen.small * 1.0, count[0][0], pen.small, role, anchor="center", ref=count[0][1]),
        ]
    lines = pen.broken(count[0][0], box.width - 4, pen.small)
    first = middle - (len(lines) - 1) * LEADING * pen.small / 2 + pen.small * CENTRED
    return [Text(x, first, "\n".join(lines), pen.small, role, anchor="center", ref=count[0][1])]
