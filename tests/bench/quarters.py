"""What does a run cost after one quarter, and after twenty-four: time, memory and disk while the data grow.

An invented network sends its files quarter by quarter. After each quarter the same command runs, as a schedule would:
the new files are read, the quarter is published beside all earlier ones, and nothing is ever thrown away. Then the
command runs once more on unchanged files, as on a night when nothing came.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from measuring import machine, measure
from quarters_page import page, write_chart

from pipelines.history import read_runs
from pipelines.periods import Period, Quarter
from pipelines.run_record import folder_bytes

SEED, LAST = 2026, "2026-Q3"
DAYS_AFTER = 62
# The invented network begins later than this bench needs, so its first quarter is moved; in a process of its own, as a
# child's peak memory can never read lower than its parent's size.
INVENT = """
import json, sys
from pathlib import Path
from pipelines.synthetic.reference import declared
declared("network")["first_quarter"] = sys.argv[4]
from pipelines.synthetic import write_workspace
made = write_workspace(Path(sys.argv[1]), cases=int(sys.argv[2]), seed=int(sys.argv[3]))
print(json.dumps({"files": made.n_files}))
"""


@dataclass(frozen=True)
class Lap:
    """One run as its record tells it, and what stood on disk after it; sizes in bytes."""

    quarter: str
    is_new: bool
    told: Mapping[str, Any]
    inbox: int
    edition: int
    record: int
    ledger: int

    @property
    def rows(self) -> int:
        """Count the rows of all files so far."""
        return int(self.told["totals"]["rows_read"])

    @property
    def cpu(self) -> float:
        """Give the processor seconds of the run with everything it started."""
        return float(self.told["cpu_seconds"])

    def disk(self, part: str) -> int:
        """Give the size of the warehouse, of all releases, or of everything internal, when the run ended."""
        return int(self.told["disk"][f"{part}_bytes"])

    @property
    def records(self) -> int:
        """Give the size of the records of all runs so far."""
        return self.disk("internal") - self.ledger

    def seconds(self, *stages: str) -> float:
        """Add up the seconds of stages."""
        return sum(each["seconds"] for each in self.told["stages"] if each["stage"] in stages)


def quarters_until(last: str, number: int) -> tuple[Quarter, ...]:
    """Give so many quarters up to the last one."""
    end = Quarter.parse(last)
    year, place = divmod(end.year * 4 + end.number - number, 4)
    return Period(Quarter(year, place + 1), end).quarters


def run_all(folder: Path, *, number: int, cases: int, again_every: int) -> Path:
    """Let the network send quarter after quarter, run after each, and give the workspace.

    In a folder that was kept, quarters that are published already are left out, so that a bench can be continued.
    """
    pool, workspace = folder / "pool", folder / "workspace"
    quarters = quarters_until(LAST, number)
    invented = [str(pool), str(cases * number), str(SEED), str(quarters[0])]
    if not workspace.is_dir():
        measure([sys.executable, "-c", INVENT, *invented], folder)
        shutil.copytree(pool, workspace, ignore=lambda path, _: ["inbox"] if Path(path) == pool else [])
    for place, quarter in enumerate(quarters, start=1):
        if (workspace / "outputs/release" / str(quarter)).is_dir():
            continue
        for path in sorted((pool / "inbox").glob(f"*/{quarter}.csv")):
            (workspace / "inbox" / path.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, workspace / "inbox" / path.parent.name / path.name)
        as_of = quarter.last_day + timedelta(days=DAYS_AFTER)
        command = [sys.executable, "-m", "pipelines", "run", "--json", "--period", str(quarter), "--as-of", str(as_of)]
        for _ in range(2 if place % again_every == 0 or place == 1 else 1):
            print(f"{quarter}: {measure(command, workspace).wall:.1f} s", file=sys.stderr, flush=True)
    return workspace


def laps_of(workspace: Path) -> list[Lap]:
    """Read what every run of the bench left about itself."""
    outputs, laps, ledger = workspace / "outputs", [], 0
    lines = (outputs / "internal/ledger.jsonl").read_bytes().splitlines(keepends=True)
    for run in (run for run in read_runs(outputs / "internal") if run.state == "done"):
        (edition,) = run.content["editions"]
        if edition["is_new"]:
            n_added = len(edition["audiences"])
            ledger += sum(map(len, lines[:n_added]))
            lines = lines[n_added:]
        quarter = str(edition["period"])
        sent = (path for path in (workspace / "inbox").glob("*/*.csv") if path.stem <= quarter)
        laps.append(
            Lap(
                quarter=quarter,
                is_new=edition["is_new"],
                told=run.content,
                inbox=sum(path.stat().st_size for path in sent),
                edition=folder_bytes(outputs / "release" / quarter),
                record=folder_bytes(run.folder),
                ledger=ledger,
            )
        )
    return laps


def main() -> None:
    """Run the bench and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quarters", type=int, default=24)
    parser.add_argument("--cases", type=int, default=500, help="cases of a quarter, on average")
    parser.add_argument("--again-every", type=int, default=6, help="run a second time after every so many quarters")
    parser.add_argument("--write", type=Path, help="the page; its chart goes into images/ beside it")
    parser.add_argument("--keep", type=Path, help="keep the workspace in this folder, or go on with it")
    parser.add_argument("--read", type=Path, metavar="WORKSPACE", help="run nothing; read a workspace that was kept")
    options = parser.parse_args()
    sizes = {"number": options.quarters, "cases": options.cases, "again_every": options.again_every}
    with tempfile.TemporaryDirectory() as folder:
        laps = laps_of(options.read or run_all((options.keep or Path(folder)).resolve(), **sizes))
    text = page(laps, cases=options.cases, machine=machine())
    if options.write:
        options.write.write_text(text, encoding="utf-8")
        write_chart(options.write.parent / "images" / "quarters.svg", laps)
    else:
        print(text)


if __name__ == "__main__":
    main()
