"""Time the statistics of one edition beside the breakdowns alone, over every case of an invented network.

One run, by turns, on one warehouse: the SQL of the published breakdowns; the SQL that only statistics need; what Python
then works out, stage by stage. `python tests/bench/statistics_bench.py 1000000 --write docs/bench-statistics.md`.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics as middle
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

from pipelines import run, warehouse
from pipelines.models import Model, load_models
from pipelines.periods import Period
from pipelines.request import Request
from pipelines.statistics_record import read_statistics
from pipelines.synthetic import write_workspace

STATISTICS = (
    "core.pattern_needs", "core.kind_patterns", "core.advice_families", "core.client_families", "marts.need_profiles",
    "marts.need_combinations", "marts.quarterly_groups", "marts.project_rates", "marts.clients_by_area",
    "marts.recording_quality", "marts.reporting_sources",
)  # fmt: skip


def main() -> None:
    """Measure and print, or write, one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases", type=int)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        made = write_workspace(Path(folder) / "network", cases=options.cases, seed=2026)
        whole = Period.parse(f"2023-Q4_{made.last_quarter}")
        request = Request(workspace=made.folder, as_of=made.as_of, variables=os.environ, period=whole)
        text = measured(request, options.repeats, options.cases, made.as_of)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    print(text)


def measured(request: Request, repeats: int, cases: int, as_of: date) -> str:
    """Refresh the workspace once, then time each part so many times."""
    with run.opened(request, keep=False) as work:
        refreshed = run.refresh(work)
        period = request.period
        assert period is not None
        database, settings = work.database, work.settings
        parts: dict[str, Callable[[], object]] = {
            "breakdowns: SQL of the tables by one dimension": lambda: made_again(database, is_breakdown),
            "statistics: SQL they alone need": lambda: made_again(database, STATISTICS.__contains__),
            "statistics: worked out in Python": lambda: read_statistics(settings, database, period, as_of=as_of),
        }
        times: dict[str, list[float]] = {name: [] for name in parts}
        for _ in range(repeats):
            for name, part in parts.items():
                began = perf_counter()
                part()
                times[name].append(perf_counter() - began)
    return page(times, cases, refreshed.timings["build"])


def is_breakdown(model: str) -> bool:
    """Tell whether a model is one of the published tables."""
    return model.startswith("marts.by_")


def made_again(database: Path, is_wanted: Callable[[str], bool]) -> None:
    """Make the wanted tables once more, thrown away with the connection; reads stand on the built ones."""
    with warehouse.connect(database) as connection:
        wanted: list[Model] = [model for model in load_models(connection) if is_wanted(model.name)]
        for number, model in enumerate(wanted):
            connection.execute(f"create temp table made_again_{number} as {model.sql}")


def page(times: dict[str, list[float]], cases: int, build: float) -> str:
    """Write the table: medians, and each as a multiple of the breakdowns."""
    first = middle.median(next(iter(times.values())))
    rows = [
        f"| {name} | {middle.median(own):.2f} | {min(own):.2f} to {max(own):.2f} | {middle.median(own) / first:.1f} |"
        for name, own in times.items()
    ]
    return "\n".join(
        [
            "# Bench: statistics beside breakdowns",
            "",
            f"Written by `make bench`. {cases:,} invented cases, every quarter in one period; {os.cpu_count()} "
            f"processors ({platform.machine()}), Python {platform.python_version()}. "
            f"Load while it ran: {os.getloadavg()[0]:.1f}. "
            f"Building every table of the warehouse took {build:.1f} s, all periods included.",
            "",
            "| part | seconds, median | least to most | times the breakdowns |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    main()
