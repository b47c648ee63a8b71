"""The page and the chart of the bench of quarters: each figure beside the data it grew with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from drawing import BLUE, BROWN, GREEN, GREY, drawn

if TYPE_CHECKING:
    from quarters import Lap

REFRESH = ("receive", "check_records", "harmonise", "build", "check_cases")
PUBLISH = ("analyse", "protect", "render", "audit", "release", "statistics")
WIDTH = 118
WHAT = """
Written by `make bench`; do not edit. An invented network sends its files quarter by quarter; after each quarter
`caseload run` reads what is new and publishes the quarter, as a schedule would. Nothing is ever thrown away. Every
figure is one that the [record of a run](runs.md) holds.
""".strip()
COLUMNS = """
*CPU* is the processor time of a run with everything it started. *Refresh* is everything up to the checked warehouse and
*publish* everything after it, by the clock. *Memory* is the most of one process. *Warehouse*, *editions*, *ledger* and
*records* are what stood on disk after the run; *edition* and *record* are what this run added.
""".strip()
AGAIN = """
The same command on unchanged files, as on a night when nothing came. The edition stands, the statistics are those of
the run before and are kept once; what is added is a small record.
""".strip()
HEADS = (
    "files", "rows so far", "CPU s", "refresh s", "publish s", "memory MB", "inbox MB", "warehouse MB", "edition MB",
    "editions MB", "ledger MB", "record MB", "records MB",
)  # fmt: skip


def page(laps: Sequence[Lap], *, cases: int, machine: str) -> str:
    """Write the page."""
    quarters, nights = ([lap for lap in laps if lap.is_new is is_new] for is_new in (True, False))
    return "\n".join(
        [
            f"# {len(quarters)} quarters: what a run costs as the data grow",
            "",
            WHAT,
            "",
            fill(
                f"About {cases:,} cases a quarter, a little more every quarter. {machine} The machine was shared, so"
                " processor seconds say more than the clock.",
                WIDTH,
            ),
            "",
            "![Two charts. Above, the processor seconds of each run; below, what stands on disk after it.]"
            "(images/quarters.svg)",
            "",
            *(fill(line, WIDTH, subsequent_indent="  ") for line in _findings(quarters, nights)),
            "",
            "## Run by run",
            "",
            COLUMNS,
            "",
            f"| quarter | {' | '.join(HEADS)} |",
            "|---|" + "---:|" * len(HEADS),
            *(_row(lap) for lap in quarters),
            "",
            "## When nothing came",
            "",
            AGAIN,
            "",
            f"| after quarter | {' | '.join(HEADS)} |",
            "|---|" + "---:|" * len(HEADS),
            *(_row(lap) for lap in nights),
            "",
        ]
    )


def _row(lap: Lap) -> str:
    figures = (
        f"{len(lap.told['inputs']):,}", f"{lap.rows:,}", f"{lap.cpu:.1f}", f"{lap.seconds(*REFRESH):.1f}",
        f"{lap.seconds(*PUBLISH):.1f}", f"{lap.told['peak_memory_mb']:,.0f}", _mb(lap.inbox),
        _mb(lap.disk("warehouse")), _mb(lap.edition if lap.is_new else 0), _mb(lap.disk("release")), _mb(lap.ledger),
        _mb(lap.record), _mb(lap.records),
    )  # fmt: skip
    return f"| {lap.quarter} | " + " | ".join(figures) + " |"


def _findings(quarters: Sequence[Lap], nights: Sequence[Lap]) -> list[str]:
    """Say what is flat, what grows, and why."""
    early, late = quarters[4:8] or quarters[:1], quarters[-4:]
    first, last = early[0], late[-1]
    between = max(len(quarters) - 5, 1) * 1e6
    rows, cpu, memory = (
        [_mean([each(lap) for lap in some]) for some in (early, late)]
        for each in (lambda lap: lap.rows, lambda lap: lap.cpu, lambda lap: lap.told["peak_memory_mb"])
    )
    grown = {name: (last.disk(name) - first.disk(name)) / between for name in ("warehouse", "release")}
    lines = [
        f"Compared are quarters 5 to 8 with the last four, a year each; the rows grow {rows[1] / rows[0]:.1f}-fold.",
        "",
        f"- **A run** takes {cpu[0]:.1f} processor seconds early and {cpu[1]:.1f} late. Within a year it rises from"
        " quarter to quarter, as the editions of one year are attacked together, and begins anew with the next year."
        " Only new files are read; tables and checks are of all rows and grow with them, slowly.",
        f"- **Memory**: {memory[0]:,.0f} MB early, {memory[1]:,.0f} MB late, in the largest process.",
        f"- **Warehouse**: {grown['warehouse']:.2f} MB more each quarter. One is kept, the former one is deleted. Its"
        " file has room for the tables that are built anew, so it nearly doubles with the second run, then grows with"
        " the rows.",
        f"- **Editions**: {grown['release']:.2f} MB more each quarter; an edition is as large as the one before it.",
        f"- **Ledger**: {(last.ledger - first.ledger) / between:.2f} MB more each quarter;"
        " every published figure stands in it once.",
        f"- **Record of a run**: {first.record / 1e6:.2f} MB early, {last.record / 1e6:.2f} MB late. Its statistics"
        " hold a line for every quarter, and its accounting one for every file.",
    ]
    if nights:
        lines.append(
            f"- **A night when nothing came** takes {nights[0].cpu:.1f} processor seconds after the first quarter and"
            f" {nights[-1].cpu:.1f} after the last, and adds {nights[0].record / 1e6:.2f} and"
            f" {nights[-1].record / 1e6:.2f} MB."
        )
    return lines


def write_chart(path: Path, laps: Sequence[Lap]) -> None:
    """Draw time and disk by quarter; the same figures give the same bytes."""
    quarters, nights = ([lap for lap in laps if lap.is_new is is_new] for is_new in (True, False))
    places = {lap.quarter: place for place, lap in enumerate(quarters, start=1)}
    with drawn(path, size=(8.0, 6.6)) as figure:
        times, disk = figure.subplots(2, 1, sharex=True)
        for label, some, colour in (("New files", quarters, BLUE), ("Nothing came", nights, BROWN)):
            heights = [lap.cpu for lap in some]
            times.plot([places[lap.quarter] for lap in some], heights, color=colour, marker="o", markersize=4)
            times.annotate(label, (len(quarters) + 0.4, heights[-1] if heights else 0), color=colour, va="center")
        parts = {
            "Editions": ([lap.disk("release") for lap in quarters], BLUE),
            "Warehouse": ([lap.disk("warehouse") for lap in quarters], BROWN),
            "Records": ([lap.records for lap in quarters], GREY),
            "Ledger": ([lap.ledger for lap in quarters], GREEN),
        }
        for label, (sizes, colour) in parts.items():
            disk.plot(list(places.values()), [size / 1e6 for size in sizes], color=colour)
            disk.annotate(label, (len(quarters) + 0.4, sizes[-1] / 1e6), color=colour, va="center")
        for axes, title in ((times, "Processor seconds of each run"), (disk, "MB on disk after each run")):
            axes.set(xlim=(0.5, len(quarters) + 4.5), ylim=(0, None))
            axes.set_title(title, loc="left", fontweight=600)
            axes.spines[["top", "right"]].set_visible(False)
        disk.set_xlabel("Quarters since the first run")


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _mb(size: int) -> str:
    return f"{size / 1e6:.2f}"
