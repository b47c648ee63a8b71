"""The page of the bench: the targets, every tool beside the floor, the stages, and an everyday network."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from measuring import Measure, load, median, spread
from network import Network
from scale import AGAIN, FIRST, FLOOR, KEPT, LATER, PEER_WAYS, Seen
from scale_figures import (
    REFRESH,
    TO_COUNTS,
    Figures,
    Target,
    groups,
    memory,
    processors,
    seconds,
    targets,
)

WIDTH = 118
NAMES = {
    FLOOR: "floor: DuckDB counts the rows",
    "duckdb": "DuckDB SQL",
    KEPT: "DuckDB SQL with records kept",
    "polars": "polars",
    "pandas": "pandas",
    FIRST: "**`caseload run`**, file to briefs",
    LATER: "the next run, 1 % more in a new file",
    AGAIN: "the one after it, unchanged files",
}
WHAT = """
Written by `make bench`, or by `python tests/bench/bench.py --write docs/bench.md` alone; do not edit. One invented file
of 13 columns for each size: 24 law centres, 47 quarters, a copy in every hundred rows, nationalities in many spellings,
two forms of dates. Everything ran by turns, each in processes of its own, so that all met the same machine.
""".strip()
TURNS = """
Figures are the middle of the turns, with the lowest and highest in brackets; ratios are taken within each turn.
**Memory** is the most that all processes held together, as seen ten times a second from outside.
""".strip()
WORK = """
**The floor** is the query alone, without starting Python: the least that anything could do with the file. **DuckDB SQL,
polars and pandas** read the file, bring words to codes, read both forms of dates, leave out copies, write the cases and
count them in eight ways; their times include starting Python. **With records kept** is the same SQL after references
became pseudonyms that nobody can make without a key, and every record was kept as it arrived with a digest and a state:
what these three alone cost. The scripts are in [tests/bench/peers](../tests/bench/peers). **To the breakdowns** is the
part of `caseload run` that does all of this, and also looks for personal identifiers and makes every table of the
warehouse, those of needs, waiting times, projects and completeness included. The eight breakdowns of all five were
compared by fingerprint in every turn and are the same, and so are those after a new file; the bench fails otherwise.
""".strip()
STAGES = """
Wall times are those the command takes itself; processors and memory are seen from outside, so short stages are rough.
*Start and end* is what is left: Python, imports, settings, the record of the run.
""".strip()
AFTER = """
A hundredth of the rows comes in one more file, all of the next quarter, which is published for the first time.
*Refresh* is everything up to the checked warehouse. Shares are of the first run of the same turn.
""".strip()
HEAD = (
    "| rows | what | wall, s | processor, s | memory, MB | on disk, MB | wall, times the floor"
    " | processor, times the floor |\n|---:|---|" + "---:|" * 6
)


def page(seen: Sequence[Seen], network: Network | None, *, machine: str) -> str:
    """Write the page from all that was measured."""
    figures = Figures(seen)
    measures = [each.measure for each in seen]
    parts = [
        "# Speed, memory and scale",
        WHAT,
        fill(f"{machine} {load(measures)} {_turns(figures)}", WIDTH, break_on_hyphens=False),
        TURNS,
        "![Two charts on log axes: wall seconds and the most memory by rows, for each tool.](images/scale.svg)",
        _slopes(figures),
        "## Targets",
        _target_table(targets(figures, network)),
        "## Side by side",
        WORK,
        "\n".join([HEAD, *(line for rows in figures.sizes for line in _side_by_side(figures, rows))]),
        _beside_kept(figures),
        "## Stages of a run",
        STAGES,
        "\n".join([_STAGE_HEAD, *(line for rows in figures.sizes for line in _stages(figures, rows))]),
        "## A run after a new file",
        AFTER,
        "\n".join([_LATER_HEAD, *(_later(figures, rows) for rows in figures.sizes)]),
    ]
    if network:
        parts += ["## An everyday network", _everyday(network)]
    return "\n\n".join(parts) + "\n"


def _turns(figures: Figures) -> str:
    counted = ", ".join(f"{len(figures.of(rows, FIRST))} of {rows:,} rows" for rows in figures.sizes)
    unfinished = sorted({each.rows for each in figures.seen} - {*figures.sizes})
    return " ".join([f"Turns: {counted}.", *(f"`caseload run` did not finish {rows:,} rows." for rows in unfinished)])


def _slopes(figures: Figures) -> str:
    if len(figures.sizes) < 2:
        return "One size alone has no slope."
    told = ", ".join(
        f"{name} {figures.slope(way):.2f}"
        for way, name in (*((way, NAMES[way]) for way in PEER_WAYS), (FIRST, "`caseload run`"))
    )
    last = f"{figures.sizes[-2]:,} to {figures.sizes[-1]:,} rows"
    return fill(
        f"Slopes of the lines of time over all sizes, by least squares on log axes: {told}. 1 is in proportion to the"
        f" rows, less is better. The steepest part of the line of `caseload run` has {figures.steepest(FIRST):.2f};"
        f" its last part is {last}. What does not grow with the rows (imports, data rules, disclosure control, briefs)"
        " makes the beginning flat. The dashed line is what the largest run would cost in proportion.",
        WIDTH,
        break_on_hyphens=False,
    )


def _target_table(found: Sequence[Target]) -> str:
    lines = [
        f"| {each.text} | {spread(each.values, each.digits)} | {'at least' if each.is_least else 'at most'}"
        f" {each.limit:.3g} | {each.verdict} |"
        for each in found
    ]
    return "\n".join(["| what | measured | target | |", "|---|---:|---:|---|", *lines])


def _beside_kept(figures: Figures) -> str:
    """Say how far a run is from plain SQL that keeps records as well, size by size."""
    told = [
        f"{spread([seconds(run, TO_COUNTS) / kept.wall for run, kept in both])} with {rows:,} rows"
        for rows in figures.sizes
        if (both := figures.beside(rows, KEPT))
    ]
    text = f"To the breakdowns, `caseload run` took as many times DuckDB SQL with records kept: {', '.join(told)}."
    return fill(text if told else "DuckDB SQL with records kept was not measured.", WIDTH, break_on_hyphens=False)


def _side_by_side(figures: Figures, rows: int) -> list[str]:
    lines = []
    for way, name in NAMES.items():
        runs = list(figures.of(rows, way).values())
        if not runs and way in (LATER, AGAIN):
            continue
        if not runs:
            lines.append(f"| {rows:,} | {name} | did not finish | | | | | |")
            continue
        if way == FIRST:
            lines.append(_to_counts(figures, rows, runs))
        cpu = [run.printed["seconds"]["processors"] if way == FLOOR else run.cpu for run in runs]
        digits = 2 if way == FLOOR else 1
        times = [figures.ratios(rows, way), figures.ratios(rows, way, lambda run: run.cpu, floor="processors")]
        told = ["1", "1"] if way == FLOOR else map(spread, times)
        lines.append(
            f"| {rows:,} | {name} | {spread(figures.walls(rows, way), digits)} | {spread(cpu, digits)}"
            f" | {median([run.all_mb for run in runs]):,.0f} | {_stored(runs)} | {' | '.join(told)} |"
        )
    return lines


def _to_counts(figures: Figures, rows: int, runs: Sequence[Measure]) -> str:
    times = figures.ratios(rows, FIRST, lambda run: seconds(run, TO_COUNTS))
    busy = figures.ratios(rows, FIRST, lambda run: processors(run, TO_COUNTS), floor="processors")
    return (
        f"| {rows:,} | `caseload run`, to the breakdowns | {spread([seconds(run, TO_COUNTS) for run in runs])}"
        f" | {spread([processors(run, TO_COUNTS) for run in runs])}"
        f" | {median([memory(run, TO_COUNTS) for run in runs]):,.0f} | | {spread(times)} | {spread(busy)} |"
    )


def _stored(runs: Sequence[Measure]) -> str:
    sizes = [run.printed["stored_bytes"] / 1e6 for run in runs if "stored_bytes" in run.printed]
    return f"{median(sizes):,.0f}" if sizes else ""


_STAGE_HEAD = (
    "| rows | stage | wall, s | times the floor | processor, s | memory, MB | 1 % more, s | unchanged files, s |\n"
    "|---:|---|" + "---:|" * 6
)


def _stages(figures: Figures, rows: int) -> list[str]:
    first = figures.of(rows, FIRST)
    others = [list(figures.of(rows, way).values()) for way in (LATER, AGAIN)]
    lines = []
    for name, stages in groups(next(iter(first.values()))).items():
        runs = list(first.values())
        times = figures.ratios(rows, FIRST, lambda run, stages=stages: seconds(run, stages))
        after = [f"{median([seconds(run, stages) for run in each]):,.1f}" if each else "" for each in others]
        lines.append(
            f"| {rows:,} | {name} | {spread([seconds(run, stages) for run in runs])} | {spread(times)}"
            f" | {median([processors(run, stages) for run in runs]):,.1f}"
            f" | {median([memory(run, stages) for run in runs]):,.0f} | {' | '.join(after)} |"
        )
    rest = [
        [run.wall - sum(run.printed["timings"].values()) for run in each] for each in (list(first.values()), *others)
    ]
    told = [spread(rest[0]), "", "", "", *(f"{median(each):,.1f}" if each else "" for each in rest[1:])]
    return [*lines, f"| {rows:,} | start and end | {' | '.join(told)} |"]


_LATER_HEAD = "| rows | whole run, s | share of the first | refresh, s | share of the first |\n|---:|" + "---:|" * 4


def _later(figures: Figures, rows: int) -> str:
    both = figures.beside(rows, LATER)
    if not both:
        return f"| {rows:,} | not measured | | | |"
    whole, refresh = [later.wall for _, later in both], [seconds(later, REFRESH) for _, later in both]
    of_whole = [later.wall / first.wall for first, later in both]
    of_refresh = [seconds(later, REFRESH) / seconds(first, REFRESH) for first, later in both]
    return f"| {rows:,} | {spread(whole)} | {spread(of_whole, 2)} | {spread(refresh)} | {spread(of_refresh, 2)} |"


def _everyday(network: Network) -> str:
    floor = median([run.printed["seconds"] for run in network.floor])
    about = (
        f"{network.cases:,} invented cases of {network.n_sources} sources in {network.n_files} files, as law centres"
        " send them; briefs for the network and the public. Imports are included. Counting the same rows took"
        f" {floor:.3f} s."
    )
    lines = [
        fill(about, WIDTH),
        "",
        "| what | wall, s | processor, s | memory, MB | times the floor |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, runs in (("`caseload run`", network.first), ("`caseload run`, again", network.again)):
        walls = [run.wall for run in runs]
        lines.append(
            f"| {name} | {spread(walls)} | {spread([run.cpu for run in runs])}"
            f" | {median([run.all_mb for run in runs]):,.0f} | {median(walls) / floor:,.0f} |"
        )
    lines += ["", "| stage | wall, s | again, s |", "|---|---:|---:|"]
    for name, stages in groups(network.first[0]).items():
        walls = [spread([seconds(run, stages) for run in runs], 2) for runs in (network.first, network.again)]
        lines.append(f"| {name} | {' | '.join(walls)} |")
    return "\n".join(lines)
