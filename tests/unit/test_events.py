"""Dated events of a person: read as a whole, every problem told at once, and no text that points at somebody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import SettingsError
from pipelines.events import Event, load_events
from pipelines.periods import Quarter
from pipelines.workspace import init_workspace

IDS = {"sources": ("river-export", "harbour-sheet"), "centres": ("riverside", "harbour")}
GOOD = """
[[events]]
on = 2026-04-01
what = "Harbour began to send data."
kind = "coverage"
new_baseline = true
centres = ["harbour"]

[[events]]
on = "2021-06-30"
what = "Deadline of the EU Settlement Scheme."
kind = "policy"
"""


def write(folder: Path, text: str) -> Path:
    (folder / "events.toml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load_events(write(folder, text), **IDS)
    assert caught.value.exit_code == 10
    return str(caught.value)


def test_events_come_in_order_of_time(tmp_path: Path):
    deadline, began = load_events(write(tmp_path, GOOD), **IDS)
    assert (deadline.on, deadline.kind, deadline.new_baseline, deadline.centres) == (
        date(2021, 6, 30),
        "policy",
        False,
        (),
    )
    assert (began.on, began.new_baseline, began.centres) == (date(2026, 4, 1), True, ("harbour",))


def test_without_the_file_there_are_no_events(tmp_path: Path):
    assert load_events(tmp_path, **IDS) == ()


def test_a_new_workspace_holds_a_template_without_events(tmp_path: Path):
    init_workspace(tmp_path / "mine")
    assert load_events(tmp_path / "mine", **IDS) == ()


def test_the_examples_of_the_template_can_be_used(tmp_path: Path):
    init_workspace(tmp_path / "mine")
    path = tmp_path / "mine" / "events.toml"
    lines = path.read_text("utf-8").splitlines()
    start = lines.index("# [[events]]")
    path.write_text("\n".join(line.removeprefix("# ") for line in lines[start:]), encoding="utf-8")
    found = load_events(tmp_path / "mine", sources=(), centres=("my-centre",))
    assert [event.kind for event in found] == ["policy", "coverage"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('on = "soon"', "events 1.on must be a date"),
        ("on = 2026-04-01T10:00:00", "without a time"),
        ('what = " "', "events 1.what must be a sentence"),
        (f'what = "{"x" * 161}"', "events 1.what must be a sentence"),
        ('what = "One line\\nand another."', "one line of plain text"),
        ('what = "Text that turns \\u202e round."', "one line of plain text"),
        ('what = "Ask ann@example.org about it."', "An event names nobody"),
        ('what = "Ring 020 7946 0000 about it."', "An event names nobody"),
        ('kind = "polcy"', 'kind must be one of coverage, policy, service, other. Did you mean "policy"?'),
        ('new_baseline = "yes"', "new_baseline must be true or false"),
        ('sources = ["river-exprt"]', 'there is no source river-exprt. Did you mean "river-export"?'),
        ('centres = ["harbor"]', 'there is no centre harbor. Did you mean "harbour"?'),
        ('label = "A name that is too long for any chart"', "events 1.label must be one line of at most 30 characters"),
        ('label = "020 7946 0000"', "An event names nobody"),
        ('audiences = ["publc"]', 'there is no audience publc. Did you mean "public"?'),
        ('because = "x"', "events 1.because is not a setting."),
    ],
)
def test_a_wrong_entry_is_told(tmp_path: Path, line: str, told: str):
    entry = {"on": "on = 2026-04-01", "what": 'what = "Something happened."', "kind": 'kind = "other"'}
    entry[line.partition(" ")[0]] = line
    assert told in problems(tmp_path, "[[events]]\n" + "\n".join(entry.values()))


@pytest.mark.parametrize("missing", ["on", "what", "kind"])
def test_what_an_event_needs_is_told(tmp_path: Path, missing: str):
    entry = {"on": "on = 2026-04-01", "what": 'what = "Something happened."', "kind": 'kind = "other"'}
    del entry[missing]
    assert f"events 1.{missing} is missing" in problems(tmp_path, "[[events]]\n" + "\n".join(entry.values()))


def test_all_problems_are_told_at_once(tmp_path: Path):
    told = problems(
        tmp_path, '[[events]]\non = "x"\nkind = "y"\n[[events]]\nwhat = "No date"\nkind = "other"\n[more]\n'
    )
    assert [part in told for part in ("events 1.on", "events 1.what", "events 1.kind", "events 2.on", "more")] == [
        True
    ] * 5


def test_the_same_event_twice_is_told(tmp_path: Path):
    entry = '[[events]]\non = 2026-04-01\nwhat = "Harbour began to send data."\nkind = "coverage"\n'
    assert "events 2 says the same" in problems(tmp_path, entry * 2)


@pytest.mark.parametrize(
    ("on", "first"), [("2026-04-01", "2026-Q2"), ("2026-04-02", "2026-Q3"), ("2026-12-31", "2027-Q1")]
)
def test_the_first_whole_quarter_lies_after_the_event(on: str, first: str):
    event = Event(date.fromisoformat(on), "It happened.", "other", True, (), ())
    assert event.first_whole_quarter == Quarter.parse(first)
