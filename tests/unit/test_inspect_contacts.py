"""Columns about first contact, channel and why a case is open are recognised, and never at the cost of the opening."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from export_parts import NATIONALITIES, Draw, Row, as_csv

from pipelines.inspecting import inspect_file

SEEN = ("Face to face", "Telephone", "Zoom", "E-mail", "Outreach")
HELD = ("Waiting for Home Office", "Awaiting documents", "Staff capacity", "", "Interpreter; Awaiting documents")


def proposed(folder: Path, headings: list[str], cells: list[tuple[str, ...]]) -> dict[str, object]:
    """Inspect cases with further columns, whose cells take turns, and give the proposed profile."""
    draw = Draw(5)
    rows: list[Row] = [["Case no", "Nationality", *headings]]
    rows += [
        [f"C{n:04}", draw.of(NATIONALITIES), *(each[n % len(each)] for each in cells)]
        for n in range(100)
    ]  # fmt: skip
    path = folder / "export.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    return tomllib.loads(inspect_file(path).profile_toml())


def days(month: int) -> tuple[str, ...]:
    return tuple(f"{day:02}/{month:02}/2026" for day in range(1, 29))


@pytest.mark.parametrize("first", ["First contact", "Date of first contact", "Initial enquiry date"])
def test_all_three_columns_are_proposed(tmp_path: Path, first: str) -> None:
    """Wherever the first contact stands, before the opening or after it."""
    headings, cells = [first, "Date opened", "Mode of contact", "Reason still open"], [days(6), days(7), SEEN, HELD]
    for order in ((0, 1, 2, 3), (3, 2, 1, 0)):
        profile = proposed(tmp_path, [headings[at] for at in order], [cells[at] for at in order])
        columns = profile["columns"]
        assert (columns["opened"], columns["first_contact"]) == ("Date opened", first)
        assert (columns["channel"], columns["stall_reason"]) == ("Mode of contact", "Reason still open")
        assert profile["values"]["channel"]["Telephone"] == "PHONE"
        assert profile["values"]["stall_reason"]["Waiting for Home Office"] == "DECISION"


def test_a_first_contact_is_the_opening_where_nothing_else_is(tmp_path: Path) -> None:
    columns = proposed(tmp_path, ["Date of first contact"], [days(6)])["columns"]
    assert columns["opened"] == "Date of first contact"
    assert "first_contact" not in columns


def test_a_heading_alone_makes_no_channel_and_no_reason(tmp_path: Path) -> None:
    """Cells of which nobody knows a word are not believed."""
    words = ("alpha", "beta", "gamma")
    profile = proposed(tmp_path, ["Date opened", "Contact type", "Waiting for"], [days(7), words, words])
    assert not {"channel", "stall_reason"} & set(profile["columns"])
    assert not {"channel", "stall_reason", "first_contact"} & set(profile["not_collected"]["fields"])
