"""What does a run cost after one quarter, and after twenty-four: time, memory and disk while the data grow.

An invented network sends its files quarter by quarter. After each quarter the same command runs, as a schedule would:
the new files are read, the quarter is published beside all earlier ones, and nothing is ever thrown away. Then the
command runs once more on unchanged files, as on a night when nothing came.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench import Measure, machine, measure
from quarters_page import page, write_chart

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
    """One quarter: what the run took, what stood on disk after it, and how much of that the run added."""

    quarter: str
    measured: Measure
    again: Measure | None
    files: int
    inbox: int
    warehouse: int
    release: int
    edition: int
    internal: int
    record: int
    ledger: int

    @property
    def rows(self) -> int:
        """Count the rows of all files so far."""
        return int(self.measured.printed["totals"]["rows_read"])

    def seconds(self, *stages: str) -> float:
        """Add up the seconds of stages."""
        return sum(self.measured.printed["timings"].get(stage, 0.0) for stage in stages)


def quarters_until(last: str, number: int) -> tuple[Quarter, ...]:
    """Give so many quarters up to the last one."""
    end = Quarter.parse(last)
    year, place = divmod(end.year * 4 + end.number - number, 4)
    return Period(Quarter(year, place + 1), end).quarters


def run_all(folder: Path, *, number: int, cases: int, again_every: int) -> list[Lap]:
    """Let the network send quarter after quarter, and run after each."""
    pool, workspace = folder / "pool", folder / "workspace"
    quarters = quarters_until(LAST, number)
    invented = [str(pool), str(cases * number), str(SEED), str(quarters[0])]
    measure([sys.executable, "-c", INVENT, *invented], folder)
    shutil.copytree(pool, workspace, ignore=lambda path, _: ["inbox"] if Path(path) == pool else [])
    laps = []
    for place, quarter in enumerate(quarters, start=1):
        for path in sorted((pool / "inbox").glob(f"*/{quarter}.csv")):
            (workspace / "inbox" / path.parent.name).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, workspace / "inbox" / path.parent.name / path.name)
        laps.append(one_lap(workspace, quarter, is_repeated=place % again_every == 0 or place == 1))
        print(f"{quarter}: {laps[-1].measured.wall:.1f} s", file=sys.stderr, flush=True)
    return laps


def one_lap(workspace: Path, quarter: Quarter, *, is_repeated: bool) -> Lap:
    """Run after one quarter, and measure what is on disk then."""
    as_of = quarter.last_day + timedelta(days=DAYS_AFTER)
    command = [sys.executable, "-m", "pipelines", "run", "--json", "--period", str(quarter), "--as-of", str(as_of)]
    measured = measure(command, workspace)
    outputs = workspace / "outputs"
    lap = Lap(
        quarter=str(quarter),
        measured=measured,
        again=None,
        files=len(measured.printed["inputs"]),
        inbox=folder_bytes(workspace / "inbox"),
        warehouse=folder_bytes(workspace / "warehouse"),
        release=folder_bytes(outputs / "release"),
        edition=folder_bytes(outputs / "release" / str(quarter)),
        internal=folder_bytes(outputs / "internal"),
        record=folder_bytes(workspace / measured.printed["record"]),
        ledger=(outputs / "internal/ledger.jsonl").stat().st_size,
    )
    return Lap(**{**vars(lap), "again": measure(command, workspace)}) if is_repeated else lap


def main() -> None:
    """Run the bench and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quarters", type=int, default=24)
    parser.add_argument("--cases", type=int, default=500, help="cases of a quarter, on average")
    parser.add_argument("--again-every", type=int, default=6, help="run a second time after every so many quarters")
    parser.add_argument("--write", type=Path, help="the page; its chart goes into images/ beside it")
    parser.add_argument("--keep", type=Path, help="keep the workspace in this folder, to look at it")
    options = parser.parse_args()
    # The runs start in the workspace and must find the product from there.
    os.environ["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    loads = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as folder:
        place = options.keep or Path(folder)
        laps = run_all(place.resolve(), number=options.quarters, cases=options.cases, again_every=options.again_every)
    loads.append(os.getloadavg()[0])
    text = page(laps, cases=options.cases, machine=machine(loads))
    if options.write:
        options.write.write_text(text, encoding="utf-8")
        write_chart(options.write.parent / "images" / "quarters.svg", laps)
    else:
        print(text)
    print(json.dumps({"quarters": len(laps), "last": laps[-1].measured.wall}), file=sys.stderr)


if __name__ == "__main__":
    main()
