"""What lies on the disk is for its owner alone, what was released is not, and DuckDB opens nothing but its database."""

from __future__ import annotations

import os
import shutil
import stat
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Outcome
from workspaces import QUARTER, Workspace, write_workspace

from pipelines import disk, warehouse
from pipelines.backup import make_key
from pipelines.cli import main
from pipelines.errors import ModelError
from pipelines.keys import network_key
from pipelines.modes import kept_private
from pipelines.protection_at_rest import MARKER, can_encrypt, encryption_state, is_on_encrypted_disk
from pipelines.run import Work

posix = pytest.mark.skipif(os.name == "nt", reason="this system has no modes of files")


def modes(paths: list[Path]) -> dict[str, set[str]]:
    """Give the modes of folders and of files."""
    return {
        kind: {oct(stat.S_IMODE(path.stat().st_mode)) for path in paths if path.is_dir() == (kind == "folders")}
        for kind in ("folders", "files")
    }


def below(folder: Path) -> list[Path]:
    return [folder, *folder.rglob("*")]


# Modes of files


@posix
@pytest.mark.parametrize("umask", [pytest.param(0o077, marks=pytest.mark.slow), 0])
def test_a_whole_run_keeps_inside_what_is_inside_and_shows_what_was_released(tmp_path: Path, umask: int) -> None:
    old = os.umask(umask)
    try:
        made = write_workspace(tmp_path / "workspace")
        shutil.rmtree(tmp_path / "config")  # the run makes a key itself
        (made.folder / "warehouse").mkdir()
        made.run(audiences=("network", "public"))
        make_key(tmp_path / "keys" / "backup.key", {})
    finally:
        os.umask(old)
    outputs = made.folder / "outputs"
    private = {"folders": {"0o700"}, "files": {"0o600"}}
    assert modes(below(outputs / "internal")) == private
    assert modes(below(made.folder / "warehouse")) == private
    assert modes(below(tmp_path / "keys")) == private
    assert modes(below(tmp_path / "config" / "caseload")) == private
    assert modes([outputs, *below(outputs / "release")]) == {"folders": {"0o755"}, "files": {"0o644"}}
    assert (outputs / "release" / QUARTER / "1" / "public" / "brief.html").is_file()
    assert {path.name for path in (outputs / "internal").iterdir()} > {"ledger.jsonl"}


@posix
def test_a_writer_leaves_only_private_files_while_it_writes(published: Workspace) -> None:
    """The copy, the log of changes and what does not fit into memory are made by DuckDB, which knows no modes."""
    old = os.umask(0)
    try:
        with warehouse.writing(published.folder / "warehouse") as database, warehouse.connect(database) as connection:
            connection.execute("create table raw.big as select range as n, md5(range::varchar) as s from range(300000)")
            during = modes(below(published.folder / "warehouse"))
            names = {path.suffix for path in (published.folder / "warehouse").iterdir()}
            connection.execute("drop table raw.big")
        assert os.umask(0) == 0
    finally:
        os.umask(old)
    assert ".wal" in names
    assert during == {"folders": {"0o700"}, "files": {"0o600"}}


@posix
@pytest.mark.parametrize("umask", [0o077, 0])
def test_the_inbox_of_a_new_workspace_is_for_its_owner_alone(tmp_path: Path, umask: int) -> None:
    old = os.umask(umask)
    try:
        assert main(["init", str(tmp_path / "new")]) == 0
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new" / "inbox").stat().st_mode) == 0o700


@posix
def test_a_folder_that_somebody_closed_stays_closed(tmp_path: Path) -> None:
    (tmp_path / "outputs").mkdir(mode=0o700)
    with kept_private():
        disk.make_folder(tmp_path / "outputs" / "release" / "2026-Q3")
        (tmp_path / "note").write_text("x", "utf-8")
    found = [oct(stat.S_IMODE((tmp_path / name).stat().st_mode)) for name in ("outputs", "outputs/release", "note")]
    assert found == ["0o700", "0o755", "0o600"]


# What DuckDB may open


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('{secret}')",
        "select * from read_text('{secret}')",
        "select * from read_blob('{secret}')",
        "select * from read_json('{secret}')",
        "select * from read_parquet('{secret}')",
        "select * from '{secret}'",
        "select * from glob('{folder}/*')",
        "copy (select 1) to '{folder}/out.csv'",
        "export database '{folder}/out'",
        "attach '{folder}/out.duckdb' as other",
        "install httpfs",
        "load httpfs",
        "load '{secret}'",
        "create secret (type s3)",
        "set enable_external_access = true",
        "reset enable_external_access",
        "set lock_configuration = false",
        "set allowed_directories = ['/']",
        "set temp_directory = '{folder}'",
        "set extension_directory = '{folder}'",
        "set memory_limit = '100GB'",
        "select * from read_csv('https://example.org/a.csv')",
    ],
)
@pytest.mark.parametrize("is_reader", [True, False], ids=["reading", "writing"])
def test_no_connection_opens_anything_else(tmp_path: Path, sql: str, is_reader: bool) -> None:
    database = tmp_path / "warehouse" / "a.duckdb"
    database.parent.mkdir()
    with warehouse.connect(database) as connection:
        connection.execute("create table kept as select 1 as one")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("word\nof others\n", "utf-8")
    with (warehouse.reading if is_reader else warehouse.connect)(database) as connection:
        with pytest.raises(warehouse.DatabaseError) as told:
            connection.execute(sql.format(secret=outside / "secret.csv", folder=outside)).fetchall()
        assert "of others" not in str(told.value)
    assert [path.name for path in outside.iterdir()] == ["secret.csv"]


def test_a_model_that_reads_a_file_stops_the_run(
    published: Workspace, own_sql: Path, caseload: Callable[..., Outcome]
) -> None:
    model = own_sql / "marts" / "by_gender.sql"
    model.write_text("-- One row.\nselect content as n from read_text('/etc/passwd')", "utf-8")
    outcome = caseload(published, "check")
    assert outcome.code == ModelError.exit_code
    assert "sql/marts/by_gender.sql cannot be" in outcome.err
    assert "root:" not in outcome.err + outcome.out


# Encryption at rest


def test_the_state_of_encryption_is_said_plainly(tmp_path: Path) -> None:
    told = encryption_state(tmp_path)
    assert ("cannot write encrypted files" in told) != can_encrypt()
    assert "encrypted" in told
    assert ("docs/security.md" in told) != ("The disk that it lies on is encrypted." in told)


def test_encryption_by_duckdb_itself_leaves_no_plain_word_and_refuses_another_key(tmp_path: Path) -> None:
    if not can_encrypt():
        pytest.skip("DuckDB's extension httpfs, which writes encrypted files, is not installed on this machine")
    file = tmp_path / "a.duckdb"
    bare = {"autoinstall_known_extensions": "false"}
    with warehouse.connect(Path(":memory:"), configuration=bare) as connection:
        connection.execute("load httpfs")
        connection.execute(f"attach '{file}' as sealed (encryption_key 'first')")
        connection.execute("create table sealed.words as select ? as word from range(10000)", [MARKER])
        written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        connection.execute("detach sealed")
        assert MARKER.encode() not in written + file.read_bytes()
        for wrong in ("(encryption_key 'second')", ""):
            with pytest.raises(warehouse.DatabaseError):
                connection.execute(f"attach '{file}' as sealed {wrong}")


@pytest.mark.parametrize(
    ("devices", "is_encrypted"),
    [
        ({"disk": ""}, False),
        ({"disk": "CRYPT-LUKS2-abc-root"}, True),
        ({"disk": "LVM-abc", "below": "CRYPT-LUKS2-abc"}, True),
        ({"disk": "LVM-abc", "below": "LVM-def"}, False),
        ({}, None),
    ],
)
def test_the_encryption_of_a_linux_disk_is_seen(
    tmp_path: Path, devices: dict[str, str], is_encrypted: bool | None
) -> None:
    """The tree of devices is laid out as the kernel describes them."""
    system = tmp_path / "block"
    system.mkdir()
    for name, uuid in devices.items():
        (system / name / "dm").mkdir(parents=True)
        (system / name / "slaves").mkdir()
        (system / name / "dm" / "uuid").write_text(uuid, "ascii")
    if "below" in devices:
        (system / "disk" / "slaves" / "below").symlink_to(system / "below")
    if devices:
        number = tmp_path.stat().st_dev
        (system / f"{os.major(number)}:{os.minor(number)}").symlink_to(system / "disk")
    assert is_on_encrypted_disk(tmp_path, system=system) is is_encrypted


# Secrets


def test_no_key_lies_in_anything_that_a_run_leaves(published: Workspace) -> None:
    """Neither in the warehouse, where pseudonyms are made with it, nor in a record, a brief or a manifest."""
    secret = network_key(published.settings, published.variables)
    variants = [secret.encode(), bytes.fromhex(secret), b64encode(bytes.fromhex(secret)).rstrip(b"=")]
    left = [path for path in published.folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".duckdb" for path in left)
    assert [path for path in left if any(each in path.read_bytes() for each in variants)] == []
    request = published.request()
    assert secret not in repr(request) + repr(Work(request, published.settings, {}, (), published.database))
    with_key = published.request(variables=published.variables | {"CASELOAD_BACKUP_KEY": "AGE-SECRET-KEY-1X"})
    assert "AGE-SECRET" not in repr(with_key)
