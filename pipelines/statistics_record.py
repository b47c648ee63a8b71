"""The statistics of an edition from true counts, for the network's own analysts.

Answers "what else do the cases show": need profiles, combinations, change, projects, centres, areas, recording,
waiting and enquiries. They rest on cross-tables that nobody may publish yet, so they stand in the folder of a run,
which never leaves the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl

from pipelines import warehouse
from pipelines.analysis.area_benchmarks import area_benchmark, require_areas
from pipelines.analysis.areas import read_areas
from pipelines.analysis.benchmark_files import read_benchmarks
from pipelines.analysis.benchmarks import Benchmark
from pipelines.analysis.centres import funnel
from pipelines.analysis.intersections import search_intersections
from pipelines.analysis.need_profiles import read_need_profiles
from pipelines.analysis.policy_scores import read_policy_scores
from pipelines.analysis.projects import compare_projects
from pipelines.analysis.recording import read_recording
from pipelines.analysis.trends import read_trends
from pipelines.analysis.turned_away import compare_enquiries, read_enquiries
from pipelines.analysis.waits import compare_waits, curves_of, read_waits
from pipelines.codelists import TOTAL
from pipelines.events import load_events
from pipelines.listings import write_private
from pipelines.periods import Period
from pipelines.request import Request
from pipelines.settings import Settings


def check_declarations(settings: Settings) -> None:
    """Read benchmarks, scores of policy and events before any work is done, and where law centres stand.

    Raises:
        SettingsError: a file is wrong; every problem is told.
    """
    require_areas(read_benchmarks(settings.workspace), settings.centre_areas)
    read_policy_scores(settings.workspace)
    load_events(settings.workspace, sources=settings.sources, centres=settings.centres)


def read_statistics(settings: Settings, database: Path, period: Period, *, as_of: date) -> Mapping[str, pl.DataFrame]:
    """Work out all statistics of one publication period.

    Args:
        settings: the network.
        database: a warehouse whose marts are built.
        period: one of its publication periods.
        as_of: the day the run speaks of; decides which quarters are provisional.
    Returns:
        Tidy frames by name; true counts, internal. What each holds is told in docs/statistics.md.
    """
    events = load_events(settings.workspace, sources=settings.sources, centres=settings.centres)
    provisional = period.provisional_quarters(as_of, settings.provisional_days)
    waits, labels = read_waits(database, period), {group.code: group.label for group in settings.groups}
    return {
        "need_profiles": read_need_profiles(database, period),
        "intersections": search_intersections(database, period, seed=_seed(period)),
        "trends": read_trends(database, last=period.last, provisional=provisional, events=events),
        "projects": compare_projects(database, period),
        "centres": funnel(database, period),
        "areas": read_areas(database, period, _population(settings, period)),
        "recording": read_recording(database),
        "waiting": compare_waits(waits, labels),
        "waiting_curves": curves_of(waits),
        "enquiries": compare_enquiries(read_enquiries(database, period), labels),
    }


def record_statistics(request: Request, database: Path, period: Period, folder: Path) -> None:
    """Work out the statistics of a period and write them into the folder of a run.

    Args:
        request: the workspace and day.
        database: the warehouse to read.
        period: one of its publication periods.
        folder: made when it is missing.
    """
    # A database that is open already opens at once, and every statistic opens it.
    with warehouse.reading(database):
        frames = read_statistics(request.settings(), database, period, as_of=request.as_of)
    write_statistics(frames, folder)


def write_statistics(frames: Mapping[str, pl.DataFrame], folder: Path) -> None:
    """Write every frame as a CSV file that its owner alone can read.

    Args:
        frames: by name.
        folder: made when it is missing, in the folder of a run.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, frame in frames.items():
        write_private(folder / f"{name}.csv", frame)


def _population(settings: Settings, period: Period) -> pl.DataFrame | None:
    """Give the benchmark of areas that may be compared, one row per area; None without one."""
    benchmark, reasons = area_benchmark(read_benchmarks(settings.workspace), settings.served, period)
    return None if benchmark is None or reasons else _areas(benchmark)


def _areas(benchmark: Benchmark) -> pl.DataFrame:
    people = {code: value for code, value in benchmark.values.items() if code != TOTAL}
    return pl.DataFrame(
        {"area_code": list(people), "population": list(people.values()), "benchmark_id": benchmark.benchmark_id},
        schema={"area_code": pl.String, "population": pl.Float64, "benchmark_id": pl.String},
    )


def _seed(period: Period) -> int:
    """Give every period a seed of its own, so that a search by chance can be repeated."""
    return int.from_bytes(sha256(str(period).encode()).digest()[:4], "big")
