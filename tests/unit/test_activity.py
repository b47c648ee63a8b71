"""Who ran what on which inputs: a line for every command, without a value, and a chain that shows a changed line."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from workspaces import QUARTER, Workspace, make_rows

from pipelines import chains
from pipelines.activity import check_chain, noted
from pipelines.cli import main
from pipelines.keys import keyed_digest, network_key

NOW = datetime(2026, 11, 28, tzinfo=UTC)
MARKER = "zqxmarkerqzx"


def log_of(workspace: Workspace) -> Path:
    return workspace.folder / "outputs/internal/activity.jsonl"


def lines_of(workspace: Workspace) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log_of(workspace).read_text("utf-8").splitlines()]


def test_a_run_is_noted_with_inputs_and_editions(workspace: Workspace, caseload: Callable[..., Any]) -> None:
    assert caseload(workspace, "run", "--period", QUARTER, "--json").code == 0
    (line,) = lines_of(workspace)
    assert (line["command"], line["exit_code"], line["before"]) == ("run", 0, "")
    assert line["options"] == ["--as-of", "--json", "--period", "--workspace"]
    assert line["editions"] == [{"period": QUARTER, "edition": 1, "is_new": True}]
    key = network_key(workspace.settings, workspace.variables)
    known = workspace.table("raw.files").select("source_id", "sha256").rows()
    assert [(each["source"], each["file_digest"]) for each in line["inputs"]] == [
        (source, keyed_digest(key, digest)) for source, digest in known
    ]
    assert all(line[name] for name in ("at", "user", "host", "version"))
    assert log_of(workspace).stat().st_mode & 0o077 == 0


def test_failures_are_noted_by_their_code_and_nothing_else(workspace: Workspace, caseload: Callable[..., Any]) -> None:
    workspace.put("2026-10.csv", make_rows(3, gender=MARKER))
    assert caseload(workspace, "check", "riverside").code == 13
    assert caseload(workspace, "run", "--period", "2026-Q4", "--audience", MARKER).code != 0
    assert [(line["command"], line["exit_code"]) for line in lines_of(workspace)] == [("check", 13), ("run", 13)]
    assert MARKER not in log_of(workspace).read_text("utf-8")
    assert check_chain(log_of(workspace)) == []


def test_a_fault_and_a_key_stroke_are_noted(
    workspace: Workspace, caseload: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for error in (ValueError(MARKER), KeyboardInterrupt()):

        def fail(*_: object, error: BaseException = error, **__: object) -> None:
            raise error

        monkeypatch.setattr("pipelines.run.receive_files", fail)
        caseload(workspace, "run")
    assert [line["exit_code"] for line in lines_of(workspace)] == [1, 130]
    assert MARKER not in log_of(workspace).read_text("utf-8")


def test_settings_that_cannot_be_read_are_noted_without_inputs(
    workspace: Workspace, caseload: Callable[..., Any]
) -> None:
    workspace.edit("caseload.toml", "[network]", "[netwrok]")
    assert caseload(workspace, "run").code == 10
    assert [(line["exit_code"], line["inputs"]) for line in lines_of(workspace)] == [(10, None)]


def test_an_audit_is_noted_in_the_workspace_that_it_reads(published: Workspace) -> None:
    assert main(["audit", str(published.folder / "outputs/release")]) == 0
    assert lines_of(published)[-1]["command"] == "audit"


def test_outside_a_workspace_nothing_is_written(tmp_path: Path) -> None:
    assert main(["run", "--workspace", str(tmp_path)]) == 10
    assert list(tmp_path.iterdir()) == []


def test_a_log_that_cannot_be_written_is_told_and_stops_nothing(
    workspace: Workspace, caseload: Callable[..., Any]
) -> None:
    log_of(workspace).mkdir(parents=True)
    outcome = caseload(workspace, "check")
    assert (outcome.code, "activity.jsonl cannot be written" in outcome.err) == (0, True)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda lines: [lines[0], lines[1].replace('"n": 1', '"n": 9'), *lines[2:]], "Line 3"),
        (lambda lines: [lines[0], *lines[2:]], "Line 2"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "Line 1"),
        (lambda lines: lines[1:], "Line 1"),
        (lambda lines: [lines[0], "nonsense", *lines[1:]], "Line 2"),
    ],
)
def test_a_changed_line_is_seen(tmp_path: Path, change: Callable[[list[str]], list[str]], says: str) -> None:
    path = tmp_path / "log.jsonl"
    for n in range(4):
        chains.append(path, {"n": n}, now=NOW)
    assert check_chain(path) == []
    path.write_text("\n".join([*change(path.read_text("utf-8").splitlines()), ""]), encoding="utf-8")
    assert check_chain(path)[0].startswith(says)


def test_a_line_that_was_being_written_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    chains.append(path, {"n": 1}, now=NOW)
    with path.open("a") as file:
        file.write('{"n": 2, "at"')
    assert check_chain(path) == []
    chains.append(path, {"n": 3}, now=NOW)
    assert [line["n"] for line in chains.read(path)] == [1, 3]
    assert check_chain(path) == []


def _append_some(path: Path) -> None:
    for n in range(25):
        chains.append(path, {"n": n}, now=NOW)


def test_processes_that_write_at_once_keep_the_chain(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_append_some, args=(path,)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert (len(chains.read(path)), check_chain(path)) == (100, [])


def test_what_leaves_a_block_is_noted_whatever_it_is(workspace: Workspace) -> None:
    with pytest.raises(SystemExit), noted(workspace.folder, "flow", [], workspace.variables):
        raise SystemExit(3)
    assert lines_of(workspace)[0]["exit_code"] == 1
