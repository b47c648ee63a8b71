"""The chart of the study: how often each rule flags rightly and wrongly, by the size of the group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pipelines.publish.chartspec import chart_style
from pipelines.resources import reference_file

SIZES = ("5–10", "10–20", "20–40", "40–80", "80–160", "160 or more")
TITLE = "The usual rules flag more groups, many of them wrongly"
SUBTITLE = (
    "Each dot is one size of group, given as the clients expected; larger dots are larger groups.\n"
    "Upwards: truly under-served groups that are flagged. To the right: other groups that are flagged all the same."
)


@dataclass(frozen=True)
class Line:
    """One rule: its words, colour, and where its label stands (in percent, as the axes)."""

    label: str
    colour: str
    at: tuple[float, float]


def write_chart(path: Path, power: Mapping[str, Sequence[float]], alarms: Mapping[str, Sequence[float]]) -> None:
    """Draw power against false alarms for each rule and write the picture; the same figures give the same bytes."""
    colours = chart_style()["colours"]
    lines = {
        "below benchmark": Line("Share below the\nbenchmark", "#9c5600", (38.5, 87)),
        "below 0.8": Line("Share below 0.8 of\nthe benchmark", colours["soft"], (14, 79)),
        "product": Line("The product's rule", colours["bar"], (6.5, 46)),
    }
    for weight in (400, 600):
        font_manager.fontManager.addfont(str(reference_file("fonts", f"caseload-sans-{weight}.ttf")))
    settings = {"svg.hashsalt": "simulation", "font.family": "Caseload Sans", "font.size": 11, "svg.fonttype": "path"}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(8.0, 6.4), facecolor="white")
        axes = figure.add_axes((0.09, 0.185, 0.88, 0.635))
        _frame(axes, colours["ink"])
        for name, line in lines.items():
            _draw(axes, line, alarms[name], power[name])
        _name_sizes(axes, alarms["product"], power["product"], colours["bar"])
        _words(figure, colours["ink"])
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None, dpi=110)


def _frame(axes: Axes, ink: str) -> None:
    axes.set(xlim=(-1.5, 52), ylim=(-4, 105), xticks=range(0, 51, 10), yticks=range(0, 101, 20))
    axes.xaxis.set_major_formatter("{x:.0f} %")
    axes.yaxis.set_major_formatter("{x:.0f} %")
    axes.set_xlabel("Other groups that are flagged all the same", color=ink)
    axes.grid(color=chart_style()["colours"]["grid"], linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, colors=ink)
    for side in axes.spines.values():
        side.set_visible(False)


def _draw(axes: Axes, line: Line, alarms: Sequence[float], power: Sequence[float]) -> None:
    xs, ys = [100 * value for value in alarms], [100 * value for value in power]
    axes.plot(xs, ys, color=line.colour, linewidth=1.2, zorder=2)
    axes.scatter(xs, ys, s=[22 + 26 * at for at in range(len(xs))], color=line.colour, zorder=3, clip_on=False)
    axes.text(*line.at, line.label, color=line.colour, weight=600, va="top")


def _name_sizes(axes: Axes, alarms: Sequence[float], power: Sequence[float], colour: str) -> None:
    for words, x, y in zip(SIZES, alarms, power, strict=True):
        offset = (10, -2 if y < 0.9 else -9)
        at = (100 * x, 100 * y)
        axes.annotate(words, at, offset, textcoords="offset points", va="center", color=colour, size=10)


def _words(figure: Figure, ink: str) -> None:
    figure.text(0.02, 0.955, TITLE, size=15, weight=600, color=ink)
    figure.text(0.02, 0.935, SUBTITLE, size=10.5, color=ink, va="top", linespacing=1.15)
    source = (
        "Simulated: 30 groups, 6 of them seen at 0.54 of their benchmark share; four sizes of caseload, 300 to 20,000\n"
        "clients; benchmark from a sample of 20,000. Source: docs/simulation.md."
    )
    figure.text(0.02, 0.018, source, size=9.5, color=ink, linespacing=1.15)
