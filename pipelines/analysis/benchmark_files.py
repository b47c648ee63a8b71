"""The files of benchmarks: which reference figures there are, and from whom.

Answers "can these files be used". Packaged ones stand in `reference/benchmarks/`, a network's own in `benchmarks/` of
its workspace, both in the format of docs/benchmarks.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from pipelines.analysis.benchmark_fields import FIELDS, REQUIRED, field_problems
from pipelines.analysis.benchmarks import Benchmark
from pipelines.analysis.network_files import read_rows
from pipelines.codelists import TOTAL
from pipelines.errors import SettingsError, listed
from pipelines.resources import reference_file

FOLDER = "benchmarks"


def read_benchmarks(workspace: Path) -> tuple[Benchmark, ...]:
    """Read every benchmark: the packaged ones, then the network's own.

    Args:
        workspace: its `benchmarks/` may hold any number of CSV files.
    Returns:
        One entry per benchmark and dimension, in the order of files and rows.
    Raises:
        SettingsError: a file is wrong; every problem of every file is told.
    """
    packaged = sorted(reference_file(FOLDER).glob("*.csv"))
    own = sorted((workspace / FOLDER).glob("*.csv"))
    problems: list[str] = []
    found = [
        benchmark
        for path in (*packaged, *own)
        for benchmark in _read_file(path, problems, is_own=path.parent == workspace / FOLDER)
    ]
    names = [(benchmark.benchmark_id, benchmark.dimension) for benchmark in found]
    problems += [
        f"The benchmark {name} is there twice for {dimension}."
        for name, dimension in dict.fromkeys(names)
        if names.count((name, dimension)) > 1
    ]
    if problems:
        raise SettingsError(listed(problems, heading="Benchmarks cannot be used as they are:"))
    return tuple(found)


def _read_file(path: Path, problems: list[str], *, is_own: bool) -> Iterator[Benchmark]:
    rows = read_rows(path, problems, required=REQUIRED, fields=FIELDS, problems_of=field_problems)
    if rows is not None:
        yield from _benchmarks(path, rows, problems, is_own=is_own)


def _benchmarks(
    path: Path, rows: Iterable[Mapping[str, str]], problems: list[str], *, is_own: bool
) -> Iterator[Benchmark]:
    groups: dict[tuple[str, str], list[Mapping[str, str]]] = {}
    for row in rows:
        groups.setdefault((row["benchmark_id"], row["dimension"]), []).append(row)
    for (benchmark_id, dimension), own in groups.items():
        place = f"{path.name}, {benchmark_id}, {dimension}"
        told = [f"{place}: {text}" for text in _group_problems(own)]
        problems += told
        if not told:
            yield _benchmark(own, is_own=is_own)


def _group_problems(rows: list[Mapping[str, str]]) -> list[str]:
    codes = [row["code"] for row in rows]
    described = [name for name in FIELDS if name not in {"code", "value", "rounded_to", "note"}]
    problems = [
        f"{name} differs from row to row." for name in described if len({row.get(name) or "" for row in rows}) > 1
    ]
    if codes.count(TOTAL) != 1:
        problems.append(f"it needs one row with the code {TOTAL}, the size of the whole population.")
    if len(set(codes)) != len(codes):
        problems.append("a code is there twice.")
    if not problems:
        values = {row["code"]: float(row["value"]) for row in rows}
        slack = sum(float(row.get("rounded_to") or 0) for row in rows)
        problems += _size_problems(values, slack, overlaps=rows[0]["dimension"] == "group_code")
    return problems


def _size_problems(values: Mapping[str, float], slack: float, *, overlaps: bool) -> list[str]:
    parts = [value for code, value in values.items() if code != TOTAL]
    most = max(parts, default=0.0) if overlaps else sum(parts)
    if values[TOTAL] <= 0:
        return [f"the row {TOTAL} must be above 0."]
    return ["its parts are more than its total."] if most > values[TOTAL] + slack else []


def _benchmark(rows: list[Mapping[str, str]], *, is_own: bool) -> Benchmark:
    first = rows[0]
    sample = first.get("effective_sample") or ""
    return Benchmark(
        benchmark_id=first["benchmark_id"],
        title=first["title"],
        dimension=first["dimension"],
        unit=first["unit"],
        reference_date=date.fromisoformat(first["reference_date"]),
        geography=first["geography"],
        population=first["population"],
        dual_rule=first["dual_rule"],
        rounded_to={row["code"]: float(row.get("rounded_to") or 0) for row in rows},
        effective_sample=float(sample) if sample else None,
        caveat=first["caveat"],
        source=first["source"],
        values={row["code"]: float(row["value"]) for row in rows},
        is_own=is_own,
    )
