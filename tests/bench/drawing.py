"""How the charts of the benches look: the fonts and colours of the briefs, and lines that are named at their end."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipelines.publish.chartspec import chart_style
from pipelines.resources import reference_file

BLUE = chart_style()["colours"]["bar"]
BROWN, GREY, GREEN, PURPLE, RED, PALE = "#9c5600", "#3d3d3d", "#2f6f4f", "#7a3e8e", "#a8323e", "#8a8a8a"
LABELS_APART = 0.075  # of the height of a panel


@contextmanager
def drawn(path: Path, *, size: tuple[float, float]) -> Iterator[Figure]:
    """Give a figure to draw on and write it as SVG; the same figures give the same bytes."""
    for weight in (400, 600):
        font_manager.fontManager.addfont(str(reference_file("fonts", f"caseload-sans-{weight}.ttf")))
    settings = {"svg.hashsalt": path.stem, "font.family": "Caseload Sans", "font.size": 11, "svg.fonttype": "path"}
    with mpl.rc_context(settings):
        figure = Figure(figsize=size, facecolor="white")
        yield figure
        figure.tight_layout()
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})


def draw_lines(axes: Axes, lines: Mapping[str, tuple[Sequence[float], Sequence[float], str]]) -> None:
    """Draw lines on log axes, each named at its right end: places, heights and colour by label."""
    axes.set(xscale="log", yscale="log")
    for places, heights, colour in lines.values():
        axes.plot(places, heights, color=colour, marker="o", markersize=4)
    # Room above for a note; and the limits stay, whatever is drawn into the panel later.
    axes.set_ylim(axes.get_ylim()[0], axes.get_ylim()[1] * 2.5)
    low, high = (math.log(limit) for limit in axes.get_ylim())
    ends = sorted(((math.log(heights[-1]) - low) / (high - low), label) for label, (_, heights, _) in lines.items())
    for place, (_, label) in zip(_apart([place for place, _ in ends]), ends, strict=True):
        axes.annotate(
            label, (1.02, place), xycoords="axes fraction", color=lines[label][2], va="center", annotation_clip=False
        )


def _apart(places: list[float]) -> list[float]:
    """Move places that are in order, and too close for words, away from each other, each as little as may be."""
    for _ in range(100):
        for at in range(len(places) - 1):
            overlap = LABELS_APART - (places[at + 1] - places[at])
            if overlap > 0:
                places[at] -= overlap / 2
                places[at + 1] += overlap / 2
    return places


def straight_line(axes: Axes, places: Sequence[float], height: float) -> None:
    """Draw what cost in proportion would be, through the last place, as a dashed line."""
    axes.plot(
        places, [height * place / places[-1] for place in places], color=PALE, linestyle="--", linewidth=1, zorder=0
    )


def plain(axes: Axes, title: str) -> None:
    """Give a panel its title, and take away the lines around it that say nothing."""
    axes.set_title(title, loc="left", fontweight=600)
    axes.spines[["top", "right"]].set_visible(False)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: f"{value:,.10g}"))
        axis.set_minor_formatter(mpl.ticker.NullFormatter())
