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
import importlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/crash")]
# A process that is copied must have no threads of numerical libraries.
os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

import faults  # noqa: E402
import scene as scenes  # noqa: E402
from faults import in_a_child  # noqa: E402
from scene import Scene  # noqa: E402

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
# Codes that a run may end with when the disk refuses: settings (the key), the shelf, the warehouse.
TOLD = {10, 11, 14, 16}


def load(names: list[str]) -> None:
    """Load modules, so that the copies of this process need not."""
    for name in names:
        with suppress(Exception):
            importlib.import_module(name)


def build(folder: Path) -> Scene:
    """Make the workspace, and a copy of it that is run without disturbance; load what that took."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    loaded = folder / "modules.json"

    def first() -> int:
        scenes.prepare(folder)
        loaded.write_text(json.dumps(list(sys.modules)))
        return 0

    assert in_a_child(first) == 0, "the workspace cannot be made"
    load([name for name in json.loads(loaded.read_text()) if name != "__main__"])
    scene = Scene(folder)
    shutil.copytree(scene.template, scene.whole)
    assert run(scene, scene.whole) == 0
    return scene


def run(scene: Scene, work: Path) -> int:
    """Run in a process of its own, and give its exit code."""
    return in_a_child(lambda: scenes.command(scene, work))


def look(scene: Scene, work: Path, *, is_next: bool) -> None:
    """Check what is there; in a process of its own too, so that this one has no threads of a database."""
    check = scenes.check_the_next_run if is_next else scenes.check_what_is_left
    code = in_a_child(lambda: (check(scene, work), 0)[1], silent=False)
    assert code == 0, f"what is left is wrong: see {work}"


def aftermath(scene: Scene, work: Path) -> str:
    """Look at what a stopped run left, run again and look again; give how far it had come."""
    found = scenes.stage(scene, work)
    look(scene, work, is_next=False)
    shutil.rmtree(work / "temporary")  # as a system does with the files of a dead process, in its own time
    (work / "temporary").mkdir()
    assert run(scene, work) == 0, f"the next run fails: see {work}"
    look(scene, work, is_next=True)
    shutil.rmtree(work)
    return found


def killed_at(scene: Scene, seconds: float, *, real: bool = False) -> str:
    """Kill a run, with everything it started, so many seconds after its start."""
    work = scene.fresh("killed")
    if real:
        command = [sys.executable, "-m", "pipelines", *scene.arguments(work / "workspace")]
        variables = os.environ | scene.environment(work) | {"PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            command, env=variables, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        number = process.pid
    else:
        number = os.fork()
        if not number:
            in_child_forever(scene, work)
    time.sleep(seconds)
    for target, send in ((number, os.killpg), (number, os.kill)):
        try:
            send(target, signal.SIGKILL)
        except ProcessLookupError:
            continue
    os.waitpid(number, 0)
    return aftermath(scene, work)


def in_child_forever(scene: Scene, work: Path) -> None:
    """Become the run; this process does not come back."""
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    try:
        scenes.command(scene, work)
    finally:
        os._exit(0)


def writes_of(scene: Scene) -> list[str]:
    """Give every write of an undisturbed run, in order."""
    work = scene.fresh("counted")
    listed = scene.folder / "writes.json"

    def count() -> int:
        watch = faults.Writes((work,))
        watch.install()
        code = scenes.command(scene, work)
        watch.roots = ()
        listed.write_text(json.dumps(watch.seen))
        return code

    assert in_a_child(count) == 0
    shutil.rmtree(work)
    return list(json.loads(listed.read_text()))


def failed_at(scene: Scene, number: int, kind: str) -> tuple[str, int]:
    """Fail a run at its n-th write; give how far it had come, and its exit code."""
    work = scene.fresh("failed")

    def disturbed() -> int:
        faults.Writes((work,), number, kind).install()
        return scenes.command(scene, work)

    code = in_a_child(disturbed)
    expected = {-signal.SIGKILL} if kind == faults.KILL else {0, *TOLD}
    assert code in expected, f"write {number} {kind}: code {code}"
    return aftermath(scene, work), code


def limited_to(scene: Scene, kilobytes: int) -> tuple[str, int]:
    """Run with no file larger than a limit."""
    work = scene.fresh("limited")

    def limited() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, resource.RLIM_INFINITY))
        return scenes.command(scene, work)

    code = in_a_child(limited)
    assert code in {0, *TOLD}, f"limit of {kilobytes} kB: code {code}"
    return aftermath(scene, work), code


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    """Put a disk of a size at a folder for a while; raises `CalledProcessError` without the right to."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def on_a_disk_of(scene: Scene, room: int) -> tuple[str, int]:
    """Run with so many kilobytes of free space; the next run has all that it wants."""
    used = sum(path.stat().st_size + 4096 for path in scene.template.rglob("*")) // 1024
    disk = scene.folder / "disk"
    with small_disk(disk, used + room):
        work = disk / "work"
        shutil.copytree(scene.template, work)
        code = run(scene, work)
        assert code in {0, *TOLD}, f"{room} kB free: code {code}"
        subprocess.run(["mount", "-o", "remount,size=1G", str(disk)], check=True)
        return aftermath(scene, work), code


def trials(scene: Scene, kind: str, times: int, options: argparse.Namespace) -> Iterator[tuple[str, int]]:
    """Give how far the run had come and how it ended, trial by trial."""
    if kind == "kills":
        chance = random.Random(f"{kind} {options.seed}")  # noqa: S311 - no secret
        whole = duration(scene, real=options.real)
        for _ in range(times):
            yield killed_at(scene, chance.uniform(0, whole), real=options.real), -signal.SIGKILL
    elif kind in KINDS:
        writes = writes_of(scene)
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
