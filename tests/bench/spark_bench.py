"""The same tables by DuckDB and by a Spark cluster of which one worker dies half-way: are they equal, and how long?

Run by `make bench-spark`. An invented caseload is stored twice, each time in a process of its own: by DuckDB, and on a
standalone cluster on this machine with two workers. When half of the tables are made, the first worker is killed with
`kill -9`, with all it was doing. Then every table of the two warehouses is compared by its fingerprint.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import duckdb
from measuring import held
from spark_cluster import Cluster, cluster

from pipelines.synthetic import write_workspace

SEED = 2026
# What DuckDB notes for itself, to leave out what it need not make again; Spark makes everything each time.
NOTES_OF_DUCKDB = ("reference.built_tables", "reference.built_keys")
# Processor seconds and MB of memory of processes, with those they started, by their number.
Held = dict[int, tuple[float, float]]
STORE = """
import json, os, sys
from datetime import date
from pathlib import Path
from pipelines.run import opened, refresh
from pipelines.request import Request
day = date.fromisoformat(sys.argv[2])
request = Request(workspace=Path(sys.argv[1]), as_of=day, variables=dict(os.environ), period=None)
with opened(request) as work:
    done = refresh(work)
rules = [[rule.rule, rule.is_met, rule.n_checked, rule.n_failed] for rule in done.rules]
print(json.dumps({"timings": dict(done.timings), "rules": rules}))
"""


@dataclass(frozen=True)
class Stored:
    """What one engine took and made.

    Seconds by stage, processor seconds and the most memory in MB of all processes, and what the rules found.
    """

    timings: dict[str, float]
    rules: list
    processors: float
    peak_mb: float
    tables: dict[str, tuple]

    @property
    def seconds(self) -> float:
        """Add up the stages."""
        return sum(self.timings.values())


def store(workspace: Path, as_of: str, variables: dict[str, str], watch: Callable[[], Held]) -> Stored:
    """Store a workspace's files in a process of its own; `watch` is asked all the while what else is at work."""
    peak, spent = 0.0, {}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        command = [sys.executable, "-c", STORE, str(workspace), as_of]
        process = subprocess.Popen(command, env={**os.environ, **variables}, stdout=out, stderr=err)
        while process.poll() is None:
            now = {process.pid: held(process.pid), **watch()}
            # What a process that is gone had spent still counts.
            spent |= {pid: max(cpu, spent.get(pid, 0.0)) for pid, (cpu, _) in now.items()}
            peak = max(peak, sum(memory for _, memory in now.values()))
            time.sleep(0.5)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise SystemExit(f"The run ended with {process.returncode}:\n{err.read()[-2000:]}")
        # Libraries print there too.
        told = next(json.loads(line) for line in out if line.startswith('{"timings"'))
    return Stored(told["timings"], told["rules"], sum(spent.values()), peak, fingerprints(workspace))


def fingerprints(workspace: Path) -> dict[str, tuple]:
    """Give of every table its rows, a sum over the hashes of its rows and, for marts, a digest of the rows in order."""
    folder = workspace / "warehouse"
    found = {}
    with duckdb.connect(folder / (folder / "current").read_text("utf-8").strip(), read_only=True) as connection:
        query = "select schema_name || '.' || table_name from duckdb_tables() order by all"
        for name in [name for (name,) in connection.execute(query).fetchall() if name not in NOTES_OF_DUCKDB]:
            in_order = "md5(string_agg(hash(rows)::varchar, ' ' order by rowid))"
            order = in_order if name.startswith("marts.") else "null"
            query = f"select count(*), sum(hash(rows)::hugeint), {order} from {name} as rows"  # noqa: S608 - our own
            found[name] = connection.execute(query).fetchall()[0]
    return found


class Killer:
    """Kills a worker once half of the tables are made."""

    def __init__(self, made: Cluster, workspace: Path) -> None:
        self._cluster = made
        self._workspace = workspace
        self._half = len(list((Path(__file__).parents[2] / "sql").rglob("*.sql"))) // 2
        self.at = 0

    def watch(self) -> Held:
        """Give what the cluster holds and has spent, and kill when it is time."""
        # Parts of tables lie there too, in a schema of their own.
        made = len(list(self._workspace.glob("warehouse/*.spark/tables/[!p]*/_SUCCESS")))
        if not self.at and made >= self._half:
            self._cluster.kill_worker(1)
            self.at = made
        return self._cluster.held()


def measure(cases: int, *, memory: str) -> tuple[Stored, Stored, int]:
    """Store one caseload with both engines; give both, and how many tables were made when a worker was killed."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        as_of = write_workspace(place / "duckdb", cases=cases, seed=SEED).as_of.isoformat()
        shutil.copytree(place / "duckdb", place / "spark")
        variables = {"XDG_CONFIG_HOME": str(place / "config")}
        here = store(place / "duckdb", as_of, variables, dict)
        print(f"{cases:,} cases by DuckDB: {here.seconds:.0f} s", file=sys.stderr)
        # Its figures are kept; its warehouse would only take room on the disk.
        shutil.rmtree(place / "duckdb" / "warehouse")
        options = f'\n[engine.options]\n"spark.executor.memory" = "{memory}"\n"spark.driver.memory" = "{memory}"\n'
        with (place / "spark" / "caseload.toml").open("a", encoding="utf-8") as settings:
            settings.write(options)
        with cluster(place / "cluster", workers=2, memory=memory) as made:
            killer = Killer(made, place / "spark")
            engine = {"CASELOAD_ENGINE__NAME": "spark", "CASELOAD_ENGINE__MASTER": made.master}
            there = store(place / "spark", as_of, variables | engine | made.environment, killer.watch)
        print(f"{cases:,} cases by Spark: {there.seconds:.0f} s, a worker killed", file=sys.stderr)
    return here, there, killer.at


def page(cases: int, here: Stored, there: Stored, killed_at: int, loads: list[float], memory: str) -> str:
    """Write the page."""
    differing = sorted(name for name in here.tables if here.tables[name] != there.tables.get(name))
    built = [name for name in here.tables if name.partition(".")[0] in ("staging", "core", "marts")]
    processors, total = os.cpu_count(), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    versions = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyspark", "sqlglot"))
    lines = [
        "# Spark beside DuckDB",
        "",
        "Written by `make bench-spark`; do not edit. An invented caseload is stored by both engines, one after the",
        f"other. Spark: a standalone cluster on one machine, authenticated, two workers of one processor and {memory}.",
        "**One worker was killed with `kill -9`, with all it was doing, "
        f"when {killed_at} of {len(built)} tables were made.**",
        "",
        f"{processors} processors ({platform.machine()}), {total:.0f} GB of memory, {platform.system()}, Python "
        f"{platform.python_version()}; {versions}. Load average before, after: {min(loads):.1f} to {max(loads):.1f}. "
        "Where it is above the number of processors, others were at work, and times are longer than they need be.",
        "",
        f"## {cases:,} cases",
        "",
        "| stage | DuckDB, s | Spark, s |",
        "|---|---:|---:|",
        *(f"| {name} | {here.timings[name]:,.1f} | {there.timings[name]:,.1f} |" for name in here.timings),
        f"| all | {here.seconds:,.1f} | {there.seconds:,.1f} |",
        f"| processors, s | {here.processors:,.1f} | {there.processors:,.1f} |",
        f"| most memory, all processes, MB | {here.peak_mb:,.0f} | {there.peak_mb:,.0f} |",
        "",
        f"- Tables compared by fingerprint: {len(here.tables)}, of them {len(built)} made by the engine. Different: "
        f"**{len(differing)}**{' (' + ', '.join(differing) + ')' if differing else ''}. Marts in the same order too.",
        f"- Rules of Great Expectations: {len(here.rules)}, the same counts on both: "
        f"**{'yes' if here.rules == there.rules else 'no'}**.",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and print the page, or write it; end with 1 when the engines differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--memory", default="2g", help="of each worker, and of the driver")
    parser.add_argument("--write", type=Path, help="the page to write; without it the page is printed")
    arguments = parser.parse_args()
    loads = [os.getloadavg()[0]]
    here, there, killed_at = measure(arguments.cases, memory=arguments.memory)
    text = page(arguments.cases, here, there, killed_at, [*loads, os.getloadavg()[0]], arguments.memory)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    print(text)
    sys.exit(0 if killed_at and here.tables == there.tables and here.rules == there.rules else 1)


if __name__ == "__main__":
    main()
