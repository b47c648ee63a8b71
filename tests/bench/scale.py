"""One turn of the bench: every tool does the same work on one file, each in processes of its own, and all must agree.

Answers "what did each take" and "did they count the same". The page is in `scale_page.py`.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bulk_file import AS_OF, receive, write_workspace
from measuring import FailedError, Measure, measure

FLOOR, FIRST, LATER, AGAIN = "floor", "first", "later", "again"
KEPT = "duckdb_kept"
SCRIPTS = {
    FLOOR: "just_count.py",
    "duckdb": "with_duckdb.py",
    KEPT: "with_duckdb_kept.py",
    "polars": "with_polars.py",
    "pandas": "with_pandas.py",
}
PEERS, MARTS = Path(__file__).with_name("peers"), Path(__file__).with_name("marts.py")
PEER_WAYS = ("duckdb", KEPT, "polars", "pandas")
RUN = [sys.executable, "-m", "pipelines", "run", "--json", "--as-of", AS_OF.isoformat()]
# What a size needs on the disk, in bytes for each row: the file, and two versions of the warehouse while a run writes.
# A warehouse that was built anew has room for its former tables, so further runs need more.
ROOM, ROOM_FOR_MORE = 1_500, 2_600
INVENT = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from bulk_file import Span, invent, later_file
n_rows = int(sys.argv[2])
invent(Path(sys.argv[3]), Span(n_rows))
invent(Path(sys.argv[4]), later_file(n_rows))
print("{}")
"""


class DisagreementError(Exception):
    """Two tools have not counted the same."""


@dataclass(frozen=True)
class Seen:
    """One measured command: the rows of its file, the turn, and which way it went."""

    rows: int
    turn: int
    way: str
    measure: Measure


@dataclass(frozen=True)
class Files:
    """The files of one size: all rows, and the hundredth that comes later."""

    rows: int
    whole: Path
    later: Path


def make_files(folder: Path, rows: int, *, goes_on: bool) -> Files:
    """Invent both files of a size, in a process of its own: a child's memory never reads lower than its parent's.

    Raises:
        SystemExit: the disk has no room for what this size needs.
    """
    free, needed = shutil.disk_usage(folder).free, rows * (ROOM_FOR_MORE if goes_on else ROOM)
    if free < needed:
        raise SystemExit(
            f"{rows:,} rows need {needed / 1e9:.0f} GB on the disk of {folder}; {free / 1e9:.0f} are free."
        )
    files = Files(rows, folder / f"{rows}.csv", folder / f"{rows}-later.csv")
    command = [sys.executable, "-c", INVENT, str(Path(__file__).parent), str(rows), str(files.whole), str(files.later)]
    measure(command, folder)
    return files


def take_turn(files: Files, turn: int, folder: Path, *, goes_on: bool) -> Iterator[Seen]:
    """Let every tool do the work once, and compare what they counted.

    Args:
        files: of one size.
        turn: its number.
        folder: where there is room.
        goes_on: run after the later file, and again on unchanged files.
    Raises:
        DisagreementError: two of them differ.
        FailedError: a command did not end well; of the scripts that is told at the end, as the others can go on.
    """
    found: dict[str, dict[str, str]] = {}
    for way in SCRIPTS:
        seen = _by_script(way, [files.whole], folder)
        if seen:
            _require_rows(way, seen, files.rows)
            if way != FLOOR:
                found[way] = seen.printed["digests"]
            yield Seen(files.rows, turn, way, seen)
    with _workspace(folder) as workspace:
        receive(workspace, files.whole)
        first = _by_run(FIRST, files, turn, workspace)
        found["caseload"] = first.measure.printed["digests"]
        _require_same(found)
        yield first
        if goes_on:
            receive(workspace, files.later)
            later = _by_run(LATER, files, turn, workspace)
            _require_same_after(files, later, folder)
            yield later
            yield _by_run(AGAIN, files, turn, workspace)
    if missing := [way for way in PEER_WAYS if way not in found]:
        raise FailedError(f"{', '.join(missing)} did not finish.")


@contextmanager
def _workspace(folder: Path) -> Iterator[Path]:
    workspace = folder / "workspace"
    write_workspace(workspace)
    try:
        yield workspace
    finally:
        shutil.rmtree(workspace)


def _by_script(way: str, paths: list[Path], folder: Path) -> Measure | None:
    """Measure one of the scripts; one that fails, as for want of memory, is told and left out of the page."""
    stored = folder / f"stored-by-{way}"
    command = [sys.executable, str(PEERS / SCRIPTS[way]), str(stored), *map(str, paths)]
    try:
        return measure(command, folder)
    except FailedError as failure:
        print(f"{way}: {failure}", file=sys.stderr, flush=True)
        return None
    finally:
        stored.unlink(missing_ok=True)


def _by_run(way: str, files: Files, turn: int, workspace: Path) -> Seen:
    seen = measure(RUN, workspace, workspace=workspace)
    # The marts are read in a process of their own too: what this one holds would count as memory of each it starts.
    seen.printed.update(measure([sys.executable, str(MARTS), str(workspace)], workspace).printed)
    seen.printed["rows"] = sum(each["rows_read"] for each in seen.printed["inputs"])
    later = files.rows // 100 if way in (LATER, AGAIN) else 0
    _require_rows(way, seen, files.rows + later)
    return Seen(files.rows, turn, way, seen)


def _require_rows(way: str, seen: Measure, rows: int) -> None:
    if seen.printed["rows"] != rows:
        raise DisagreementError(f"{way} read {seen.printed['rows']:,} of {rows:,} rows.")


def _require_same(found: Mapping[str, Mapping[str, str]]) -> None:
    if problems := differing(found):
        raise DisagreementError("\n".join(problems))


def _require_same_after(files: Files, later: Seen, folder: Path) -> None:
    """Compare the marts after the later file with what DuckDB counts in both files."""
    seen = _by_script("duckdb", [files.whole, files.later], folder)
    if seen:
        ours = later.measure.printed["digests"]
        _require_same({"duckdb, both files": seen.printed["digests"], "caseload, both files": ours})


def differing(found: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Name the breakdowns in which two of the tools differ, and the tools."""
    (first, wanted), *others = found.items()
    return [
        f"{name}: {other} differs from {first}"
        for other, digests in others
        for name in {**wanted, **digests}
        if digests.get(name) != wanted.get(name)
    ]
