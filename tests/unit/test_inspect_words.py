"""What an inspection tells and proposes: words, people, the text of the profile, and the lists behind it."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from export_parts import as_csv
from exports import EXPORTS
from hypothesis import given
from hypothesis import strategies as st

from pipelines.codelists import MISSING_KINDS, codelist
from pipelines.errors import UsageError
from pipelines.ingest.fields import fields
from pipelines.ingest.profiles import load_profile
from pipelines.inspecting import inspect_file, write_profile
from pipelines.inspecting.book import book, heading_words
from pipelines.inspecting.coded import read_coded
from pipelines.inspecting.profile_text import quoted
from pipelines.inspecting.shapes import read_dates
from pipelines.resources import REFERENCE
from pipelines.settings import load_settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


# People and rare words


def test_nothing_that_names_people_is_kept_or_told(folder: Path) -> None:
    for name in ("form_answers", "crm_events", "helpline_letters", "database_table"):
        inspection = inspect_file(EXPORTS[name](folder))
        told = inspection.as_text() + inspection.profile_toml() + json.dumps(inspection.as_json())
        for value in ("example.org", "Kowalska", "Popescu", "brother", "N1 9GU", "telephone, will"):
            assert value not in told
        assert all(column.use != "columns" for column in inspection.columns if column.identifiers)


def test_a_rare_word_is_told_by_its_rows_only(tmp_path: Path) -> None:
    rows = [["Case ref", "Date opened", "Gender", "Advice type"]]
    rows += [[f"C{n}", "15/01/2026", "F", "Clinic talk" if n % 4 else "Housing"] for n in range(100)]
    rows[8][3] = rows[9][3] = "Zorptak 7"
    path = tmp_path / "rare.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    inspection = inspect_file(path)
    told = inspection.as_text() + inspection.profile_toml() + json.dumps(inspection.as_json())
    assert "Zorptak" not in told
    assert '# "Clinic talk" = ""' in inspection.profile_toml()
    assert inspection.as_json()["unmapped"]["advice_type"]["rows"] == [9, 10]
    assert tomllib.loads(inspection.profile_toml())["rows"]["unknown_values_for"] == {"advice_type": "keep"}


def test_a_good_column_with_a_name_in_a_cell_is_dropped_and_asked_about(tmp_path: Path) -> None:
    rows = [["Case ref", "Date opened", "Advice type"]]
    rows += [[f"C{n}", "15/01/2026", "Housing"] for n in range(100)]
    rows[9][2] = "Mrs Kowalska, ring 020 7946 0123"
    path = tmp_path / "named.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    inspection = inspect_file(path)
    (column,) = [it for it in inspection.columns if it.heading == "Advice type"]
    assert (column.use, bool(column.identifiers)) == ("drop", True)
    assert any("it would be advice_type, but it names people" in question for question in inspection.questions)
    assert "Kowalska" not in inspection.as_text() + inspection.profile_toml()


def test_codes_of_gender_that_differ_between_sources_are_asked_about(folder: Path) -> None:
    inspection = inspect_file(EXPORTS["database_table"](folder))
    assert inspection.proposal.words["gender"].values == {}
    assert any("gender" in question and "different things" in question for question in inspection.questions)


# The profile


def test_a_profile_is_never_written_over_another(folder: Path, tmp_path: Path) -> None:
    inspection = inspect_file(EXPORTS["json_lines"](folder))
    target = tmp_path / "profile.toml"
    write_profile(inspection, target)
    assert target.stat().st_mode & 0o777 == 0o644
    with pytest.raises(UsageError, match="exists and is not overwritten"):
        write_profile(inspection, target)
    with pytest.raises(UsageError, match="cannot be written"):
        write_profile(inspection, tmp_path / "missing" / "profile.toml")


def test_any_heading_can_be_written_down(tmp_path: Path) -> None:
    headings = [
        "Case no",
        "Date opened",
        'The "real" one',
        "back\\slash",
        "two\nlines",
        "tab\there",
        "# hash",
        "é\u0085\u2028ü",
    ]
    rows = [headings, *([f"C{n}", "15/01/2026", *["x"] * 6] for n in range(30))]
    path = tmp_path / "headings.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    inspection = inspect_file(path)
    profile = tmp_path / "p.toml"
    write_profile(inspection, profile)
    loaded = load_profile(profile, load_settings(REFERENCE / "workspace", {}))
    assert len(loaded.headings) == len(headings)


@given(st.text())
def test_every_text_survives_being_written_as_toml(text: str) -> None:
    text = "".join(sign for sign in text if not 0xD800 <= ord(sign) <= 0xDFFF)
    assert tomllib.loads(f"key = {quoted(text)}") == {"key": text}


# Evidence


@pytest.mark.parametrize(
    ("words", "formats", "is_ambiguous"),
    [
        (["13/01/2025", "02/03/2025"], ("DD/MM/YYYY",), False),
        (["01/13/2025", "02/03/2025"], ("MM/DD/YYYY",), False),
        (["01/02/2025", "02/03/2025"], ("DD/MM/YYYY",), True),
        (["2025-01-13", "2025-12-01"], ("YYYY-MM-DD",), False),
        (["13-01-25", "02-03-25"], ("DD-MM-YY",), False),
        (["45678", "45701"], ("EXCEL",), False),
        (["13 Jan 2025", "2 Mar 2025"], ("D MMM YYYY",), False),
        (["34", "51"], (), False),
    ],
)
def test_the_format_of_dates_is_seen_from_all_of_them(
    words: list[str], formats: tuple[str, ...], is_ambiguous: bool
) -> None:
    reading = read_dates(dict.fromkeys(words, 10))
    assert (reading.formats, reading.is_ambiguous) == (formats, is_ambiguous)


@pytest.mark.parametrize(
    ("words", "separators"),
    [
        ({"Housing; Debt": 5, "Housing": 20, "Debt": 9}, (";",)),
        ({"Housing & Debt, Education": 5, "Education": 4}, ("&", ",")),
        ({"Health & Safety": 9, "Health": 4}, ()),
        ({"Money and debt": 9, "Housing": 4}, ()),
        ({"Alpha, Beta & Gamma": 9, "Alpha": 20, "Beta": 10, "Gamma": 12}, ("&", ",")),
        ({"Pre-settled status": 9, "One-off": 4}, ()),
        ({"Refusal/appeal": 9, "Settled or pre-settled status": 3}, ()),
    ],
)
def test_cells_are_split_only_where_the_pieces_are_better_known(
    words: dict[str, int], separators: tuple[str, ...]
) -> None:
    reading = read_coded("advice_type", words, heading="Issues", is_many=True)
    assert tuple(sorted(reading.separators)) == tuple(sorted(separators))


# The lists


def lexicon_rows() -> Iterator[tuple[str, dict[str, str]]]:
    for path in sorted((REFERENCE / "lexicon").iterdir()):
        with path.open(encoding="utf-8", newline="") as file:
            yield from ((path.stem, row) for row in csv.DictReader(file))


def test_every_word_of_the_lexicon_stands_for_a_code_that_exists() -> None:
    wrong = [
        (name, row)
        for name, row in lexicon_rows()
        if row["code"] not in {*(() if name == "missing" else codelist(name).codes), *MISSING_KINDS}
        or row["certainty"] not in ("high", "low")
        or not row["word"].strip()
        or not row["source"]
    ]
    assert wrong == []


def test_the_lexicon_does_not_guess_what_numbers_mean_as_genders() -> None:
    assert not {row["word"] for name, row in lexicon_rows() if name == "genders"} & {"1", "2", "0", "9"}


def test_recognition_knows_every_field_and_no_other() -> None:
    assert set(book().fields) == set(fields())
    assert {rule.field for rule in book().yes_no} <= set(fields())
    codes = {rule.field: set(codelist(fields()[rule.field].code_list).codes) for rule in book().yes_no}
    assert all({rule.yes, rule.no} <= codes[rule.field] for rule in book().yes_no)


def test_headings_of_many_systems_are_compared_alike() -> None:
    spellings = ("Client ref", "ClientRef__c", "client_reference", "CLIENT REF.", "Client Reference 2")
    assert {heading_words(heading) for heading in spellings} == {("client", "ref")}
