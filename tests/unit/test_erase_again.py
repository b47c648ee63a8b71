"""An erased person does not come back: not with a file, not with an older warehouse, not without the register."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from erasures import (
    NAME,
    REFERENCE,
    ROW,
    Erasing,
    client_of,
    files_that_hold,
    register,
    tables_that_hold,
)
from workspaces import Workspace, account, adds_up, make_rows, states


@pytest.mark.slow
def test_a_file_that_is_read_again_does_not_bring_the_person_back(known: Workspace, erase: Erasing) -> None:
    client, case = client_of(known, ROW)
    erase(known, REFERENCE)
    profile = known.folder / "profiles/export.toml"
    profile.write_text(profile.read_text("utf-8") + "\n# Read again.\n", encoding="utf-8")
    known.put("2026-10.csv", make_rows(2, first=40))  # the person comes with another file as well
    report = known.run()
    assert report.refreshed.n_files_read == 2
    told = [account(report, name) for name in (NAME, "2026-10.csv")]
    assert [states(each) for each in told] == [{"accepted": 39, "ignored": 1}, {"accepted": 1, "ignored": 1}]
    assert all(adds_up(each) for each in told)
    for text in (client, case):
        assert files_that_hold(known.folder / "warehouse", text) == []


@pytest.mark.slow
def test_a_stopped_erasure_is_completed_by_the_next_run(
    known: Workspace, erase: Erasing, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = client_of(known, ROW)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.warehouse._put_in_force", stop)
        assert erase(known, REFERENCE).code == 130
    assert tables_that_hold(known, client)
    report = known.run()
    assert report.as_json()["removed"]["erased"] > 1
    assert files_that_hold(known.folder / "warehouse", client) == []
    assert (states(account(report, NAME)), report.published[0].is_kept) == ({"accepted": 39, "ignored": 1}, True)


@pytest.mark.slow
def test_an_older_warehouse_that_is_put_back_does_not_bring_the_person_back(known: Workspace, erase: Erasing) -> None:
    client, _ = client_of(known, ROW)
    shutil.copytree(known.folder / "warehouse", known.folder / "older")
    erase(known, REFERENCE)
    shutil.rmtree(known.folder / "warehouse")
    (known.folder / "older").rename(known.folder / "warehouse")
    report = known.run()
    assert "had come back with the warehouse" in report.as_text()
    assert files_that_hold(known.folder / "warehouse", client) == []


@pytest.mark.slow
def test_without_its_register_nothing_is_read(known: Workspace, erase: Erasing, caseload: Callable[..., Any]) -> None:
    erase(known, REFERENCE)
    text = register(known).read_text("utf-8")
    register(known).write_text(text.replace('"people": 1', '"people": 2') + text, encoding="utf-8")
    damaged = caseload(known, "run")
    register(known).unlink()
    gone = caseload(known, "run")
    assert (damaged.code, "erased people could come back" in damaged.err) == (14, True)
    assert (gone.code, "is not there" in gone.err) == (14, True)


@pytest.mark.slow
def test_another_key_recognises_nobody_so_nothing_is_read(
    known: Workspace, erase: Erasing, caseload: Callable[..., Any], tmp_path: Path
) -> None:
    erase(known, REFERENCE)
    other = Workspace(known.folder, {"XDG_CONFIG_HOME": str(tmp_path / "other")})
    assert (caseload(other, "run").code, caseload(other, "erase", "--client", "0" * 32).code) == (10, 10)
    register(known).unlink()
    assert "another one than the warehouse was made with" in caseload(other, "erase", "--client", "0" * 32).err
