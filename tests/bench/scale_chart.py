"""The chart of the bench: wall seconds and memory by the number of rows, both on log axes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from drawing import BLUE, BROWN, GREEN, GREY, PALE, PURPLE, RED, draw_lines, drawn, plain, straight_line
from measuring import median
from scale import FIRST, FLOOR, KEPT, Seen
from scale_figures import TO_COUNTS, Figures, seconds

LOOKS = {
    FLOOR: ("floor", GREY),
    "duckdb": ("DuckDB SQL", GREEN),
    KEPT: ("DuckDB, records kept", RED),
    "polars": ("polars", BROWN),
    "pandas": ("pandas", PURPLE),
    FIRST: ("caseload, to briefs", BLUE),
}
COUNTS = "caseload, to breakdowns"


def write_chart(path: Path, seen: Sequence[Seen]) -> None:
    """Draw the chart; the same measures give the same bytes."""
    figures = Figures(seen)
    sizes = figures.sizes
    with drawn(path, size=(11.5, 5.2)) as figure:
        time, peak = figure.subplots(1, 2)
        times = {label: (*_line(figures, way, figures.walls), colour) for way, (label, colour) in LOOKS.items()}
        times[COUNTS] = (sizes, [median(_to_counts(figures, rows)) for rows in sizes], "#5b9bd5")
        draw_lines(time, {label: line for label, line in times.items() if line[0]})
        straight_line(time, sizes, times[LOOKS[FIRST][0]][1][-1])
        held = {label: (*_line(figures, way, _memory(figures)), colour) for way, (label, colour) in LOOKS.items()}
        draw_lines(peak, {label: line for label, line in held.items() if line[0]})
        plain(time, "Wall seconds")
        plain(peak, "Most memory of all processes, MB")
        if sizes[1:]:
            told = f"slope of caseload, to briefs: {figures.slope(FIRST):.2f}\n- - -  in proportion to the rows: 1"
            time.text(0.03, 0.97, told, transform=time.transAxes, va="top", color=PALE, fontsize=10)
        for axes in (time, peak):
            axes.set_xlabel("Rows of the file")


def _line(figures: Figures, way: str, values) -> tuple[list[int], list[float]]:
    sizes = [rows for rows in figures.sizes if figures.of(rows, way)]
    return sizes, [median(values(rows, way)) for rows in sizes]


def _memory(figures: Figures):
    return lambda rows, way: [run.all_mb for run in figures.of(rows, way).values()]


def _to_counts(figures: Figures, rows: int) -> list[float]:
    return [seconds(run, TO_COUNTS) for run in figures.of(rows, FIRST).values()]
