"""How fast is `caseload run`, and how much memory does it take, beside the floor: counting the same rows.

Run by `make bench`. Each size is an invented caseload; the command and the floor run by turns in the same minutes, each
in a process of its own, so that both meet the same machine. The floor is DuckDB's `count(*)` over the same files: the
least that anything could do with them. Times are medians of several runs, with the fastest and the slowest.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

FLOOR = Path(__file__).with_name("floor.py")
SEED = 2026
# Invented in a process of its own: a child's peak memory can never read lower than its parent's size.
INVENT = """
import json, sys
from pathlib import Path
from pipelines.synthetic import write_workspace
written = write_workspace(Path(sys.argv[1]), cases=int(sys.argv[2]), seed=int(sys.argv[3]))
print(json.dumps({"as_of": written.as_of.isoformat()}))
"""


@dataclass(frozen=True)
class Measure:
    """One process: wall and processor seconds, the most memory it held in MB, and what it printed as JSON."""

    wall: float
    cpu: float
    peak_mb: float
    printed: dict


@dataclass(frozen=True)
class Result:
    """All runs of one size."""

    cases: int
    megabytes: float
    floor: list[Measure]
    first: list[Measure]
    again: list[Measure]


def measure(command: list[str], cwd: Path) -> Measure:
    """Run a command that prints one JSON object, and measure it with everything it started."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise SystemExit(f"{' '.join(command[1:4])} ended with {process.returncode}:\n{err.read()[-2000:]}")
        kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
        return Measure(wall, usage.ru_utime + usage.ru_stime, kilobytes / 1024, json.loads(out.read()))


def measure_size(cases: int, *, repeats: int) -> Result:
    """Measure one size: floor, a first run on a fresh workspace, and the same run again on unchanged files."""
    floor, first, again = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        original = Path(folder) / "original"
        written = measure([sys.executable, "-c", INVENT, str(original), str(cases), str(SEED)], Path(folder)).printed
        run = [sys.executable, "-m", "pipelines", "run", "--json", "--as-of", written["as_of"]]
        megabytes = sum(path.stat().st_size for path in (original / "inbox").rglob("*") if path.is_file()) / 1e6
        for number in range(repeats):
            workspace = Path(folder) / f"run-{number}"
            shutil.copytree(original, workspace)
            floor.append(measure([sys.executable, str(FLOOR)], workspace))
            first.append(measure(run, workspace))
            again.append(measure(run, workspace))
            shutil.rmtree(workspace)
    return Result(cases, megabytes, floor, first, again)


def median(values: list[float]) -> float:
    """Give the middle value."""
    return statistics.median(values)


def spread(values: list[float], digits: int = 1) -> str:
    """Say a median with the fastest and slowest run."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def process_row(result: Result, name: str, runs: list[Measure]) -> str:
    """Give one line of the table of whole commands."""
    walls, floor = [run.wall for run in runs], median([run.printed["seconds"] for run in result.floor])
    cpu, peak = [run.cpu for run in runs], [run.peak_mb for run in runs]
    ratio = median(walls) / floor
    return (
        f"| {result.cases:,} | {name} | {spread(walls)} | {spread(cpu)} | {median(peak):,.0f} | {ratio:,.0f} |"
        f" {result.cases / median(walls):,.0f} |"
    )


def stage_rows(result: Result) -> list[str]:
    """Give one line for each stage that the command timed itself."""
    floor = median([run.printed["seconds"] for run in result.floor])
    rows = []
    for stage in result.first[0].printed["timings"]:
        first = [run.printed["timings"].get(stage, 0.0) for run in result.first]
        again = [run.printed["timings"].get(stage, 0.0) for run in result.again]
        rows.append(
            f"| {result.cases:,} | {stage} | {spread(first, 2)} | {median(first) / floor:,.1f} | {median(again):.2f} |"
        )
    return rows


def machine(loads: list[float]) -> str:
    """Describe the machine without naming it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    packages = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "polars", "great-expectations", "matplotlib"))
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}; {packages}. "
        f"Load average while it ran: {min(loads):.1f} to {max(loads):.1f}."
    )


def page(results: list[Result], *, repeats: int, loads: list[float]) -> str:
    """Write the page."""
    lines = [
        "# Speed and memory",
        "",
        "Written by `make bench`; do not edit. Invented caseloads, every brief and audience included, no Prefect.",
        f"Medians of {repeats} runs, with the fastest and slowest in brackets; command and floor ran by turns.",
        "**The floor** is DuckDB's `count(*)` over the same files: the query alone, without starting Python.",
        "*Again* is the same command on unchanged files.",
        "",
        machine(loads),
        "",
        "## The whole command",
        "",
        "| cases | what | wall, s | processor, s | peak memory, MB | times the floor | cases a second |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    for result in results:
        seconds = [run.printed["seconds"] for run in result.floor]
        memory = median([run.peak_mb for run in result.floor])
        cpu = spread([run.printed["cpu"] for run in result.floor], 3)
        name = f"floor: {result.megabytes:,.1f} MB, {result.floor[0].printed['rows']:,} rows counted"
        lines.append(f"| {result.cases:,} | {name} | {spread(seconds, 3)} | {cpu} | {memory:,.0f} | 1 | |")
        lines.append(process_row(result, "`caseload run`", result.first))
        lines.append(process_row(result, "`caseload run`, again", result.again))
    lines += [
        "",
        "## By stage, as the command times itself",
        "",
        "| cases | stage | wall, s | times the floor | again, s |",
        "|---:|---|---:|---:|---:|",
    ]
    lines += [row for result in results for row in stage_rows(result)]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure the sizes asked for and print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, nargs="+", default=[10_000, 100_000], help="sizes to measure")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each size")
    parser.add_argument("--write", type=Path, help="the page to write; without it the page is printed")
    arguments = parser.parse_args()
    loads, results = [os.getloadavg()[0]], []
    for cases in arguments.cases:
        results.append(measure_size(cases, repeats=arguments.repeats))
        loads.append(os.getloadavg()[0])
        print(f"{cases:,} cases measured", file=sys.stderr)
    text = page(results, repeats=arguments.repeats, loads=loads)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
