"""The simulation study: can the flags be trusted, in networks whose truth is known?

Run by `make simulate`, which writes docs/simulation.md and its chart. The figures depend on the seed in `worlds.py` and
on nothing else; the page also names the machine.
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import product
from pathlib import Path

import numpy as np
from simulation.chart import write_chart
from simulation.measures import RUNS, Result, measure, pooled
from simulation.page import SAMPLES, USUAL_SAMPLE, Study, page
from simulation.texts import OVERLAY_WORDS
from simulation.workspaces import measure_whole
from simulation.worlds import STRENGTHS, World

CLIENTS = (300, 1_250, 5_000, 20_000)
OVERLAYS = tuple(OVERLAY_WORDS)
CHARTED = ("below benchmark", "below 0.8", "product")


def plain_worlds() -> list[World]:
    """Give every world without an overlay."""
    return [World(*parts) for parts in product(CLIENTS, SAMPLES, STRENGTHS, ("zipf", "even"))]


def overlaid_worlds() -> list[World]:
    """Give the worlds in which something is wrong with the data, one thing at a time."""
    parts = product(OVERLAYS, ("none", "half"), (1_250, 5_000))
    return [World(clients, USUAL_SAMPLE, truth, overlay=overlay) for overlay, truth, clients in parts]


def measure_all(worlds: list[World], runs: int) -> list[Result]:
    """Measure worlds one after the other, and say on a terminal how far it is."""
    found = []
    for number, world in enumerate(worlds, start=1):
        found.append(measure(world, runs))
        if sys.stderr.isatty():
            print(f"\r{number} of {len(worlds)} worlds", end="", file=sys.stderr)
    return found


def write(target: Path, study: Study) -> None:
    """Write the page, and the chart into `images/` beside it."""
    results = [each for each in study.plain if each.world in study.charted_worlds]
    by_rule = {name: [each.rules[name] for each in results] for name in CHARTED}
    chart = target.parent / "images" / "simulation.svg"
    chart.parent.mkdir(parents=True, exist_ok=True)
    write_chart(
        chart,
        {name: pooled(rule.power_by_size for rule in rules) for name, rules in by_rule.items()},
        {name: pooled(rule.alarms_by_size for rule in rules) for name, rules in by_rule.items()},
    )
    target.write_text(page(study), encoding="utf-8")


def main() -> None:
    """Run the study and write the page, or print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, help="the page to write; without it the page is printed")
    parser.add_argument("--runs", type=int, default=RUNS, help="workspaces of each world")
    parser.add_argument("--workspaces", type=int, default=0, help="whole workspaces, with files and a release")
    arguments = parser.parse_args()
    started = time.monotonic()
    whole = measure_whole(arguments.workspaces) if arguments.workspaces else None
    with np.errstate(divide="ignore"):
        study = Study(
            runs=arguments.runs,
            plain=measure_all(plain_worlds(), arguments.runs),
            overlaid=measure_all(overlaid_worlds(), arguments.runs),
            whole=whole,
        )
    if arguments.write:
        write(arguments.write, study)
    else:
        print(page(study))
    print(f"The study took {time.monotonic() - started:.0f} seconds.", file=sys.stderr)


if __name__ == "__main__":
    main()
