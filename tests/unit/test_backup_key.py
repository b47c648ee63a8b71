"""The key of backups: found in a fixed order, made once, and shown nowhere."""

from __future__ import annotations

import importlib
import logging
import os
import pickle
import stat
import traceback
from pathlib import Path

import pytest
from backups import back_up
from workspaces import Workspace

from pipelines.backup import BackupKey, find_key, make_key, restore_backup, verify_backup
from pipelines.errors import ReadError, SettingsError, UsageError


def test_a_key_is_found_in_this_order(tmp_path: Path) -> None:
    variables = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    with pytest.raises(SettingsError, match="There is no backup key"):
        find_key(None, variables)
    usual = make_key(None, variables)[1]
    place, named = make_key(tmp_path / "named.key", variables)
    given = make_key(tmp_path / "given.key", variables)[0].read_text("ascii").splitlines()[-1]
    assert find_key(None, variables).public == usual.public
    by_variable = variables | {"CASELOAD_BACKUP_KEY": given}
    assert find_key(None, by_variable).public not in {usual.public, named.public}
    assert find_key(place, by_variable).public == named.public


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        place, _ = make_key(tmp_path / "keys" / "b.key", {})
    finally:
        os.umask(old)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (place, place.parent)] == [0o600, 0o700]
    before = place.read_bytes()
    with pytest.raises(UsageError, match="never overwritten"):
        make_key(place, {})
    assert place.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    place, _ = make_key(tmp_path / "b.key", {})
    place.chmod(mode)
    with pytest.raises(SettingsError, match="Other users of this machine"):
        find_key(place, {})


@pytest.mark.parametrize("text", ["", "AGE-SECRET-KEY-1", "AGE-SECRET-KEY-1QQQQ", "age1abc", "two", "\0\xff"])
def test_what_is_no_key_is_refused_without_being_shown(tmp_path: Path, text: str) -> None:
    place, _ = make_key(tmp_path / "b.key", {})
    secret = place.read_text("ascii").splitlines()[-1]
    wrong = {"two": f"{secret}\n{secret}\n"}.get(text, text)
    place.write_bytes(wrong.encode("latin-1"))
    with pytest.raises(SettingsError, match="does not hold a backup key") as told:
        find_key(place, {})
    assert secret not in str(told.value)
    with pytest.raises(SettingsError, match=r"The variable CASELOAD_BACKUP_KEY|There is no backup key"):
        find_key(None, {"CASELOAD_BACKUP_KEY": wrong, "XDG_CONFIG_HOME": str(tmp_path)})


def test_the_keyring_of_the_system_can_hold_the_key(tmp_path: Path) -> None:
    keyring = pytest.importorskip("keyring", reason="the package keyring is not installed; it is not required")
    place, key = make_key(tmp_path / "b.key", {})
    kept: dict[tuple[str, str], str] = {}

    class InMemory(importlib.import_module("keyring.backend").KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            kept[service, username] = password

    before = keyring.get_keyring()
    keyring.set_keyring(InMemory())
    try:
        keyring.set_password("caseload", "backup-key", place.read_text("ascii").splitlines()[-1])
        assert find_key(None, {"XDG_CONFIG_HOME": str(tmp_path)}).public == key.public
    finally:
        keyring.set_keyring(before)


def test_the_wrong_key_opens_nothing(workspace: Workspace, backup_key: BackupKey, tmp_path: Path) -> None:
    made = back_up(workspace, backup_key)
    other = make_key(tmp_path / "other.key", {})[1]
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ReadError, match="cannot be opened with this key"):
        restore_backup(made.file, tmp_path / "again", other, workspace.variables)
    assert sorted(tmp_path.rglob("*")) == before


def with_locals(content: bytes, key: BackupKey, folder: Path) -> str:
    """Give the traceback of a damaged backup as tools print it that show every variable."""
    (folder / "broken.age").write_bytes(content)
    try:
        verify_backup(folder / "broken.age", key)
    except ReadError as error:
        return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    return ""


def test_a_key_shows_itself_nowhere(workspace: Workspace, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    place, key = make_key(tmp_path / "b.key", {})
    made = back_up(workspace, key, tmp_path / "a.age")
    secret = place.read_text("ascii").splitlines()[-1]
    assert secret.startswith("AGE-SECRET-KEY-1")
    told = [repr(key), str(key), f"{key!r}", repr(vars(BackupKey)), repr([key])]
    logging.getLogger("any").warning("%s %r", key, {"key": key})
    with pytest.raises(TypeError, match="is not stored"):
        pickle.dumps(key)
    told += [with_locals(broken, key, tmp_path) for broken in (b"", made.file.read_bytes()[:-9])]
    assert all("key = BackupKey(age1" in text for text in told[-2:])
    assert not [text for text in (*told, caplog.text) if secret in text]
    assert key.public in told[0]
