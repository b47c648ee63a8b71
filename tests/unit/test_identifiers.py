"""The tripwire: what it must find, what it must leave alone, and that nothing of a find is told or kept."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import IdentifiersFound
from pipelines.ingest.tripwire.identifiers import Column, Tripwire, identifying_cells, identifying_headings, kinds
from pipelines.reports import checked, executed
from pipelines.request import Request
from pipelines.workspace import init_workspace

# Invented; none belongs to anybody: reserved domains and telephone ranges, and numbers that are never issued.
IDENTIFIERS = {
    "email": "somebody@example.org | write to some.body+x@mail.example.co.uk today | some.body (at) example dot org",
    "telephone": "020 7946 0018 | 07700 900123 | +44 7700 900123 | 0161 496 0000 | (020) 7946 0958 | +48 600100200 | "
    "0 7700 900 123 | 0048 600 100 200 | +353 (0) 1 496 0000 | 07700.900.123",
    "national insurance number": "AB123456C | AB 12 34 56 C | his NI is AB123456C | ab123456c | AB-12-34-56-C | "
    "TN010181F | AB 12 34 56",
    "home office reference": "A1234567 | see A1234567 of last year | a1234567 | GWF012345678 | 3434-1234-5678-9012",
    "share code": "W1A 2B3 C4D",
    "tribunal reference": "HU/01234/2021 | UI-2022-123456",
    "unique client number": "01011981/A/ADAM | 01011981AADAM | 14091962/T/ȚURC",
    "birth date": "DOB: 3/4/1981 | 03/04/1981 | 1981-04-03 | 3 April 1981",
    "address": "ZZ1 1ZZ | lives at ZZ99 3WZ | zz991zz | 12 Acacia Avenue | Flat 3, 22 High Street",
    "web address": "https://example.org/case/7 | www.example.org/x | facebook.com/somebody | @some_body",
    "ip address": "192.168.10.20 | 00:1A:2B:3C:4D:5E",
    "passport": "ZZ1234567 | 123456789",
    "nhs number": "943 476 5919",
    "bank details": "GB82 WEST 1234 5698 7654 32 | 12-34-56 12345678",
    "national identity number": "RSSMRA80A01H501U | 12345678Z",
    "hash": "d41d8cd98f00b204e9800998ecf8427e | DA39A3EE5E6B4B0D3255BFEF95601890AFD80709 | "
    "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= | 6fa459ea-ee8a-3ca4-894e-db77e160355e",
    "name": "Maria Kowalska | KOWALSKA, MARIA | Mrs Kowalska | J. Smith | Hope Smith | Мария Иванова | "
    "advice to Adam Nowak given",
    "free text": "Client's son Adam called on 3/4 | She was told on Monday that he has to leave",
}
EXAMPLES = [(kind, value) for kind, values in IDENTIFIERS.items() for value in values.split(" | ")]
HARMLESS = """
RV20-114 | 2026-10-0012345 |
RV-2024-00123 | C01234 | NRM-000001 | 12/05/2026 | 2026-05-12 | 25-34 | EUSS; Housing | PL;GB | Late application |
Northern Irish | 0-17 | 12345678 | UC and PIP | Section 21 notice | E09000001 | Roman Catholic | Hope House | Grace |
St George's Ward | Milton Keynes | Surinder Singh route | Florence | Victoria | Christian | Romany | Jan-24 | SW1A |
E8 | Client did not want to say | 2f1b9a1e-7c1d-4d6f-9a1b-0c2d3e4f5a6b | 1.2.3.4 | 943 476 5918 |
2024-Q3 | A123456 | 04/2021 |
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
    assert {kind.name for kind in kinds() if kind.value} <= set(IDENTIFIERS)


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


def in_column(values: list[str], role: str, known: frozenset[str] = frozenset()) -> list[str]:
    """Give the kinds found in one column that comes in two chunks."""
    frame = pl.DataFrame({"row_number": range(2, len(values) + 2), "cell": values})
    tripwire = Tripwire({"cell": Column("Reference", role, known)})
    for chunk in (frame.head(len(values) // 2), frame.tail(len(values) - len(values) // 2)):
        tripwire.look(chunk)
    return [finding.kind for finding in tripwire.structured()]


def test_rows_are_counted_over_all_chunks_and_the_first_are_named() -> None:
    tripwire = Tripwire({"cell": Column("Reference", "reference")})
    for start in (2, 6):
        tripwire.look(pl.DataFrame({"row_number": range(start, start + 4), "cell": ["x@example.org"] * 4}))
    assert "(rows 2, 3, 4, 5, 6 and 3 more)" in tripwire.findings()[0]
    assert (tripwire.structured()[0].cells, tripwire.structured()[0].share) == (8, 1.0)


def test_a_column_a_file_does_not_have_and_blank_cells_count_as_nothing() -> None:
    tripwire = Tripwire({"cell": Column("A", "reference"), "other": Column("B")})
    tripwire.look(pl.DataFrame({"row_number": [2, 3], "cell": ["", None]}, schema_overrides={"cell": pl.String}))
    assert tripwire.findings() == []


@pytest.mark.parametrize("role", ["word", "date", "reference"])
def test_an_identifier_is_found_whatever_the_column_is_for(role: str) -> None:
    assert in_column(["x", "somebody@example.org"], role) == ["email"]


def test_words_a_profile_declares_are_neither_names_nor_sentences_but_may_be_other_identifiers() -> None:
    known = frozenset({"Maria Kowalska", "A1234567"})
    assert in_column(["Maria Kowalska", "Housing"], "word") == ["name"]
    assert in_column(["maria kowalska", "A1234567"], "word", known) == ["home office reference"]


def test_given_names_alone_count_only_when_a_column_holds_several() -> None:
    assert in_column(["Female", "Male", "Agnieszka"] * 9, "word") == []
    assert in_column(["Female", "Male", "Agnieszka", "Mihai", "Zofia"] * 9, "word") == ["name"]


def test_dates_of_birth_are_told_from_dates_of_opening_by_their_spread() -> None:
    births = [
        f"{day:02d}/0{month}/{year}" for day, month, year in zip(range(1, 29), [3] * 28, range(1950, 1978), strict=True)
    ]
    opened = [f"{day:02d}/03/{2018 + day % 8}" for day in range(1, 29)]
    assert in_column(births, "reference") == in_column(births, "date") == in_column(births, "word") == ["birth date"]
    assert in_column(opened, "reference") == in_column(opened, "date") == in_column(opened, "word") == []


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("passport", lambda n: str(10**8 + n * 7_654_321)),
        ("telephone", lambda n: f"7{700 + n}900123"),
        ("national insurance number", lambda n: f"{'ABCEGHJKLM'[n % 10]}{'ABCEGHJKLM'[n // 10]}123456"),
        ("name", lambda n: f"{['Smith', 'Jones', 'Evans', 'Nowak', 'Popescu'][n % 5]}{n:03d}"),
    ],
)
def test_references_that_only_as_a_column_look_like_numbers_of_people_are_told(kind: str, make) -> None:
    assert in_column([make(n) for n in range(1, 90)], "reference") == [kind]


@pytest.mark.parametrize("make", [lambda n: str(10**8 + n), lambda n: f"LC{n:06d}", lambda n: f"GRACE-{n:04d}"])
def test_references_that_are_counted_up_are_left_alone(make) -> None:
    assert in_column([make(n) for n in range(1, 90)], "reference") == []


def test_a_heading_the_profile_drops_is_not_looked_at() -> None:
    assert identifying_headings(["UCN", "Surname", "Gender"], declared=["ucn", " SURNAME "]) == []


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


def test_a_file_is_told_of_in_the_same_words_however_many_files_of_its_source_came_before():
    columns = {"note": Column("Note", known=frozenset({"Housing"})), "ref": Column("Ref", "reference")}
    cells = [("Housing", "RV20-114"), ("Maria Kowalska", "Adam7"), ("Benefits", "somebody@example.org")]
    cells += [(name, f"{name}{number}") for number, name in enumerate(("Agnieszka", "Oluwaseun", "Piotr", "Ewa"))]
    rows = pl.DataFrame(cells, schema=["note", "ref"], orient="row").with_row_index("row_number")
    first, *others = (identifying_cells(rows, columns) for _ in range(3))
    assert len(first) > 2
    assert others == [first, first]
