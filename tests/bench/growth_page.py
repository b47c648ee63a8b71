"""The page and the chart of the bench of growth: what grows with a network, which stages make it, and how steeply."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from drawing import BLUE, BROWN, draw_lines, drawn, plain, straight_line
from measuring import Measure, slope
from scale_figures import GROUPS, processors, seconds

if TYPE_CHECKING:
    from growth import Point

WIDTH = 118
WHAT = """
Written by `make bench`, or by `python tests/bench/growth.py --write docs/bench-growth.md` alone; do not edit. The
number of cases stays the same, so what grows is the cost of the network itself. A source is a folder, a profile and a
file for each of eleven quarters; its network has six law centres and two briefs. An audience beyond the network and the
public is a law centre with a brief of its own; its network has one source with one file of one quarter.
""".strip()
COLUMNS = """
*CPU* is the processor time of a run with everything it started, *each more* what one more source or audience added to
it since the row above, and *memory* the most that all processes held together. *Unchanged* is the same command once
more on the same files. Stages are in processor seconds as seen from outside, ten times a second.
""".strip()
NAMES = {"sources": "source", "audiences": "audience"}
# A stage that makes less of the growth than this is not named.
LEAST_SHARE = 0.1


def page(found: Sequence[Point], *, cases: int, machine: str) -> str:
    """Write the page."""
    kinds = {what: [point for point in found if point.what == what] for what in NAMES}
    kinds = {what: points for what, points in kinds.items() if points}
    parts = [
        "# Growth: what one more source, or one more audience, costs",
        WHAT,
        fill(f"{cases:,} cases. {machine}", WIDTH, break_on_hyphens=False),
        "![Two charts on log axes: processor seconds of a run by sources, and by audiences.](images/growth.svg)",
        "\n".join(line for what, points in kinds.items() for line in _findings(what, points)),
        COLUMNS,
    ]
    for what, points in kinds.items():
        parts += [f"## {what.capitalize()}", _table(what, points)]
    return "\n\n".join(parts) + "\n"


def _findings(what: str, points: Sequence[Point]) -> list[str]:
    """Say how steep the line is, what one more costs, and which stages make the growth."""
    if not points[1:]:
        return [f"- One number of {what} alone has no slope."]
    first, last = points[0], points[-1]
    numbers, costs = [point.number for point in points], [point.first.cpu for point in points]
    grown = last.first.cpu - first.first.cpu
    each = [(new.first.cpu - old.first.cpu) / (new.number - old.number) for old, new in pairwise(points)]
    steepness = "; ".join(
        f"{old.number} to {new.number}: {slope([old.number, new.number], [old.first.cpu, new.first.cpu]):.2f}"
        for old, new in pairwise(points)
    )
    text = (
        f"- **{what.capitalize()}**: {costs[0]:,.0f} processor seconds with {numbers[0]}, {costs[-1]:,.0f} with"
        f" {numbers[-1]}. Slope on log axes {slope(numbers, costs):.2f} ({steepness}); 0 is flat, 1 in proportion. One"
        f" more {NAMES[what]} costs {' then '.join(f'{cost:,.2f}' for cost in each)} processor seconds."
        f" {_made_by(first.first, last.first, grown)}"
    )
    return fill(text, WIDTH, subsequent_indent="  ").split("\n")


def _made_by(first: Measure, last: Measure, grown: float) -> str:
    """Name the stages that make the growth, the largest first."""
    if grown <= 0:
        return "It does not grow."
    shares = {name: (processors(last, stages) - processors(first, stages)) / grown for name, stages in GROUPS.items()}
    named = sorted(((share, name) for name, share in shares.items() if share >= LEAST_SHARE), reverse=True)
    told = ", ".join(f"{name} ({share * 100:.0f} %)" for share, name in named)
    return f"Of the growth are: {told}." if told else "No stage makes much of it."


def _table(what: str, points: Sequence[Point]) -> str:
    heads = (
        NAMES[what] + "s", "files", "CPU, s", "each more, s", "wall, s", "memory, MB", "unchanged CPU, s",
        *GROUPS, "wall of all stages, s",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|" + "---:|" * len(heads)]
    for place, point in enumerate(points):
        before = points[place - 1] if place else None
        more = (point.first.cpu - before.first.cpu) / (point.number - before.number) if before else None
        figures = [
            f"{point.number}", f"{point.n_files:,}", f"{point.first.cpu:,.1f}", "" if more is None else f"{more:,.2f}",
            f"{point.first.wall:,.1f}", f"{point.first.all_mb:,.0f}",
            f"{point.again.cpu:,.1f}",
            *(f"{processors(point.first, stages):,.1f}" for stages in GROUPS.values()),
            f"{sum(seconds(point.first, stages) for stages in GROUPS.values()):,.1f}",
        ]  # fmt: skip
        lines.append(f"| {' | '.join(figures)} |")
    return "\n".join(lines)


def write_chart(path: Path, found: Sequence[Point]) -> None:
    """Draw processor seconds by number; the same figures give the same bytes."""
    with drawn(path, size=(10.5, 4.6)) as figure:
        for axes, what in zip(figure.subplots(1, 2), NAMES, strict=True):
            points = [point for point in found if point.what == what]
            if not points:
                continue
            numbers = [point.number for point in points]
            lines = {
                "first run": (numbers, [point.first.cpu for point in points], BLUE),
                "unchanged": (numbers, [point.again.cpu for point in points], BROWN),
            }
            draw_lines(axes, lines)
            straight_line(axes, numbers, points[-1].first.cpu)
            plain(axes, f"Processor seconds by {what}")
            axes.set_xlabel(f"{what.capitalize()} (dashed: in proportion)")
