"""A backup brings a workspace back as it was, can be opened by nobody else, and leaves no plain byte behind."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tarfile
import threading
from pathlib import Path

import pyrage
from backups import back_up, contents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workspaces import RIVERSIDE, Workspace

from pipelines.backup import BackupKey, make_key, restore_backup
from pipelines.keys import network_key

# Words that stand in a workspace in plain: a client's reference, a comment, a name in the settings.
PLANTED = (b"R-0007", b"K0007", b"The clinic was shut in August", b"Riverside")


# There and back


def test_everything_comes_back_and_the_next_run_changes_nothing(
    published: Workspace, backup_key: BackupKey, tmp_path: Path
) -> None:
    (published.folder / "inbox" / "harbour" / "empty").mkdir()
    made = back_up(published, backup_key)
    restored = restore_backup(made.file, tmp_path / "again", backup_key, published.variables)
    assert contents(restored.folder) == contents(published.folder)
    assert (restored.folder / "inbox" / "harbour" / "empty").is_dir()
    (restored.folder / "inbox" / "harbour" / "empty").rmdir()
    again = Workspace(restored.folder, published.variables).run()
    assert (again.refreshed.n_files_read, again.refreshed.n_files_known) == (0, 2)
    assert [edition.is_new for edition in again.published] == [False]


def test_a_workspace_that_was_never_run_can_be_backed_up(
    workspace: Workspace, backup_key: BackupKey, tmp_path: Path
) -> None:
    restored = restore_backup(back_up(workspace, backup_key).file, tmp_path / "again", backup_key, workspace.variables)
    assert contents(restored.folder) == contents(workspace.folder)
    assert restored.accounts == ()


def test_what_was_restored_is_for_its_owner_alone(published: Workspace, backup_key: BackupKey, tmp_path: Path) -> None:
    made = back_up(published, backup_key)
    old = os.umask(0)
    try:
        restored = restore_backup(made.file, tmp_path / "again", backup_key, published.variables)
    finally:
        os.umask(old)
    paths = [restored.folder, *restored.folder.rglob("*")]
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()} == {0o600}
    assert stat.S_IMODE(made.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.file.parent.stat().st_mode) == 0o700


def test_the_networks_key_comes_back_where_runs_look_for_it(
    published: Workspace, backup_key: BackupKey, tmp_path: Path
) -> None:
    secret = network_key(published.settings, published.variables)
    made = back_up(published, backup_key)
    elsewhere = {"XDG_CONFIG_HOME": str(tmp_path / "another machine")}
    restored = restore_backup(made.file, tmp_path / "again", backup_key, elsewhere)
    assert network_key(Workspace(restored.folder, elsewhere).settings, elsewhere) == secret
    assert not (restored.folder / "network.key").exists()


def test_another_key_of_the_machine_is_not_overwritten(
    published: Workspace, backup_key: BackupKey, tmp_path: Path
) -> None:
    secret = network_key(published.settings, published.variables)
    made = back_up(published, backup_key)
    elsewhere = {"XDG_CONFIG_HOME": str(tmp_path / "another machine")}
    other = network_key(published.settings, elsewhere)
    restored = restore_backup(made.file, tmp_path / "again", backup_key, elsewhere)
    assert network_key(published.settings, elsewhere) == other != secret
    assert (restored.folder / "network.key").read_text("ascii").strip() == secret
    assert 'key_file = "network.key"' in restored.key
    assert secret not in restored.key


def test_a_key_inside_the_workspace_is_restored_inside(
    workspace: Workspace, backup_key: BackupKey, tmp_path: Path
) -> None:
    (workspace.folder / "own.key").write_text("ab" * 32, "ascii")
    workspace.edit("caseload.toml", "[network]", '[privacy]\nkey_file = "own.key"\n\n[network]')
    restored = restore_backup(back_up(workspace, backup_key).file, tmp_path / "again", backup_key, workspace.variables)
    assert (restored.folder / "own.key").read_text("ascii") == "ab" * 32
    assert not (restored.folder / "network.key").exists()


# What is in it, and what is not


def test_planted_words_stand_in_no_plain_byte(published: Workspace, backup_key: BackupKey) -> None:
    (published.folder / "commentary").mkdir(exist_ok=True)
    (published.folder / "commentary" / "note.txt").write_bytes(PLANTED[2])
    whole = b"".join(contents(published.folder).values())
    assert all(word in whole for word in PLANTED)
    secret = network_key(published.settings, published.variables).encode()
    sealed = back_up(published, backup_key).file.read_bytes()
    assert [word for word in (*PLANTED, secret, b"caseload.toml", b"manifest", b"ustar") if word in sealed] == []


def test_no_plain_byte_reaches_the_disk_while_a_backup_is_made(published: Workspace, backup_key: BackupKey) -> None:
    """Whatever appears in the folder of backups meanwhile is encrypted from its first byte."""
    folder = published.folder / "backups"
    seen: dict[str, bytes] = {}
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            for path in folder.glob(".*") if folder.is_dir() else ():
                try:
                    seen[path.name] = path.read_bytes()
                except FileNotFoundError:
                    continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    back_up(published, backup_key)
    done.set()
    watcher.join()
    assert seen
    assert all(content.startswith(b"age-encryption.org/v1\n") for content in seen.values() if content)
    assert not any(word in content for content in seen.values() for word in (*PLANTED, b"ustar"))


def test_the_key_of_backups_and_earlier_backups_are_not_in_it(workspace: Workspace, tmp_path: Path) -> None:
    place, own = make_key(workspace.folder / "oops" / "my.key", {})
    first = back_up(workspace, own, key_file=place)
    (workspace.folder / ".hidden").write_text("x", "utf-8")
    second = back_up(workspace, own, workspace.folder / "second.age", key_file=place)
    assert (first.n_files, first.n_bytes) == (second.n_files, second.n_bytes)
    restored = restore_backup(second.file, tmp_path / "again", own, workspace.variables)
    assert not (restored.folder / "oops" / "my.key").exists()
    assert sorted(restored.folder.rglob("*.age")) == sorted(restored.folder.rglob(".hidden")) == []


def test_links_are_told_and_an_inbox_on_another_disk_is_followed(
    workspace: Workspace, backup_key: BackupKey, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("of somebody else", "utf-8")
    (workspace.folder / "inbox" / RIVERSIDE / "link.csv").symlink_to(secret)
    (workspace.folder / "inbox" / RIVERSIDE / "round").symlink_to(workspace.folder)
    shutil.move(workspace.folder / "inbox" / "harbour", tmp_path / "disk")
    (workspace.folder / "inbox" / "harbour").symlink_to(tmp_path / "disk")
    made = back_up(workspace, backup_key)
    assert [Path(each).name for each in made.left_out] == ["link.csv"]
    restored = restore_backup(made.file, tmp_path / "again", backup_key, workspace.variables)
    assert not (restored.folder / "inbox" / RIVERSIDE / "link.csv").exists()
    assert (restored.folder / "inbox" / "harbour" / "2026-Q3.csv").read_bytes()
    assert not any(path.is_symlink() for path in restored.folder.rglob("*"))


def test_any_age_program_opens_it(workspace: Workspace, tmp_path: Path) -> None:
    """Years later, without this product: the library alone here; the program `age` too where it is installed."""
    place, own = make_key(tmp_path / "own.key", {})
    made = back_up(workspace, own)
    secret = place.read_text("ascii").splitlines()[-1]
    plain = tmp_path / "plain.tar"
    pyrage.decrypt_file(str(made.file), str(plain), [pyrage.x25519.Identity.from_str(secret)])
    with tarfile.open(plain) as archive:
        names = archive.getnames()
        inside = archive.extractfile("workspace/caseload.toml")
        assert inside is not None
        assert inside.read() == (workspace.folder / "caseload.toml").read_bytes()
    assert names[-2:] == ["manifest.json", "manifest.proof"]
    program = shutil.which("age")
    if program:
        opened = subprocess.run([program, "-d", "-i", str(place), str(made.file)], capture_output=True, check=True)
        assert opened.stdout == plain.read_bytes()


NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda name: not name.startswith(".") and not name.endswith(".age") and len(name.encode()) < 200
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=st.dictionaries(st.tuples(NAMES, NAMES, NAMES), st.binary(max_size=2000), max_size=6))
def test_any_name_and_any_content_come_back(
    workspace: Workspace, backup_key: BackupKey, tmp_path: Path, tree: dict[tuple[str, str, str], bytes]
) -> None:
    """Names with line ends, blanks, quotes, backslashes, letters of any script; of bytes that are no text, too."""
    root = workspace.folder / "commentary"
    shutil.rmtree(root, ignore_errors=True)
    shutil.rmtree(tmp_path / "again", ignore_errors=True)
    for parts, content in tree.items():
        root.joinpath(*parts).parent.mkdir(parents=True, exist_ok=True)
        root.joinpath(*parts).write_bytes(content)
    root.mkdir(exist_ok=True)
    (root / os.fsdecode(b"not text \xff\xfe")).write_bytes(b"x")
    made = back_up(workspace, backup_key, tmp_path / "a.age")
    restored = restore_backup(made.file, tmp_path / "again", backup_key, workspace.variables)
    made.file.unlink()
    assert contents(restored.folder) == contents(workspace.folder)
