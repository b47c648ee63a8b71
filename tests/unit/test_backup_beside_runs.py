"""Backups are made while runs go on, and stop cleanly where there is no room or something is in the way."""

from __future__ import annotations

import itertools
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from hashlib import sha256
from pathlib import Path

import pytest
import workspaces
from backups import back_up, contents
from conftest import Outcome
from workspaces import Workspace, make_rows

from pipelines import promises, warehouse
from pipelines.backup import BackupKey, find_key, make_key, restore_backup, verify_backup
from pipelines.cli import main
from pipelines.errors import UsageError


def test_a_backup_waits_for_no_run_and_holds_what_was_in_force(
    published: Workspace, backup_key: BackupKey, tmp_path: Path
) -> None:
    in_force = published.database.read_bytes()
    with warehouse.writing(published.folder / "warehouse") as database:
        with warehouse.connect(database) as connection:
            connection.execute("create or replace table raw.half_done as select 1 as one")
        during = back_up(published, backup_key, tmp_path / "during.age")
    after = back_up(published, backup_key, tmp_path / "after.age")
    names = {}
    for made in (during, after):
        again = restore_backup(made.file, tmp_path / made.file.stem, backup_key, published.variables)
        names[made] = Workspace(again.folder).database
    assert names[during].read_bytes() == in_force
    assert names[after].read_bytes() == published.database.read_bytes() != in_force
    assert names[after].name == published.database.name


def test_an_edition_that_a_killed_run_left_between_ledger_and_warehouse_is_settled_before_a_backup(
    published: Workspace, backup_key: BackupKey, tmp_path: Path
) -> None:
    """The ledger knows the edition already, and the warehouse with its frozen cases is only promised."""
    folder, ledger = published.folder / "warehouse", published.folder / "outputs/internal/ledger.jsonl"
    former = published.database
    promised = folder / "caseload-000099.duckdb"
    shutil.copyfile(former, promised)
    last_line = ledger.read_bytes().splitlines()[-1]
    promises.promise(promised, ledger, sha256(last_line).hexdigest())
    again = restore_backup(
        back_up(published, backup_key, tmp_path / "a.age").file, tmp_path / "again", backup_key, published.variables
    )
    assert published.database == promised
    assert Workspace(again.folder).database.name == promised.name


@pytest.mark.slow
def test_backups_made_while_runs_go_on_are_all_whole(
    published: Workspace, backup_key: BackupKey, tmp_path: Path
) -> None:
    """The warehouse, the ledger and the shelf of each fit together, whatever the run was doing."""
    published.put("2026-Q3.csv", make_rows(60))
    code = (
        "import sys; sys.path[:0] = sys.argv[3:]\n"
        "from pathlib import Path; from workspaces import Workspace\n"
        "Workspace(Path(sys.argv[1]), {'XDG_CONFIG_HOME': sys.argv[2]}).run(None)\n"
    )
    paths = [str(Path(workspaces.__file__).parent), str(Path(workspaces.__file__).parents[1])]
    where = [str(published.folder), published.variables["XDG_CONFIG_HOME"]]
    run = subprocess.Popen([sys.executable, "-c", code, *where, *paths], stderr=subprocess.DEVNULL)
    made = []
    while run.poll() is None or not made:
        made.append(back_up(published, backup_key, tmp_path / f"{len(made)}.age"))
        time.sleep(1.5)
    assert run.returncode == 0
    made.append(back_up(published, backup_key, tmp_path / "last.age"))
    for number, each in enumerate(made):
        folder = tmp_path / "again" / str(number)
        restored = restore_backup(each.file, folder, backup_key, published.variables)
        assert sum(account.rows_read for account in restored.accounts) in (60, 120)
        shutil.rmtree(folder)
    assert len(made) > 3


def test_a_full_disk_leaves_nothing_behind(workspace: Workspace, tmp_path: Path) -> None:
    place, _ = make_key(tmp_path / "own.key", {})
    workspace.put("large.csv", os.urandom(400_000))
    target = tmp_path / "place" / "a.age"

    def small_files_only() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    command = [sys.executable, "-m", "pipelines", "backup", "--workspace", str(workspace.folder)]
    done = subprocess.run(
        [*command, "--to", str(target), "--key-file", str(place)],
        env=os.environ | workspace.variables,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=small_files_only,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(target.parent.iterdir()) == []


def test_a_backup_is_never_overwritten(workspace: Workspace, backup_key: BackupKey, tmp_path: Path) -> None:
    made = back_up(workspace, backup_key, tmp_path)
    before = made.file.read_bytes()
    assert made.file.name == "caseload-example-20261216T020000Z.tar.age"
    with pytest.raises(UsageError, match="exists already"):
        back_up(workspace, backup_key, tmp_path)
    assert made.file.read_bytes() == before
    with pytest.raises(UsageError, match=r"ends with \.age"):
        back_up(workspace, backup_key, tmp_path / "backup.tar")


@pytest.mark.parametrize("kind", ["file", "full", "link"])
def test_a_folder_with_something_in_it_is_not_restored_into(
    workspace: Workspace, backup_key: BackupKey, tmp_path: Path, kind: str
) -> None:
    target = tmp_path / "again"
    if kind == "file":
        target.write_text("mine", "utf-8")
    elif kind == "link":
        (tmp_path / "far").mkdir()
        target.symlink_to(tmp_path / "far")
    else:
        target.mkdir()
        (target / ".mine").write_text("mine", "utf-8")
    made = back_up(workspace, backup_key)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match="holds something already"):
        restore_backup(made.file, target, backup_key, workspace.variables)
    assert sorted(tmp_path.rglob("*")) == before


def test_an_empty_folder_is_restored_into(workspace: Workspace, backup_key: BackupKey, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    restored = restore_backup(back_up(workspace, backup_key).file, tmp_path / "again", backup_key, workspace.variables)
    assert contents(restored.folder) == contents(workspace.folder)


def test_verifying_writes_nothing(workspace: Workspace, backup_key: BackupKey, tmp_path: Path) -> None:
    made = back_up(workspace, backup_key)
    before = sorted(tmp_path.rglob("*"))
    assert verify_backup(made.file, backup_key).network == "example"
    assert sorted(tmp_path.rglob("*")) == before


def test_the_command_makes_verifies_and_restores(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:

    def call(*arguments: str) -> Outcome:
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Outcome(code, *capfd.readouterr())

    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "keys"))
    monkeypatch.delenv("CASELOAD_BACKUP_KEY", raising=False)
    here = ("--workspace", str(workspace.folder))
    assert call("backup", *here).code == 10
    made_key = call("backup", "--make-key")
    secret = (tmp_path / "keys" / "caseload" / "backup.key").read_text("ascii").splitlines()[-1]
    assert "Without this key nobody can open a backup" in made_key.out
    outcomes = [made_key, call("backup", *here, "--to", str(tmp_path / "b.age"))]
    outcomes += [call("restore", str(tmp_path / "b.age"), "--verify-only")]
    outcomes += [call("restore", str(tmp_path / "b.age"), "--to", str(tmp_path / "again"))]
    assert [(each.code, each.err) for each in outcomes] == [(0, "")] * 4
    assert "is whole" in outcomes[2].out
    assert call("restore", str(tmp_path / "b.age"), "--to", str(tmp_path / "again")).code == 2
    assert call("restore", str(tmp_path / "b.age")).code == 2
    (tmp_path / "b.age").write_bytes(b"x")
    assert call("restore", str(tmp_path / "b.age"), "--verify-only").code == 11
    assert not [each for each in outcomes if secret in each.out + each.err]
    assert find_key(None, {"XDG_CONFIG_HOME": str(tmp_path / "keys")}).public in made_key.out


def test_a_file_that_is_replaced_meanwhile_is_whole(
    workspace: Workspace, backup_key: BackupKey, tmp_path: Path
) -> None:
    """Such as the index of all briefs, which a run replaces as a whole."""
    page = workspace.folder / "outputs" / "release" / "index.html"
    page.parent.mkdir(parents=True)
    written = [b"<html>" + bytes([65 + number % 26]) * 997 * number + b"</html>" for number in range(1, 60)]
    page.write_bytes(written[0])
    is_done = threading.Event()

    def replace_on_and_on() -> None:
        for number in itertools.cycle(range(len(written))):
            if is_done.is_set():
                return
            page.with_name(".index.part").write_bytes(written[number])
            page.with_name(".index.part").replace(page)

    writer = threading.Thread(target=replace_on_and_on)
    writer.start()
    try:
        made = [back_up(workspace, backup_key, tmp_path / f"{number}.age") for number in range(15)]
    finally:
        is_done.set()
        writer.join()
    for number, each in enumerate(made):
        restored = restore_backup(each.file, tmp_path / f"again-{number}", backup_key, workspace.variables)
        assert (restored.folder / "outputs" / "release" / "index.html").read_bytes() in written
