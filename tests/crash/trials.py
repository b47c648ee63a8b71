"""One trial of a campaign: a run that is stopped in some way, what it left, and the run after it.

Every run and every look at what is left happens in a child of this process, which has loaded the packages already and
never opened a database itself: a process with the threads of one cannot be copied.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import faults
import scene as scenes
from faults import in_a_child
from scene import Scene

ROOT = Path(__file__).resolve().parents[2]
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


def writes_of(scene: Scene, kind: str) -> list[str]:
    """Give every write of an undisturbed run that a kind of failure can meet, in order."""
    work = scene.fresh("counted")
    listed = scene.folder / "writes.json"

    def count() -> int:
        watch = faults.Writes((work,), kind=kind)
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
