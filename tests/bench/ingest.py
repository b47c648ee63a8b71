"""How fast are the files of a source read, and in how much memory, beside the floor: counting their rows.

    python tests/bench/ingest.py 1000000 10000000 --write docs/bench-ingest.md

For each number of rows a CSV of 13 columns is invented: references, two forms of dates, nationalities in many
spellings, notes with commas and quotation marks. DuckDB's `count(*)` over it is the floor, the least that anything
could do with the file. `read` takes every cell apart; `receive` also looks for identifiers, hashes references and
stores the records with their accounting; `build` goes on to codes, cases and counts. They run by turns, each in a
process of its own, so that all meet the same machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bulk_file import HEADINGS, invent

BULK_PROFILE = Path(__file__).with_name("bulk.toml")
SETTINGS = """
[network]
id = "bench"
name = "Bench"
[privacy]
key_file = "bench.key"
[centres]
c = "Centre"
[projects]
p = "Project"
[funders]
f = "Funder"
[sources.bulk]
profile = "bulk"
centre = "c"
project = "p"
funder = "f"
"""


def count_rows(path: Path) -> int:
    """Count the rows with DuckDB: the floor."""
    import duckdb

    columns = {f"c{number}": "varchar" for number in range(HEADINGS.count(",") + 1)}
    query = """
        select count(*)
        from read_csv($path, auto_detect = false, header = true, delim = ',', quote = '"', columns = $columns)
    """
    with duckdb.connect() as connection:
        return connection.execute(query, {"path": str(path), "columns": columns}).fetchall()[0][0]


def read_rows(path: Path) -> int:
    """Read every cell with our reader, and count the rows without the headings."""
    from pipelines.ingest.reading.delimited import read_delimited
    from pipelines.ingest.reading.rows import Layout

    with read_delimited(path, Layout()) as rows:
        return sum(chunk.height for chunk in rows.chunks) - 1


def receive_rows(path: Path) -> int:
    """Store the records of the file in a new warehouse, as `caseload run` does."""
    return _ingest(path, is_built=False)


def build_rows(path: Path) -> int:
    """Store the records, read their words and build every table, as `caseload run` does."""
    return _ingest(path, is_built=True)


def _ingest(path: Path, *, is_built: bool) -> int:
    from datetime import date

    from pipelines import run, warehouse
    from pipelines.request import Request

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        workspace = Path(folder)
        _write_workspace(workspace, path)
        with run.opened(Request(workspace, date(2027, 6, 1), {})) as work:
            run.receive_files(work)
            if is_built:
                run.harmonise_words(work)
                run.build_tables(work)
            with warehouse.connect(work.database) as connection:
                return connection.execute("select rows_read from raw.files").fetchall()[0][0]


def _write_workspace(workspace: Path, path: Path) -> None:
    (workspace / "profiles").mkdir()
    (workspace / "inbox" / "bulk").mkdir(parents=True)
    shutil.copy(BULK_PROFILE, workspace / "profiles" / "bulk.toml")
    os.link(path, workspace / "inbox" / "bulk" / path.name)
    (workspace / "bench.key").write_text("0" * 64, encoding="ascii")
    (workspace / "caseload.toml").write_text(SETTINGS, encoding="utf-8")


# What is measured, in the order in which it runs; the first is the floor.
WAYS: dict[str, Callable[[Path], int]] = {
    "count": count_rows,
    "read": read_rows,
    "receive": receive_rows,
    "build": build_rows,
}


def measure_here(way: str, path: Path) -> dict:
    """Measure one way of reading in this process, which must have done nothing else."""
    wall, cpu = time.perf_counter(), time.process_time()
    rows = WAYS[way](path)
    seconds, cpu = time.perf_counter() - wall, time.process_time() - cpu
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return {"rows": rows, "wall": seconds, "cpu": cpu, "peak_mb": kilobytes / 1024}


def in_own_process(*arguments: str) -> dict:
    """Run this script again with arguments, and give what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, env=environment)
    return json.loads(done.stdout)


def measure(n_rows: int, *, repeats: int, folder: Path) -> list[dict]:
    """Measure every way with one file, by turns, and give the medians."""
    path = folder / f"{n_rows}.csv"
    in_own_process("--invent", str(n_rows), str(path))
    runs = [{way: in_own_process("--way", way, str(path)) for way in WAYS} for _ in range(repeats)]
    size = path.stat().st_size / 1e6
    path.unlink()
    found = []
    for way in WAYS:
        assert {run[way]["rows"] for run in runs} == {n_rows}, f"{way} has not found every row"
        medians = {name: statistics.median(run[way][name] for run in runs) for name in ("wall", "cpu", "peak_mb")}
        found.append({"way": way, "rows": n_rows, "file_mb": size, **medians})
    return found


def main() -> None:
    """Measure, and print one line for each way and size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--invent", type=int)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--write", type=Path, help="write the page here, besides printing it")
    parser.add_argument("what", nargs="*", default=["1000000"], help="numbers of rows")
    asked = parser.parse_args()
    if asked.way:
        print(json.dumps(measure_here(asked.way, Path(asked.what[0]))))
    elif asked.invent:
        invent(Path(asked.what[0]), asked.invent)
        print("{}")
    else:
        page = _page([int(number) for number in asked.what], asked.repeats)
        print(page)
        if asked.write:
            asked.write.write_text(page, encoding="utf-8")


def _page(sizes: list[int], repeats: int) -> str:
    load = os.getloadavg()[0]
    lines = [INTRO.format(repeats=repeats, machine=_machine(load)), HEAD]
    with tempfile.TemporaryDirectory() as folder:
        for n_rows in sizes:
            found = measure(n_rows, repeats=repeats, folder=Path(folder))
            lines += [_line(way, found[0]) for way in found]
    return "\n".join([*lines, ""])


def _machine(load: float) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} processors ({platform.machine()}), {memory:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}. Load average at the start: {load:.1f}"
    )


def _line(way: dict, floor: dict) -> str:
    n_rows = way["rows"]
    return (
        f"| {n_rows:,} | {way['file_mb']:,.0f} | {way['way']} | {way['wall']:.2f} | {way['cpu']:.2f} "
        f"| {way['peak_mb']:,.0f} | {n_rows / way['wall']:,.0f} | {way['wall'] / floor['wall']:.1f} "
        f"| {way['cpu'] / floor['cpu']:.1f} |"
    )


HEAD = (
    "| rows | MB | way | wall, s | processor, s | peak memory, MB | rows a second | wall, times the floor "
    "| processor, times the floor |\n" + "|---:|---:|---|" + "---:|" * 6
)
INTRO = """# Speed and memory of ingest

Written by `python tests/bench/ingest.py 1000000 10000000 --write docs/bench-ingest.md`; do not edit. One invented CSV
file of 13 columns for each size. Medians of {repeats} run(s); the ways ran by turns, each in a process of its own.

- **count** is the floor: DuckDB's `count(*)` over the file.
- **read** takes every cell apart and counts cells and rows.
- **receive** also looks for identifiers, hashes references and stores the records with their accounting.
- **build** goes on to codes, versions, cases, clients and every count.

{machine}.
"""


if __name__ == "__main__":
    main()
