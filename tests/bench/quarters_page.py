"""The page and the chart of the bench of quarters: each figure beside the data it grew with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

from pipelines.publish.chartspec import chart_style
from pipelines.resources import reference_file

if TYPE_CHECKING:
    from quarters import Lap

REFRESH = ("receive", "check_records", "harmonise", "build", "check_cases")
PUBLISH = ("analyse", "protect", "render", "audit", "release", "statistics")
WHAT = """
Written by `make bench`; do not edit. An invented network sends its files quarter by quarter; after each quarter
`caseload run` reads what is new and publishes the quarter, as a schedule would. Nothing is ever thrown away.
""".strip()
COLUMNS = """
*Refresh* is everything up to the checked warehouse, *publish* everything after it; both are seconds of the run itself,
without the start of Python and its packages. *Memory* is the most of one process. *Warehouse*, *ledger* and *records*
are what stands on disk after the run; *edition* and *record* are what this run added.
""".strip()
AGAIN = """
The same command on unchanged files, as on a night when nothing came. The edition stands, the statistics are those of
the run before and are kept once; what is added is the record alone.
""".strip()


def page(laps: Sequence[Lap], *, cases: int, machine: str) -> str:
    """Write the page."""
    return "\n".join(
        [
            f"# {len(laps)} quarters: what a run costs as the data grow",
            "",
            WHAT,
            "",
            f"About {cases:,} cases a quarter, a little more every quarter. {machine}",
            "",
            "![Two charts. Above, the seconds of each run; below, what stands on disk after it.](images/quarters.svg)",
            "",
            *_findings(laps),
            "",
            "## Run by run",
            "",
            COLUMNS,
            "",
            "| quarter | files | rows so far | wall s | CPU s | refresh s | publish s | memory MB | inbox MB |"
            " warehouse MB | edition MB | ledger MB | record MB | records MB |",
            "|---|" + "---:|" * 13,
            *(_row(lap) for lap in laps),
            "",
            "## When nothing came",
            "",
            AGAIN,
            "",
            "| after quarter | wall s | CPU s | refresh s | publish s |",
            "|---|" + "---:|" * 4,
            *(_again(lap) for lap in laps if lap.again),
            "",
        ]
    )


def _row(lap: Lap) -> str:
    figures = (
        f"{lap.files:,}", f"{lap.rows:,}", f"{lap.measured.wall:.1f}", f"{lap.measured.cpu:.1f}",
        f"{lap.seconds(*REFRESH):.1f}", f"{lap.seconds(*PUBLISH):.1f}", f"{lap.measured.peak_mb:,.0f}", _mb(lap.inbox),
        _mb(lap.warehouse), _mb(lap.edition), _mb(lap.ledger), _mb(lap.record), _mb(lap.internal - lap.ledger),
    )  # fmt: skip
    return f"| {lap.quarter} | " + " | ".join(figures) + " |"


def _again(lap: Lap) -> str:
    assert lap.again
    timings = lap.again.printed["timings"]
    refresh, publish = (sum(timings.get(stage, 0.0) for stage in stages) for stages in (REFRESH, PUBLISH))
    return f"| {lap.quarter} | {lap.again.wall:.1f} | {lap.again.cpu:.1f} | {refresh:.1f} | {publish:.1f} |"


def _findings(laps: Sequence[Lap]) -> list[str]:
    """Say what is flat, what grows, and why."""
    early, late = laps[4:8] or laps[:1], laps[-4:]
    rows = _mean([lap.rows for lap in late]) / _mean([lap.rows for lap in early])
    refresh, publish = (
        [_mean([lap.seconds(*stages) for lap in some]) for some in (early, late)] for stages in (REFRESH, PUBLISH)
    )
    first, last = laps[4 if len(laps) > 4 else 0], laps[-1]
    between = max(laps.index(last) - laps.index(first), 1)
    grown = {
        name: (getattr(last, name) - getattr(first, name)) / between / 1e6
        for name in ("inbox", "warehouse", "release", "internal", "ledger")
    }
    cpu, memory = (
        [_mean([getattr(lap.measured, name) for lap in some]) for some in (early, late)] for name in ("cpu", "peak_mb")
    )
    return [
        f"Compared are quarters 5 to 8 with the last four, between which the rows grow {rows:.1f}-fold. The machine was"
        " shared, so processor seconds say more than the clock.",
        "",
        f"- **A whole run** takes {cpu[0]:.1f} processor seconds early and {cpu[1]:.1f} late."
        " Within a year it rises from quarter to quarter, as the editions of one year are attacked together, and begins"
        " anew with the next year.",
        f"- **Refreshing** takes {refresh[0]:.1f} s early and {refresh[1]:.1f} s late. Only new files are read; the"
        " copy of the warehouse, its tables and its checks are of all rows, so this part grows with them, slowly.",
        f"- **Publishing** takes {publish[0]:.1f} s early and {publish[1]:.1f} s late. It works on the figures of one"
        " period and on the editions of the same year, not on rows.",
        f"- **Memory**: {memory[0]:,.0f} MB early, {memory[1]:,.0f} MB late, in the largest process.",
        f"- **Disk, for each quarter**: inbox {grown['inbox']:.2f} MB, warehouse {grown['warehouse']:.2f} MB, editions"
        f" {grown['release']:.2f} MB, ledger {grown['ledger']:.2f} MB, records of runs"
        f" {grown['internal'] - grown['ledger']:.2f} MB. One warehouse is kept, the former one is deleted. Its"
        " file has room for the tables that are built anew, so it nearly doubles with the second run, then grows with"
        " the rows. An edition is as large as the one before it; the ledger holds every published figure once.",
        f"- **The record of one run** is {first.record / 1e6:.2f} MB early and {last.record / 1e6:.2f} MB late: its"
        " statistics hold a line for every quarter, and its accounting one for every file.",
    ]


def write_chart(path: Path, laps: Sequence[Lap]) -> None:
    """Draw time and disk by quarter; the same figures give the same bytes."""
    colours = chart_style()["colours"]
    for weight in (400, 600):
        font_manager.fontManager.addfont(str(reference_file("fonts", f"caseload-sans-{weight}.ttf")))
    settings = {"svg.hashsalt": "quarters", "font.family": "Caseload Sans", "font.size": 11, "svg.fonttype": "path"}
    places = range(1, len(laps) + 1)
    with mpl.rc_context(settings):
        figure = Figure(figsize=(8.0, 6.6), facecolor="white")
        times, disk = figure.subplots(2, 1, sharex=True)
        for label, stages, colour in (("Publish", PUBLISH, colours["bar"]), ("Refresh", REFRESH, "#9c5600")):
            heights = [lap.seconds(*stages) for lap in laps]
            times.plot(places, heights, color=colour, marker="o", markersize=3)
            times.annotate(label, (len(laps) + 0.4, heights[-1]), color=colour, va="center")
        parts = {
            "Warehouse": [lap.warehouse for lap in laps],
            "Editions": [lap.release for lap in laps],
            "Records": [lap.internal - lap.ledger for lap in laps],
            "Ledger": [lap.ledger for lap in laps],
        }
        for (label, sizes), colour in zip(
            parts.items(), ("#9c5600", colours["bar"], "#3d3d3d", "#2f6f4f"), strict=True
        ):
            disk.plot(places, [size / 1e6 for size in sizes], color=colour)
            disk.annotate(label, (len(laps) + 0.4, sizes[-1] / 1e6), color=colour, va="center")
        for axes, title in ((times, "Seconds of each run"), (disk, "MB on disk after each run")):
            axes.set(xlim=(0.5, len(laps) + 4), ylim=(0, None))
            axes.set_title(title, loc="left", fontweight=600)
            axes.spines[["top", "right"]].set_visible(False)
        disk.set_xlabel("Quarters since the first run")
        figure.tight_layout()
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None})


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _mb(size: int) -> str:
    return f"{size / 1e6:.2f}"
