"""Tile maps: areas as equal tiles, so that a large area does not look like many people.

Answers in points where each tile stands; its figure and its name are inside it.
"""

from __future__ import annotations

from pipelines.publish.chartspec import Tile, TileMap, chart_style
from pipelines.publish.layout_heat import field_texts, hidden_field, level
from pipelines.publish.layout_parts import SPACING, Pen, legend_marks
from pipelines.publish.marks import Box, Canvas, Mark, Text, wording_of

_GAP = 3.0


def lay_out_tiles(plot: TileMap, pen: Pen) -> Canvas:
    """Lay out a map of equal tiles, with what has no place in it beneath."""
    side = chart_style()["size"]["tile_narrow" if pen.is_narrow else "tile"]
    first_column, first_row = min(tile.column for tile in plot.tiles), min(tile.row for tile in plot.tiles)
    width = (1 + max(tile.column for tile in plot.tiles) - first_column) * side
    left = max((pen.width - width) / 2, 0.0) if pen.is_narrow else 0.0
    marks: list[Mark] = []
    for tile in plot.tiles:
        x, y = left + (tile.column - first_column) * side, (tile.row - first_row) * side
        marks += _tile(tile, Box(x, y + 1, side - _GAP, side - _GAP, "background"), pen)
    y = (1 + max(tile.row for tile in plot.tiles) - first_row) * side + 4
    for line in plot.below:
        y += pen.text * SPACING
        marks.append(Text(0.0, y, wording_of(line), pen.text, "text", parts=line))
    for words in pen.filled(plot.legend, pen.width, pen.small):
        y += pen.small * SPACING
        marks.append(Text(0.0, y + 3, words, pen.small, "soft", kind="label"))
    if plot.keys:
        keys, height = legend_marks(plot.keys, pen, 0.0, y + 8)
        marks, y = [*marks, *keys], y + height + 4
    return Canvas(pen.width, y + 10, tuple(marks))


def _tile(tile: Tile, box: Box, pen: Pen) -> list[Mark]:
    size = chart_style()["font"]["smallest"]
    lines = pen.broken(tile.label, box.width - 4, size)
    name_height = len(lines) * size * SPACING
    top = box.height * 0.1
    upper = Box(box.x, box.y + top, box.width, box.height - name_height - 6 - top, "background")
    if tile.is_hidden:
        hatch, clear, mark = hidden_field(upper, tile.figure[0][0], pen)
        hatch = Box(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - name_height - 8, "ink", hatched=True)
        return [hatch, clear, mark, *_name(lines, box, "text", size)]
    role = level(tile.strength or 0.0)
    field = Box(box.x, box.y, box.width, box.height, role)
    figures = field_texts(upper, tile.share, tile.figure, pen=pen, role=f"on_{role}")
    return [field, *figures, *_name(lines, box, f"on_{role}", size)]


def _name(lines: list[str], box: Box, role: str, size: float) -> list[Mark]:
    first = box.y + box.height - 5 - (len(lines) - 1) * size * SPACING
    return [
        Text(box.x + box.width / 2, first + index * size * SPACING, line, size, role, anchor="center", kind="label")
        for index, line in enumerate(lines)
    ]
