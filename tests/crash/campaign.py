"""Stop runs in every way there is, and count what was left: `python tests/crash/campaign.py kills 200 --write DIR`.

Each trial copies a small workspace with one published quarter, stops the run of the next quarter, looks at what is
left, runs once more and compares everything with a run that nobody disturbed. Kinds of trial:

kills    `kill -9` of the process group at a random moment of the run
writes   `kill -9` at each write that Python announces, one after the other
full     from each write on, the disk is full
locked   from each write on, the disk may only be read
refused  each write is refused once
limits   no file may become larger than so many kilobytes; meets what the database writes by itself
disks    the workspace lies on a disk of so many kilobytes; needs the right to mount one

A trial runs in a child of a process that has loaded the packages; with `--real` the run that is killed is a new
`python -m pipelines`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/crash")]
# A process that is copied must have no threads of numerical libraries.
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

import faults  # noqa: E402
from scene import Scene  # noqa: E402
from trials import build, failed_at, killed_at, limited_to, on_a_disk_of, run, writes_of  # noqa: E402

# The writes around the point from which on an edition counts, and those that readers see; the last of each is meant.
MOMENTS = (
    "rename warehouse/promised.json",
    "open outputs/internal/ledger.jsonl",
    "flush outputs/internal",
    "rename warehouse/current",
    "rename outputs/release/2026-Q4/1",
    "rename outputs/release/index.html",
)
KINDS = {"writes": faults.KILL, "full": faults.FULL, "locked": faults.READ_ONLY, "refused": faults.REFUSED}


def trials(scene: Scene, kind: str, times: int, options: argparse.Namespace) -> Iterator[tuple[str, int]]:
    """Give how far the run had come and how it ended, trial by trial."""
    if kind == "kills":
        chance = random.Random(f"{kind} {options.seed}")  # noqa: S311 - no secret
        whole = duration(scene, real=options.real)
        for _ in range(times):
            yield killed_at(scene, chance.uniform(0, whole), real=options.real), -signal.SIGKILL
    elif kind in KINDS:
        writes = writes_of(scene, KINDS[kind])
        numbers = moments(writes) if options.moments else chosen(len(writes), times)
        for number in numbers[:times][options.shard :: options.shards]:
            yield failed_at(scene, number, KINDS[kind])
    else:
        for each in range(1, times + 1):
            yield (limited_to if kind == "limits" else on_a_disk_of)(scene, each * options.step)


def duration(scene: Scene, *, real: bool) -> float:
    """Measure how long an undisturbed run takes, in seconds."""
    work = scene.fresh("timed")
    began = time.monotonic()
    if real:
        command = [sys.executable, "-m", "pipelines", *scene.arguments(work / "workspace")]
        subprocess.run(command, env=os.environ | scene.environment(work), check=True, stdout=subprocess.DEVNULL)
    else:
        assert run(scene, work) == 0
    return time.monotonic() - began


def moments(writes: list[str]) -> list[int]:
    """Give the numbers of the writes that matter most."""
    ends = [tuple(moment.split()) for moment in MOMENTS]
    return [
        max(n for n, seen in enumerate(writes, start=1) if seen.startswith(f"{what} ") and seen.endswith(f"/{path}"))
        for what, path in ends
    ]


def chosen(count: int, times: int) -> list[int]:
    """Give the numbers of the writes to fail: all, or so many at equal distances, the last one among them."""
    return sorted({count - round(each * count / times) for each in range(min(times, count))})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=["kills", *KINDS, "limits", "disks"])
    parser.add_argument("times", type=int)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--real", action="store_true", help="kill a new python -m pipelines")
    parser.add_argument("--moments", action="store_true", help="fail only the writes that matter most")
    parser.add_argument("--step", type=int, default=64, help="kilobytes from one limit or disk to the next")
    parser.add_argument("--shard", type=int, default=0)
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--write", type=Path, help="a file that gets one line per trial")
    options = parser.parse_args()
    counts: Counter[tuple[str, int]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        scene = build(Path(folder) / "scene")
        for found in trials(scene, options.kind, options.times, options):
            counts[found] += 1
            if options.write:
                with options.write.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([options.kind, *found]) + "\n")
    for (stage, code), number in sorted(counts.items()):
        print(f"{options.kind}: {number:4} at {stage} (code {code})")
    print(f"{options.kind}: {counts.total()} trials, every one finished by the next run with the same bytes.")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
