"""The tripwire: what it must find, what it must leave alone, and that nothing of a find is told or kept."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import IdentifiersFound
from pipelines.ingest.identifiers import identifying_cells, identifying_headings, kinds
from pipelines.reports import checked, executed
from pipelines.request import Request
from pipelines.workspace import init_workspace

# Invented; none belongs to anybody: reserved domains and telephone ranges, and numbers that are never issued.
IDENTIFIERS = {
    "email": "somebody@example.org | write to some.body+x@mail.example.co.uk today",
    "telephone": "020 7946 0018 | 07700 900123 | +44 7700 900123 | 0161 496 0000 | (020) 7946 0958 | +48 600100200",
    "national insurance number": "AB123456C | AB 12 34 56 C | his NI is AB123456C | ab123456c",
    "home office reference": "A1234567 | see A1234567 of last year | a1234567 | GWF012345678",
    "unique client number": "01011981/A/ADAM",
    "address": "ZZ1 1ZZ | lives at ZZ99 3WZ | zz991zz",
    "hash": "d41d8cd98f00b204e9800998ecf8427e | DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
}
EXAMPLES = [(kind, value) for kind, values in IDENTIFIERS.items() for value in values.split(" | ")]
HARMLESS = """
RV20-114 | 2026-10-0012345 |
RV-2024-00123 | C01234 | NRM-000001 | 12/05/2026 | 2026-05-12 | 25-34 | EUSS; Housing | PL;GB | Late application |
Northern Irish | 0-17 | 12345678 | UC and PIP | Section 21 notice | E09000001 |
""".replace("\n", " ").split("|")
PROMISING = """
Forename | SURNAME | Client name | D.O.B. | Date of birth | Post-code | E-mail | Mobile no | NI Number | UCN | HO_UCN |
Home Office ref | Passport number | Hash ID | Case notes | Name of client | Client's name | Client full name |
First names |
Service user name | Surname / Name | Date of Birth (client) | Client postcode | Telephone 1 | Email 1 | Additional notes
""".replace("\n", " ").split("|")
TELEPHONE = b"07700 900123"


def cells(*values: str) -> list[str]:
    frame = pl.DataFrame({"row_number": range(2, len(values) + 2), "cell_0": list(values)})
    return identifying_cells(frame, {"cell_0": "Reference"})


@pytest.mark.parametrize(("kind", "value"), EXAMPLES)
def test_an_identifier_in_a_cell_is_found_by_kind_and_row(kind: str, value: str) -> None:
    assert [f'column "Reference" holds: {kind} (row 3).' in sentence for sentence in cells("harmless", value)] == [True]


def test_every_kind_with_a_pattern_has_an_example_here() -> None:
    assert {kind.name for kind in kinds() if kind.value} == set(IDENTIFIERS)


@pytest.mark.parametrize("value", HARMLESS)
def test_references_dates_bands_and_words_are_left_alone(value: str) -> None:
    assert cells(value) == []


@pytest.mark.parametrize("heading", PROMISING)
def test_a_heading_that_promises_an_identifier_is_found(heading: str) -> None:
    assert len(identifying_headings([heading])) == 1


@pytest.mark.parametrize(
    "heading", ["Case no", "Client ref", "Date opened", "Age", "Office", "Nationality 2", "Borough"]
)
def test_a_heading_of_a_case_field_is_left_alone(heading: str) -> None:
    assert identifying_headings([heading]) == []


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    init_workspace(tmp_path)
    headings = "Case number,Client number,Date opened,Date closed,Age at opening,Gender,Nationality,Second nationality"
    rows = [f"K{n},C{n},01/07/2026,,34,Female,Polish,,Housing,Main client,call 07700 900123" for n in range(20)]
    text = "\n".join([f"{headings},Advice given,Main client or family member,Notes", *rows, ""])
    (tmp_path / "inbox/my-centre-export/q3.csv").write_text(text, encoding="utf-8")
    return tmp_path


def request(workspace: Path, home: Path) -> Request:
    return Request(workspace, date(2026, 11, 1), {"XDG_CONFIG_HOME": str(home)})


def test_a_dropped_column_may_hold_anything_and_leaves_no_trace(workspace: Path, tmp_path_factory) -> None:
    from datetime import UTC, datetime

    home = tmp_path_factory.mktemp("home")
    report = executed(request(workspace, home), now=datetime(2026, 11, 1, tzinfo=UTC))
    assert report.refreshed.accounts[0].accepted == 20
    kept = [path for path in workspace.rglob("*") if path.is_file() and "inbox" not in path.parts]
    assert [path for path in kept if TELEPHONE in path.read_bytes()] == []


def test_a_kept_column_with_an_identifier_stops_the_file_and_is_not_quoted(workspace: Path, tmp_path_factory) -> None:
    path = workspace / "inbox/my-centre-export/q3.csv"
    path.write_text(path.read_text("utf-8").replace("K7,", "AB123456C,"), encoding="utf-8")
    with pytest.raises(IdentifiersFound) as stopped:
        checked(request(workspace, tmp_path_factory.mktemp("home")))
    assert stopped.value.exit_code == 12
    assert 'column "Case number" holds: national insurance number (row 9)' in str(stopped.value)
    assert "AB123456C" not in str(stopped.value)
    assert not (workspace / "warehouse" / "current").exists()
    shutil.rmtree(workspace / "warehouse", ignore_errors=True)


def test_a_file_that_names_people_decides_the_exit_code_beside_one_that_cannot_be_read(
    workspace: Path, tmp_path_factory
) -> None:
    folder = workspace / "inbox/my-centre-export"
    (folder / "empty.csv").write_text("", encoding="utf-8")
    path = folder / "q3.csv"
    path.write_text(path.read_text("utf-8").replace("K7,", "AB123456C,"), encoding="utf-8")
    with pytest.raises(IdentifiersFound, match="is empty"):
        checked(request(workspace, tmp_path_factory.mktemp("home")))
