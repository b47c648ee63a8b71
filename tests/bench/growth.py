"""What does a run cost as a network grows: with the number of its sources, and of the audiences it makes briefs for.

    python tests/bench/growth.py --sources 10 50 200 --audiences 10 50 200 500 --write docs/bench-growth.md

The number of cases stays the same, so what grows is the cost of the network itself. One more source is a folder, a
profile and a file for each quarter. One more audience is a law centre with a brief of its own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from bulk_file import AS_OF, Span, invent, receive, write_workspace
from invented import write_network
from measuring import FailedError, Measure, load, machine, measure

OTHER_AUDIENCES = 2  # the network and the public
QUARTER = date(2026, 7, 1)


@dataclass(frozen=True)
class Point:
    """One size of a network: what grows, how many there are, and the first run and the same one on unchanged files."""

    what: str
    number: int
    n_files: int
    first: Measure
    again: Measure

    @property
    def stages(self) -> dict[str, float]:
        """Give the wall seconds of each stage of the first run, as the command times itself."""
        return dict(self.first.printed["timings"])


def with_sources(folder: Path, *, number: int, cases: int) -> list[str]:
    """Write a network with so many sources, and give the command that makes its two briefs."""
    return _run(write_network(folder, cases=cases, sources=number)["as_of"])


def with_audiences(folder: Path, *, number: int, cases: int) -> list[str]:
    """Write a network of one source and so many law centres that all briefs come to the number; give the command."""
    n_centres = number - OTHER_AUDIENCES
    write_workspace(folder, n_centres=n_centres)
    path = folder.parent / f"{folder.name}.csv"
    invent(path, Span(cases, first=QUARTER, n_centres=n_centres, moved=0))
    receive(folder, path)
    return [
        *_run(AS_OF.isoformat()),
        *(word for each in ("network", "public", "centres") for word in ("--audience", each)),
    ]


def _run(as_of: str) -> list[str]:
    return [sys.executable, "-m", "pipelines", "run", "--json", "--as-of", as_of]


MADE = {"sources": with_sources, "audiences": with_audiences}


def points(folder: Path, wanted: dict[str, list[int]], *, cases: int, most_minutes: float) -> Iterator[Point]:
    """Measure every size asked for; one that takes too long is told and left out."""
    for what, numbers in wanted.items():
        for number in numbers:
            workspace = folder / f"{what}-{number}"
            with suppress(_TooLongError):
                yield _point(workspace, what, number, cases=cases, most_seconds=most_minutes * 60)
            shutil.rmtree(workspace)


class _TooLongError(Exception):
    """A size did not end in time."""


def _point(workspace: Path, what: str, number: int, *, cases: int, most_seconds: float) -> Point:
    command = MADE[what](workspace, number=number, cases=cases)
    try:
        first = measure(command, workspace, workspace=workspace, most_seconds=most_seconds)
        again = measure(command, workspace, workspace=workspace, most_seconds=most_seconds)
    except FailedError as failure:
        print(f"{what} {number}: {failure}", file=sys.stderr, flush=True)
        raise _TooLongError from failure
    print(f"{what} {number}: {first.wall:.1f} s, {first.cpu:.1f} s of processors", file=sys.stderr, flush=True)
    return Point(what, number, sum(path.is_file() for path in (workspace / "inbox").rglob("*")), first, again)


def _kept(point: Point) -> dict:
    """Give what is kept of a point: of what the command printed, only how long its stages took."""
    kept = asdict(point)
    for run in ("first", "again"):
        kept[run]["printed"] = {"timings": kept[run]["printed"]["timings"]}
    return kept


def _read(path: Path) -> list[Point]:
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [Point(**{**line, "first": Measure(**line["first"]), "again": Measure(**line["again"])}) for line in lines]


def main() -> None:
    """Measure and write the page; figures that were kept can be shown again or added to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, nargs="*", default=[10, 50, 200])
    parser.add_argument("--audiences", type=int, nargs="*", default=[10, 50, 200])
    parser.add_argument("--cases", type=int, default=10_000, help="cases of each network")
    parser.add_argument("--most-minutes", type=float, default=30, help="end a run that takes longer")
    parser.add_argument("--keep", type=Path, help="add what is measured to this file, and show all it holds")
    parser.add_argument("--write", type=Path, help="the page; its chart goes into images/ beside it")
    options = parser.parse_args()
    wanted = {"sources": options.sources, "audiences": options.audiences}
    with tempfile.TemporaryDirectory() as folder:
        keep = options.keep or Path(folder) / "kept.jsonl"
        for point in points(Path(folder), wanted, cases=options.cases, most_minutes=options.most_minutes):
            with keep.open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(_kept(point)) + "\n")
        found = sorted(_read(keep), key=lambda point: (point.what != "sources", point.number))
    # Drawing needs much memory, which would count as that of every process that is started from here.
    from growth_page import page, write_chart

    runs = [run for point in found for run in (point.first, point.again)]
    text = page(found, cases=options.cases, machine=f"{machine()} {load(runs)}")
    if options.write:
        options.write.write_text(text, encoding="utf-8")
        write_chart(options.write.parent / "images" / "growth.svg", found)
    else:
        print(text)


if __name__ == "__main__":
    main()
