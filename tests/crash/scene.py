"""A workspace with one published quarter and a second one to come, and what must hold however its run ended."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import workspaces
from workspaces import Workspace, make_rows

from pipelines import warehouse
from pipelines.accounting import read_accounts, totals
from pipelines.promises import PROMISE

AS_OF = "2027-02-01"
CHOICES = ["run", "--period", "2026-Q4", "--audience", "public", "--as-of", AS_OF, "--json"]
# In every record of riverside; where it is found, a record is.
PLANTED = b"Zyxquent"


@dataclass(frozen=True)
class Scene:
    """Folders of one campaign: `template` before the run that is disturbed, `whole` after one that was not."""

    folder: Path

    @property
    def template(self) -> Path:
        """Give the folder of the workspace before the run."""
        return self.folder / "template"

    @property
    def whole(self) -> Path:
        """Give the folder of the workspace after a run that nobody disturbed."""
        return self.folder / "whole"

    def arguments(self, workspace: Path) -> list[str]:
        """Give the command that is disturbed."""
        return [*CHOICES, "--workspace", str(workspace)]

    def environment(self, work: Path) -> dict[str, str]:
        """Give the variables of the command: its key and its temporary files lie beside the workspace."""
        return {"XDG_CONFIG_HOME": str(work / "config"), "TMPDIR": str(work / "temporary")}

    def fresh(self, name: str) -> Path:
        """Give a folder with a copy of the workspace before the run, its key and an empty temporary folder."""
        work = self.folder / name
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(self.template, work)
        return work


def prepare(folder: Path) -> Scene:
    """Write the workspace and publish its first quarter; the second one's file then waits in the inbox."""
    scene = Scene(folder)
    made = workspaces.write_workspace(scene.template / "workspace")
    (scene.template / "temporary").mkdir()
    made.put("2026-Q3.csv", make_rows(40, notes=PLANTED.decode()))
    assert command(scene, scene.template, "2026-Q3") == 0
    made.put("2026-Q4.csv", make_rows(40, first=41, opened="06/10/2026", notes=PLANTED.decode()))
    return scene


def command(scene: Scene, work: Path, period: str = "2026-Q4") -> int:
    """Do what `caseload run` does in this process, and give its exit code."""
    from pipelines.cli import main

    os.environ.update(scene.environment(work))
    tempfile.tempdir = None
    arguments = scene.arguments(work / "workspace")
    arguments[arguments.index("--period") + 1] = period
    return main(arguments)


def check_what_is_left(scene: Scene, work: Path) -> None:
    """Assert what must hold right after a run was stopped, before anything is done about it."""
    workspace = Workspace(work / "workspace")
    database = workspace.database
    files = 3 if len(_raw_files(database)) == 3 else 2
    assert [name for _, name in _raw_files(database)] == ["2026-Q3.csv", "2026-Q3.csv", "2026-Q4.csv"][:files]
    for account in read_accounts(database):
        states = totals((account,))
        assert states.pop("rows_read") == sum(states.values())
    before, now = digests(scene.template / "workspace/outputs/release"), digests(work / "workspace/outputs/release")
    for path, digest in before.items():
        assert path in ("index.html", "catalog.jsonld") or now[path] == digest, f"{path} was changed"
    _require_whole_editions(work / "workspace/outputs/release")
    strays = [path for root in ("temporary", "config", "workspace/outputs/release") for path in _holding(work / root)]
    assert strays == [], f"a value of a record is in {strays}"


def check_the_next_run(scene: Scene, work: Path) -> None:
    """Assert that what the next run leaves is what an undisturbed run leaves, byte by byte."""
    ours, theirs = work / "workspace", scene.whole / "workspace"
    assert digests(ours / "outputs/release") == digests(theirs / "outputs/release")
    assert _ledger(ours) == _ledger(theirs)
    left = {path.name for path in (ours / "warehouse").iterdir() if path.name not in (".lock", ".holder")}
    database = Workspace(ours).database
    assert left == {"current", database.name}, f"{left} is left, {PROMISE} among them"
    for table in ("core.cases", "raw.published_cases", "core.row_states"):
        assert _rows(database, table) == _rows(Workspace(theirs).database, table), f"{table} differs"
    check_what_is_left(scene, work)
    assert list((work / "temporary").rglob("*")) == []


def stage(scene: Scene, work: Path) -> str:
    """Tell from what is on the disk how far a run had come."""
    ours, before = work / "workspace", scene.template / "workspace"
    known = {path.name for path in (before / "outputs/internal").iterdir()}
    records = [path for path in (ours / "outputs/internal").iterdir() if path.is_dir() and path.name not in known]
    if not records:
        return "1 loading"
    (record,) = records
    release = ours / "outputs/release/2026-Q4"
    if not (record / "accounting.json").is_file():
        return "3 new warehouse put in force" if _has_moved(ours, before) else "2 reading, checking and building"
    status = json.loads((record / "run.json").read_text())["status"] if (record / "run.json").is_file() else "running"
    if status != "running":
        return "9 done" if status == "done" else "8 failed"
    if (release / "1").is_dir():
        return "7 edition on the shelf; index and statistics"
    if _ledger(ours) != _ledger(before):
        return "6 in the ledger, not yet on the shelf"
    return "5 writing the edition" if any(release.glob(".1-*")) else "4 protecting, rendering and auditing"


def digests(folder: Path) -> dict[str, str]:
    """Give the digest of every file that a reader of releases finds."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    }


def _has_moved(ours: Path, before: Path) -> bool:
    return (ours / "warehouse/current").read_bytes() != (before / "warehouse/current").read_bytes()


def _require_whole_editions(release: Path) -> None:
    """Whatever stands under a number holds every file that its manifest names, unchanged."""
    for manifest in release.glob("[0-9]*/[0-9]*/*/manifest.json"):
        for name, digest in json.loads(manifest.read_bytes())["outputs"].items():
            content = (manifest.parent / name).read_bytes()
            told = digest if isinstance(digest, str) else digest["sha256"]
            assert hashlib.sha256(content).hexdigest() == told, f"{manifest.parent / name} is not whole"


def _holding(folder: Path) -> list[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return [str(path) for path in files if PLANTED in path.read_bytes()]


def _ledger(workspace: Path) -> bytes:
    return (workspace / "outputs/internal/ledger.jsonl").read_bytes()


def _raw_files(database: Path) -> list[tuple[str, str]]:
    with warehouse.reading(database) as connection:
        query = "select source_id, file_name from raw.files order by file_name, source_id"
        return list(connection.execute(query).fetchall())


def _rows(database: Path, table: str) -> list[tuple[object, ...]]:
    with warehouse.reading(database) as connection:
        return list(connection.execute(f"select * from {table} order by all").fetchall())  # noqa: S608 - own names
