"""The map of areas: regions of the United Kingdom as equal tiles.

Answers where clients live, for a table by area whose codes or labels are regions. Other lists of areas have bars.
"""

from __future__ import annotations

from functools import cache

from pipelines.codelists import NOT_KNOWN
from pipelines.disclosure.protected import Cell, ProtectedTable
from pipelines.publish.brief import Brief
from pipelines.publish.chart_cells import (
    both_figure,
    chart_words,
    count_figure,
    hidden_mark,
    hidden_words,
    share_figure,
)
from pipelines.publish.chartspec import Figure, Tile, TileMap, chart_style
from pipelines.publish.ranking import body, known

AREA = "residence_area_code"


def tiles_plot(brief: Brief, table: ProtectedTable) -> TileMap | None:
    """Choose the tiles of a table by area; None unless every area has a place and one a figure."""
    if table.dimensions != (AREA,):
        return None
    cells = known(table, "clients")
    spots = [place_of(cell.codes[0], brief.label(AREA, cell.codes[0])) for cell in cells]
    largest = max((cell.n or 0 for cell in cells), default=0)
    if None in spots or not largest or len(set(spots)) < len(spots):
        return None
    tiles = tuple(
        _tile(brief, table, cell, spot, largest=largest) for cell, spot in zip(cells, spots, strict=True) if spot
    )
    legend = chart_words(brief, "legend_areas")
    return TileMap(tiles, _below(brief, table), legend)


def _tile(brief: Brief, table: ProtectedTable, cell: Cell, spot: tuple[int, int], *, largest: int) -> Tile:
    label, (column, row) = brief.label(AREA, cell.codes[0]), spot
    if cell.n is None:
        return Tile(label, column, row, None, ((hidden_mark(), ""),), is_hidden=True)
    return Tile(
        label, column, row, cell.n / largest, count_figure(brief, table, cell), share_figure(brief, table, cell)
    )


def _below(brief: Brief, table: ProtectedTable) -> tuple[Figure, ...]:
    name = chart_words(brief, "not_known")
    found = [cell for cell in body(table, "clients") if cell.codes[0] == NOT_KNOWN and cell.n != 0]
    return tuple(
        ((f"{name}: ", ""), *(((hidden_words(brief), ""),) if cell.n is None else both_figure(brief, table, cell)))
        for cell in found
    )


@cache
def _places() -> dict[str, tuple[int, int]]:
    tiles = chart_style()["tiles"].values()
    return {name: (tile["place"][0], tile["place"][1]) for tile in tiles for name in tile["names"]}


def place_of(code: str, label: str) -> tuple[int, int] | None:
    """Give column and row of the tile of an area that is a region, known by its code or its label."""
    spots = _places()
    return next((spots[name] for name in map(_plain, (code, label)) if name in spots), None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())
