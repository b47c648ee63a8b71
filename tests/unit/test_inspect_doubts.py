"""What a file is not is said plainly: no cases, not about the client, no meaning of yes, a sheet left out."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from export_parts import NATIONALITIES, Draw, Row, as_csv
from exports import EXPORTS

from pipelines.inspecting import Inspection, inspect_file
from pipelines.inspecting.lexicon import word_finder


def inspected(folder: Path, rows: list[Row], encoding: str = "utf-8", delimiter: str = ",") -> Inspection:
    """Inspect rows that are written as a file."""
    path = folder / "export.csv"
    path.write_bytes(as_csv(rows, delimiter).encode(encoding))
    return inspect_file(path)


def cases(*further: str, n: int = 60) -> list[Row]:
    """Give plain cases with further columns, which are filled by the test."""
    draw = Draw(31)
    rows: list[Row] = [["Case no", "Date opened", "Nationality", *further]]
    rows += [
        [f"C{number:04}", f"{draw.day():%d/%m/%Y}", draw.of(NATIONALITIES), *[""] * len(further)] for number in range(n)
    ]
    return rows


def filled(rows: list[Row], column: int, words: tuple[str, ...]) -> list[Row]:
    """Fill a column with words in turn."""
    for number, row in enumerate(rows[1:]):
        row[column] = words[number % len(words)]
    return rows


# Files that hold no cases


def test_a_table_of_figures_is_told(tmp_path: Path) -> None:
    rows = [["Quarter", "Nationality", "Outcome type", "Applications"]]
    rows += [[f"2024 Q{q}", name, "Settled", str(q * 31)] for q in (1, 2, 3, 4) for name in NATIONALITIES]
    told = inspected(tmp_path, rows)
    assert told.questions[0].startswith("This looks like a table of figures")
    assert '"Applications"' in told.questions[0]


def test_a_list_of_something_else_is_told(tmp_path: Path) -> None:
    draw = Draw(32)
    rows = [["First Name", "Email", "Organisation", "Town", "Date added"]]
    rows += [["Ana", f"a{n}@example.org", draw.of(("Acme", "Council")), "London", "15/01/2026"] for n in range(40)]
    assert "Is this a file of cases?" in inspected(tmp_path, rows).questions[0]


def test_headings_without_rows_bring_no_other_question(tmp_path: Path) -> None:
    told = inspected(tmp_path, cases(n=0))
    assert len(told.questions) == 1
    assert "headings and no rows" in told.questions[0]


def test_sheets_with_the_same_headings_are_not_left_out_in_silence(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("Q1", "Q2", "Notes"):
        sheet = book.create_sheet(name)
        for row in cases() if name != "Notes" else [["About"], ["Nothing"]]:
            sheet.append(row)
    path = tmp_path / "quarters.xlsx"
    book.save(path)
    told = inspect_file(path)
    assert told.questions[0].startswith('Only the sheet "Q1" is read. "Q2" has the same headings')


# What is not the client's


@pytest.mark.parametrize("other", ["Partner nationality", "Client 2 Nationality", "Sponsor's nationality"])
def test_the_nationality_of_somebody_else_is_not_the_clients(tmp_path: Path, other: str) -> None:
    told = inspected(tmp_path, filled(cases(other), 3, ("Irish", "French")))
    assert told.proposal.columns["nationality"] == ("Nationality",)
    assert any("somebody else than the client" in question for question in told.questions)


def test_none_as_a_second_nationality_is_no_nationality(tmp_path: Path) -> None:
    told = inspected(tmp_path, filled(cases("Second nationality"), 3, ("None", "None", "British")))
    assert told.proposal.columns["nationality"] == ("Nationality", "Second nationality")
    assert not told.proposal.words["nationality"].unknown
    assert '"None"' in told.profile_toml().split("[missing_for.nationality]")[1]


# What yes means


def test_one_column_of_yes_and_no_is_read_by_its_heading(tmp_path: Path) -> None:
    told = inspected(tmp_path, filled(cases("Homeless?"), 3, ("Y", "N")))
    assert told.proposal.words["barrier"].values == {"Y": "HOMELESSNESS", "N": "NONE"}


def test_of_several_columns_of_yes_and_no_none_is_read(tmp_path: Path) -> None:
    told = inspect_file(EXPORTS["yes_no_columns"](tmp_path))
    assert "barrier" in told.proposal.not_collected
    assert any('one meaning of "Yes" for barrier' in question for question in told.questions)


def test_a_column_that_names_barriers_comes_before_one_of_yes_and_no(tmp_path: Path) -> None:
    rows = filled(filled(cases("Disabled?", "Barriers faced"), 3, ("Y", "N")), 4, ("Language", "Digital"))
    assert inspected(tmp_path, rows).proposal.columns["barrier"] == ("Barriers faced",)


def test_a_yes_to_nothing_in_particular_means_nothing(tmp_path: Path) -> None:
    told = inspected(tmp_path, filled(cases("Vulnerable user?"), 3, ("Yes", "No")))
    assert "barrier" not in told.proposal.columns


# What cells alone do not say


def test_a_running_number_is_no_adviser_level(tmp_path: Path) -> None:
    told = inspected(tmp_path, filled(cases("event_seq"), 3, ("1", "2", "3")))
    assert "adviser_level" not in told.proposal.columns


def test_numbers_of_cases_are_no_dates_of_birth(tmp_path: Path) -> None:
    draw = Draw(33)
    rows = [["Zeichen", "Tag", "Staat"]]
    rows += [[str(10_000 + n), f"{draw.day():%d.%m.%Y}", draw.of(NATIONALITIES)] for n in range(60)]
    told = inspected(tmp_path, rows)
    assert "date_of_birth" not in told.proposal.used
    assert told.proposal.columns["opened"] == ("Tag",)


def test_an_area_that_names_kinds_of_advice_is_no_place(tmp_path: Path) -> None:
    told = inspected(tmp_path, filled(cases("Area"), 3, ("Housing", "Debt", "Welfare benefits")))
    assert told.proposal.columns["advice_type"] == ("Area",)


def test_a_status_that_says_only_open_or_closed_is_no_outcome(tmp_path: Path) -> None:
    told = inspected(tmp_path, filled(cases("Status"), 3, ("New", "Closed", "On Hold")))
    assert "outcome" not in told.proposal.columns


def test_the_time_of_sending_gives_way_to_the_day_that_was_asked_for(tmp_path: Path) -> None:
    asked = "On what date did you first speak to the client?"
    rows = [["Timestamp", "Reference of the case", asked, "Nationality"]]
    rows += [[f"{1 + n % 28:02}/06/2025 09:15:00", f"R{n}", f"{1 + n % 28:02}/05/2025", "Polish"] for n in range(60)]
    assert inspected(tmp_path, rows).proposal.columns["opened"] == (asked,)


def test_a_date_of_birth_comes_before_a_number_of_years(tmp_path: Path) -> None:
    rows = filled(filled(cases("Age", "Year of birth"), 3, ("34", "61")), 4, ("1990", "1963"))
    told = inspected(tmp_path, rows)
    assert told.proposal.used["date_of_birth"] == ("Year of birth",)
    assert told.proposal.birth_formats == ("YYYY",)
    assert "age" not in told.proposal.columns


# Words


@pytest.mark.parametrize(
    ("field", "word", "code"),
    [
        ("barrier", "NCD - Not Considered Disabled", "NONE"),
        ("barrier", "MHC - Mental Health Condition", "MENTAL_HEALTH"),
        ("advice_type", "63 - Private landlord/tenant", "HOU"),
        ("advice_type", "Welfare benefits (UC)", "BEN_UC"),
        ("client_role", "Spouse/Partner of", "FAMILY"),
    ],
)
def test_a_code_beside_its_label_is_read(field: str, word: str, code: str) -> None:
    entry = word_finder(field)(word)
    assert entry is not None
    assert entry.code == code


@pytest.mark.parametrize("word", ["Housing (Kowalska)", "Ana - Housing", "AK - Housing"])
def test_a_name_beside_a_word_is_not_taken_for_a_code(word: str) -> None:
    assert word_finder("advice_type")(word) is None


def test_a_portuguese_file_is_read_in_its_own_letters(tmp_path: Path) -> None:
    draw = Draw(34)
    rows = [["Nº processo", "Data de abertura", "Nacionalidade", "Sexo", "Idade", "Assunto"]]
    for n in range(60):
        facts = [draw.of(("polaca", "portuguesa", "romena")), draw.of(("Feminino", "Masculino")), "44", "Habitação"]
        rows.append([f"P{n}", f"{draw.day():%d-%m-%Y}", *facts])
    told = inspected(tmp_path, rows, "latin-1", ";")
    assert told.layout.encoding == "windows-1252"
    assert set(told.proposal.columns) == {"case_ref", "opened", "nationality", "gender", "age", "advice_type"}
    assert not told.proposal.words["nationality"].unknown
