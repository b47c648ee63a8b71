"""How fast is `caseload run`, and in how much memory, from ten thousand cases to ten million, beside other tools.

    python tests/bench/bench.py 10000 1000000 10000000 --repeats 3 --write docs/bench.md

For each size one file is invented. By turns, each in processes of its own, DuckDB counts its rows (the floor); DuckDB
SQL, with and without records that are kept, polars and pandas do the work of `peers/breakdowns.py`; `caseload run` goes
from the file to released briefs, runs again after a file with a hundredth of the rows has come, and once more on
unchanged files. The counts of all must agree, or the bench fails. An invented network is measured beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from measuring import FailedError, Measure, machine
from network import Network, measure_network
from scale import DisagreementError, Seen, make_files, take_turn
from scale_page import page

KEPT = ("rows", "cases", "stored_bytes", "seconds", "timings", "cpu")


def turns(options: argparse.Namespace, folder: Path, failures: list[str]) -> Iterator[Seen]:
    """Measure every size once, then all of them again; a turn that would end after its time is left out.

    What does not finish is told at once and added to the failures; the other sizes go on.
    """
    ends, longest = time.monotonic() + options.minutes * 60, dict.fromkeys(options.sizes, 0.0)
    for turn in range(options.repeats):
        for rows in options.sizes:
            began = time.monotonic()
            if began + longest[rows] > ends:
                print(f"No time for turn {turn + 1} of {rows:,} rows.", file=sys.stderr)
                continue
            goes_on = rows <= options.more_up_to
            files = make_files(folder, rows, goes_on=goes_on)
            try:
                yield from take_turn(files, turn, folder, goes_on=goes_on)
            except FailedError as failure:
                print(f"{rows:,} rows: {failure}", file=sys.stderr, flush=True)
                failures.append(f"{rows:,} rows")
            for path in (files.whole, files.later):
                path.unlink()
            longest[rows] = time.monotonic() - began


def kept(measure: Measure) -> dict:
    """Give what is kept of a measure: of what a command printed, only what the page needs."""
    return {**asdict(measure), "printed": {name: measure.printed[name] for name in KEPT if name in measure.printed}}


def _read(path: Path) -> tuple[list[Seen], Network | None]:
    """Read what was kept."""
    seen, network = [], None
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        if "way" in line:
            seen.append(Seen(line["rows"], line["turn"], line["way"], Measure(**line["measure"])))
        else:
            runs = {name: [Measure(**each) for each in line[name]] for name in ("floor", "first", "again")}
            network = Network(line["cases"], line["n_files"], line["n_sources"], **runs)
    return seen, network


def _measure_all(options: argparse.Namespace, keep: Path) -> list[str]:
    """Measure, and keep each figure as soon as it is known, so that a bench that is stopped has not been in vain.

    Returns:
        What did not finish.
    """
    failures: list[str] = []
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, keep.open("w", encoding="utf-8") as lines:
        if options.network:
            network = measure_network(Path(folder), cases=options.network, repeats=options.repeats)
            runs = {name: [kept(each) for each in getattr(network, name)] for name in ("floor", "first", "again")}
            lines.write(json.dumps(asdict(network) | runs) + "\n")
        for seen in turns(options, Path(folder), failures):
            lines.write(json.dumps(asdict(seen) | {"measure": kept(seen.measure)}) + "\n")
            lines.flush()
            told = f"{seen.rows:,} rows, {seen.way}: {seen.measure.wall:.1f} s, {seen.measure.cpu:.1f} s of processors"
            print(f"{told}, {seen.measure.all_mb:,.0f} MB", file=sys.stderr, flush=True)
    return failures


def main() -> None:
    """Measure the sizes asked for and write the page, or print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="*", default=[10_000, 1_000_000, 10_000_000], help="rows of the files")
    parser.add_argument("--network", type=int, default=10_000, help="cases of the invented network; 0 leaves it out")
    parser.add_argument("--repeats", type=int, default=3, help="turns of each size, as far as there is time")
    parser.add_argument("--minutes", type=float, default=40, help="begin no turn that would end later")
    parser.add_argument(
        "--folder", type=Path, help="where there is room for the files; by default the temporary folder"
    )
    parser.add_argument("--more-up-to", type=int, default=10_000_000, help="the largest size that runs once more")
    parser.add_argument("--keep", type=Path, default=Path("build/bench.jsonl"), help="where each figure is kept")
    parser.add_argument("--read", action="store_true", help="measure nothing; show what was kept")
    parser.add_argument("--write", type=Path, help="the page; its chart goes into images/ beside it")
    options = parser.parse_args()
    options.keep.parent.mkdir(parents=True, exist_ok=True)
    failures: list[str] = []
    if not options.read:
        try:
            failures = _measure_all(options, options.keep.resolve())
        except DisagreementError as problem:
            sys.exit(f"The tools have not counted the same:\n{problem}")
    seen, network = _read(options.keep)
    text = page(seen, network, machine=machine())
    if options.write:
        options.write.write_text(text, encoding="utf-8")
        # Drawing needs much memory, which would count as that of every process that is started from here.
        from scale_chart import write_chart

        write_chart(options.write.parent / "images" / "scale.svg", seen)
    print(text)
    sys.exit(f"Not everything finished: {', '.join(failures)}; see above." if failures else 0)


if __name__ == "__main__":
    main()
