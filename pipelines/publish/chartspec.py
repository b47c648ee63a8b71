"""What a chart shows, before it is drawn: each figure with the address of its published cell.

Answers nothing by itself; `charts` fills these, layouts place them. All are frozen, so equal charts are drawn once.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.publish.marks import Piece
from pipelines.resources import reference_file

# How a bar looks: told, told quietly (not known, or not clearly different), hidden, or words in its place.
STRONG, LIGHT, HIDDEN, WORDS = "strong", "light", "hidden", "words"
# How a row of ratios looks: flagged, clearly different, not clearly different.
FLAGGED, CLEAR, UNSURE = "flagged", "clear", "unsure"
# What stands before a line of a legend.
DARK_BAR, BENCHMARK_MARK, INTERVAL_MARK, DASHED_LINE, PLAIN = "bar", "benchmark", "interval", "dashed", ""
LIGHT_BAR, SCORE_MARK = "light", "score"

Figure = tuple[Piece, ...]
# Mark and words of one line of a legend.
Legend = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Bar:
    """One bar; `value` is None when hidden or when there are words instead.

    `low` and `high` bound the value, `benchmark` is what it is compared with, a range where its ends differ.
    """

    label: str
    kind: str
    value: float | None
    figure: Figure
    is_sub: bool = False
    low: float | None = None
    high: float | None = None
    benchmark: tuple[float, float] | None = None

    @property
    def shown(self) -> str:
        """Give the words at the end of the bar."""
        return "".join(text for text, _ in self.figure)


@dataclass(frozen=True)
class Bars:
    """Ranked bars: counts, or with an `axis` named in words shares beside a benchmark."""

    bars: tuple[Bar, ...]
    axis: str = ""
    legend: Legend = ()


@dataclass(frozen=True)
class Point:
    """One quarter of a line chart; `value` is None when hidden."""

    label: tuple[str, str]
    value: int | None
    shown: str
    ref: str
    provisional: bool


@dataclass(frozen=True)
class Limits:
    """The natural limits of a run of quarters, given by their places."""

    first: int
    last: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class EventMark:
    """A dated event: its place among the quarters, the letter it is marked with, and its words."""

    place: float
    letter: str
    words: str


@dataclass(frozen=True)
class Line:
    """A line over quarters; `names` are the words for upper limit, mean and lower limit."""

    points: tuple[Point, ...]
    limits: tuple[Limits, ...] = ()
    names: tuple[str, str, str] = ("", "", "")
    events: tuple[EventMark, ...] = ()
    provisional: str = ""


@dataclass(frozen=True)
class RatioRow:
    """One group beside its benchmark, or with `is_head` the head of several; a hidden one has no figure."""

    label: str
    kind: str
    figure: Figure
    verdict: str = ""
    low: float | None = None
    ratio: float | None = None
    high: float | None = None
    is_head: bool = False


@dataclass(frozen=True)
class Ratios:
    """Ratios on a scale of doublings; `ticks` are values with their words, `sides` what lies left and right of one."""

    rows: tuple[RatioRow, ...]
    scale: tuple[float, float]
    band: tuple[float, float]
    ticks: tuple[tuple[float, str], ...]
    sides: tuple[str, str]
    legend: Legend


@dataclass(frozen=True)
class HeatCell:
    """A cell: a strength from 0 to 1, a share and a count; a hidden one has words, an empty one nothing."""

    strength: float | None
    share: Figure = ()
    count: Figure = ()
    is_hidden: bool = False


@dataclass(frozen=True)
class HeatRow:
    """A row: its label and a cell for each column."""

    label: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class Heat:
    """A heat map; `ranks` order its columns by size, for when not all of them fit."""

    columns: tuple[str, ...]
    ranks: tuple[int, ...]
    rows: tuple[HeatRow, ...]
    legend: str


@dataclass(frozen=True)
class Panel:
    """The bars of one source."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Panels:
    """Small bars per source on one scale, with a target."""

    panels: tuple[Panel, ...]
    target: float
    legend: str


@dataclass(frozen=True)
class Tile:
    """An area: its place in the grid, and its figure; `strength` as for a heat map. It may have a share alone."""

    label: str
    column: int
    row: int
    strength: float | None
    figure: Figure
    share: Figure = ()
    is_hidden: bool = False


@dataclass(frozen=True)
class TileMap:
    """Areas as equal tiles; `below` are lines under them, such as who is not known, `keys` what colours mean."""

    tiles: tuple[Tile, ...]
    below: tuple[Figure, ...]
    legend: str
    keys: Legend = ()


@dataclass(frozen=True)
class PolicyArea:
    """A policy area: its score, cited, with its words, and a bar for each advice type or words in their place."""

    label: str
    score: int | None
    figure: Figure
    bars: tuple[Bar, ...]
    empty: str = ""


@dataclass(frozen=True)
class PolicyAreas:
    """Policy areas under each other, each with a line over the `scale` of the index; bars have a scale of their own."""

    areas: tuple[PolicyArea, ...]
    scale: tuple[int, int]
    legend: Legend


Plot = Bars | Line | Ratios | Heat | Panels | TileMap | PolicyAreas


@dataclass(frozen=True)
class ChartSpec:
    """One chart: its plot, with the titles and source a standalone picture carries."""

    chart_id: str
    title: str
    subtitle: str
    source: str
    plot: Plot
    note: str = ""
    language: str = "en-GB"


@dataclass(frozen=True)
class Drawing:
    """One drawn chart.

    `wide` and `narrow` are SVG for inside a page; `svg` and `png` stand alone, with title and source. `language` is the
    one that its words are in.
    """

    wide: str
    narrow: str
    svg: bytes
    png: bytes
    language: str = "en-GB"


@cache
def chart_style() -> dict[str, Any]:
    """Read the packaged chart style."""
    return tomllib.loads(reference_file("chart_style.toml").read_text(encoding="utf-8"))
