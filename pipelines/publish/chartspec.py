"""What a chart shows, before it is drawn: rows and points, each with the address of its published cell.

Answers nothing by itself; `charts` fills these, `drawing` draws them. All are frozen, so equal charts are drawn once.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.resources import reference_file

STRONG, LIGHT, HIDDEN = "strong", "light", "hidden"


@dataclass(frozen=True)
class Bar:
    """One bar: `kind` is strong, light (not known) or hidden; `value` is None when hidden."""

    label: str
    kind: str
    value: int | None
    shown: str
    ref: str
    is_sub: bool = False


@dataclass(frozen=True)
class Point:
    """One quarter of a line chart; `value` is None when hidden."""

    label: tuple[str, str]
    value: int | None
    shown: str
    ref: str
    provisional: bool


@dataclass(frozen=True)
class ChartSpec:
    """One chart: bars or points, with the titles and source a standalone picture carries."""

    chart_id: str
    title: str
    subtitle: str
    source: str
    bars: tuple[Bar, ...] = ()
    points: tuple[Point, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Drawing:
    """One drawn chart.

    `wide` and `narrow` are SVG for inside a page; `svg` and `png` stand alone, with title and source.
    """

    wide: str
    narrow: str
    svg: bytes
    png: bytes


@cache
def chart_style() -> dict[str, Any]:
    """Read the packaged chart style."""
    with reference_file("chart_style.toml").open("rb") as file:
        return tomllib.load(file)
