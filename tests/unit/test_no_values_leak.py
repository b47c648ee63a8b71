"""A word planted in every kind of cell is found in no message, log, record or release, however a run ends."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from workspaces import HEADINGS, Workspace, as_text, make_rows

from pipelines.errors import CaseloadError

MARKER = "zqxmarkerqzx"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """Collect every record of every logger, whatever level a library gave it."""
    records: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}")

    root, handler = logging.getLogger(), Collector()
    root.addHandler(handler)
    level = root.level
    root.setLevel(logging.DEBUG)
    yield records
    root.setLevel(level)
    root.removeHandler(handler)


def texts_of(workspace: Workspace) -> dict[str, str]:
    """Give everything a run wrote for people, as text.

    The list of words that nobody explained is left out: it is there to show them, to its owner alone.
    """
    outputs = [path for path in (workspace.folder / "outputs").rglob("*") if path.is_file()]
    lists = [path for path in outputs if path.name == "unknown_words.csv"]
    assert [path for path in lists if path.stat().st_mode & 0o077 or "internal" not in path.parts] == []
    outputs = [path for path in outputs if path not in lists]
    return {str(path): path.read_bytes().decode("utf-8", errors="replace") for path in outputs}


def assert_nowhere(workspace: Workspace, *told: str) -> None:
    found = [name for name, text in texts_of(workspace).items() if MARKER in text.casefold()]
    assert found == []
    assert [text for text in told if MARKER in text.casefold()] == []


def plant_everywhere(workspace: Workspace, unknown: str) -> None:
    """Put the word into every field, each in a row of its own."""
    workspace.edit("caseload.toml", "[centres]", "[limits]\nquarantined_share = 1.0\n[centres]")
    for profile in ("export", "sheet"):
        path = workspace.folder / f"profiles/{profile}.toml"
        text = path.read_text(encoding="utf-8").replace('unknown_values = "quarantine"\n', "")
        path.write_text(text.replace("[rows]", f'[rows]\nunknown_values = "{unknown}"'), encoding="utf-8")
    for source, headings in HEADINGS.items():
        rows = make_rows(40, source=source)
        for row, heading in zip(rows, headings.values(), strict=False):
            row[heading] = f"{MARKER} {heading}"
        workspace.put("2026-Q3.csv", rows, source=source)


@pytest.mark.parametrize(("unknown", "code"), [("stop", 13), ("quarantine", 0)])
def test_a_word_in_any_field_is_not_repeated(
    workspace: Workspace, caseload: Callable[..., object], logged: list[str], unknown: str, code: int
) -> None:
    plant_everywhere(workspace, unknown)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        outcome = caseload(workspace, "run", "--period", "2026-Q3")
    assert outcome.code == code
    assert_nowhere(workspace, outcome.out, outcome.err, *logged, *(str(warning.message) for warning in warned))
    if code:
        fields = [heading for headings in HEADINGS.values() for heading in headings.values()]
        free = ("Case no", "Client no", "Notes")
        assert [f for f in fields if f not in free and f not in outcome.err and "ationality" not in f] == []
    else:
        assert sum(workspace.table("core.row_states")["state"] == "quarantined") == 13


def test_references_and_notes_are_in_no_released_file_and_no_table_in_the_clear(
    workspace: Workspace, caseload: Callable[..., object], logged: list[str]
) -> None:
    workspace.put(
        "2026-Q3.csv", make_rows(40, case_ref=[f"{MARKER}{i}" for i in range(40)], client_ref=MARKER, notes=MARKER)
    )
    outcome = caseload(workspace, "run", "--json", "--period", "2026-Q3")
    assert outcome.code == 0
    assert_nowhere(workspace, outcome.out, outcome.err, *logged)
    for table in ("core.cases", "core.case_keys", "core.clients", "marts.client_profiles"):
        assert MARKER not in workspace.table(table).write_csv(), table


def test_dropped_columns_leave_no_trace_in_the_warehouse(workspace: Workspace) -> None:
    workspace.put("2026-Q3.csv", make_rows(40, notes=MARKER))
    workspace.run()
    assert MARKER.encode() not in workspace.database.read_bytes()


BROKEN = {
    "cut off": as_text(make_rows(3)) + f"{MARKER},K",
    "never closed": as_text(make_rows(3)) + f'R-9,K9,06/07/2026,,34,Female,Polish,,Benefits,Main,"{MARKER}\n',
    "no headings": as_text(make_rows(3, notes=MARKER)).split("\n", 1)[1],
    "short row": as_text(make_rows(3)) + f"{MARKER},K\n" + as_text(make_rows(3, first=7)).split("\n", 1)[1],
    "title above": f"{MARKER}\n" + as_text(make_rows(3)) + "\n\n",
    "replacement character": as_text(make_rows(3, nationality=f"{MARKER}\ufffd")),
    "rounded reference": as_text(make_rows(9, case_ref="2.02E+11", client_ref=MARKER)),
    "long reference": as_text(make_rows(9, case_ref=MARKER * 10)),
    "future": as_text(make_rows(3, opened="06/07/2062", case_ref=MARKER)),
}


@pytest.mark.sampled(2)
@pytest.mark.parametrize("broken", BROKEN)
def test_a_file_that_stops_a_run_is_not_quoted(workspace: Workspace, logged: list[str], broken: str) -> None:
    workspace.put("2026-10.csv", BROKEN[broken])
    told = ""
    try:
        workspace.run()
    except CaseloadError as error:
        told = "".join(traceback.format_exception(error))
    assert_nowhere(workspace, told, *logged)


def test_an_unforeseen_fault_is_told_by_its_kind_only(
    workspace: Workspace, caseload: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library may put a record into its message; neither the screen nor the run's record repeats it."""

    def fail(*_: object, **__: object) -> None:
        raise ValueError(MARKER)

    monkeypatch.setattr("pipelines.run.harmonise_words", fail)
    outcome = caseload(workspace, "run")
    assert outcome.code == 1
    assert "ValueError" in outcome.err
    assert_nowhere(workspace, outcome.err)
    assert workspace.snapshot() == {}


def test_a_separate_process_says_no_more(workspace: Workspace) -> None:
    """Libraries write to the screen by ways of their own; here all of it is caught."""
    workspace.put("2026-Q4.csv", make_rows(3, first=50, gender=MARKER, nationality=f"{MARKER}\ufffd"))
    command = [sys.executable, "-m", "pipelines", "run", "--workspace", str(workspace.folder), "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | workspace.variables, capture_output=True, text=True, check=False
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["exit_code"], told["status"]) == (13, 13, "failed")
    assert done.stderr == f"caseload: {told['message']}\n"
    assert_nowhere(workspace, done.stderr + done.stdout)
