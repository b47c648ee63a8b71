"""Values that could pass for something harmless: a heading, a key, a file name, a place in a message."""

from __future__ import annotations

import csv
import json
from time import perf_counter

import pytest
from workspaces import Workspace, as_text, make_rows

from pipelines.errors import CaseloadError, IdentifiersFound, ProfileError, ReadError, ValidationFailed

PROFILE = "profiles/export.toml"
NAME = "2026-Q3.csv"
MARKER = "zqxmarkerqzx"
KEYED = """
[profile]
name = "Keyed"
[file]
format = "FORMAT"
[columns]
case_ref = "CASE"
opened = "OPENED"
age = "AGE"
gender = "SEX"
nationality = "NAT"
advice_type = "ADV"
[drop]
columns = ["NOTES"]
[not_collected]
fields = ["barrier", "residence_area", "outcome", "adviser_level", "service_depth", "referral", "client_role"]
[values.gender]
"F" = "F"
[values.advice_type]
"Housing" = "HOU"
"""


def record(number: int, **more: object) -> dict[str, object]:
    fixed = {"OPENED": "06/07/2026", "AGE": "30", "SEX": "F", "NAT": "Polish", "ADV": "Housing", "NOTES": ""}
    return {"CASE": f"R{number}"} | fixed | more


def as_bulk_load(record: dict[str, object]) -> str:
    return ",".join(["OUTCOME", *(f"{key}={value}" for key, value in record.items())])


def error_of(workspace: Workspace, kind: type[CaseloadError]) -> str:
    with pytest.raises(kind) as told:
        workspace.check()
    assert MARKER not in str(told.value).casefold()
    return str(told.value)


def test_a_record_is_not_told_as_a_heading_where_a_heading_row_was_left_out(workspace: Workspace) -> None:
    workspace.edit(PROFILE, "[rows]\n", "[file]\nheading_rows = 2\n[rows]\n")
    rows = make_rows(40)
    sparse = dict.fromkeys(rows[0], "") | {"Case no": MARKER, "Nationality": MARKER}
    workspace.put(NAME, [sparse, *rows])
    assert "its headings do not take 2 rows" in error_of(workspace, ProfileError)


def test_a_note_with_an_equals_sign_is_not_told_as_a_column(workspace: Workspace) -> None:
    (workspace.folder / PROFILE).write_text(KEYED.replace("FORMAT", "bulk-load"), encoding="utf-8")
    lines = [as_bulk_load(record(n)) for n in range(30)]
    workspace.put(NAME, "\n".join([*lines, as_bulk_load(record(31, NOTES=f"said, {MARKER} Smith owes = 5"))]))
    assert "first in row 31" in error_of(workspace, ProfileError)


@pytest.mark.parametrize(("key", "kind"), [(MARKER, ProfileError), (f"email {MARKER}", IdentifiersFound)])
def test_a_reference_used_as_a_key_is_not_told_as_a_column(
    workspace: Workspace, key: str, kind: type[CaseloadError]
) -> None:
    (workspace.folder / PROFILE).write_text(KEYED.replace("FORMAT", "jsonl"), encoding="utf-8")
    lines = [json.dumps(record(n)) for n in range(30)]
    workspace.put(NAME, "\n".join([*lines, json.dumps(record(31, people={key: "x"}))]))
    assert "in few rows, not shown" in error_of(workspace, kind)


def test_a_new_key_of_many_records_is_named(workspace: Workspace) -> None:
    (workspace.folder / PROFILE).write_text(KEYED.replace("FORMAT", "jsonl"), encoding="utf-8")
    workspace.put(NAME, "\n".join(json.dumps(record(n, TEAM="x")) for n in range(30)))
    assert 'the column "TEAM" is new' in error_of(workspace, ProfileError)


@pytest.mark.parametrize("name", ["a\x1b[31m\nb", "c\u202ed"])
def test_a_stray_name_cannot_write_to_the_terminal(workspace: Workspace, name: str) -> None:
    stray = workspace.folder / "inbox" / name
    stray.mkdir()
    (stray / "x.csv").write_text("x", encoding="utf-8")
    assert error_of(workspace, ReadError).isprintable()


def test_a_file_name_is_no_formula_in_a_listing(workspace: Workspace) -> None:
    workspace.edit(PROFILE, "[rows]\n", '[rows]\nunknown_values = "quarantine"\n')
    workspace.put("=1+1.csv", [*make_rows(30, first=50), *make_rows(1, first=90, gender="Wmoan")])
    record = workspace.run().record
    assert record
    listed = list(csv.DictReader((record / "quarantine.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["file"] for row in listed] == ["'=1+1.csv"]


def test_an_age_that_no_birth_gives_is_told_by_its_column(workspace: Workspace) -> None:
    text = (workspace.folder / PROFILE).read_text(encoding="utf-8").replace('age = "Age"\n', "")
    (workspace.folder / PROFILE).write_text(f'{text}\n[drop.used]\ndate_of_birth = "Age"\n', encoding="utf-8")
    workspace.put(NAME, make_rows(40, age=["01/02/1980", MARKER]))
    assert 'column "Age": ' in error_of(workspace, ValidationFailed)


def test_an_area_that_nobody_listed_is_told_by_the_column_of_the_postcode(workspace: Workspace) -> None:
    text = (workspace.folder / PROFILE).read_text(encoding="utf-8").replace('columns = ["Notes"]', "")
    text = text.replace('"residence_area", ', "")
    (workspace.folder / PROFILE).write_text(f'{text}\n[drop.used]\npostcode = "Notes"\n', encoding="utf-8")
    workspace.put(NAME, make_rows(40, notes="SE1 1AA"))
    assert 'column "Notes": 1 word' in error_of(workspace, ValidationFailed)


def test_an_unknown_word_of_a_correction_is_looked_for_there(workspace: Workspace) -> None:
    (workspace.folder / "corrections.toml").write_text(
        '[[corrections]]\nsource = "riverside"\nwhere = { case_ref = "R-0001" }\nfield = "gender"\nwas = "Female"\n'
        f'is = "{MARKER}"\nwhy = "x"\nsaid_by = "y"\n',
        encoding="utf-8",
    )
    assert "1 word in corrections.toml" in error_of(workspace, ValidationFailed)


def test_dates_far_away_take_no_time(workspace: Workspace) -> None:
    workspace.edit("caseload.toml", "[centres]", "[limits]\nquarantined_share = 1.0\n[centres]")
    far = [f"01/07/{year}" for year in range(2200, 9800, 20)]
    workspace.put(NAME, as_text(make_rows(len(far), opened=far)))
    began = perf_counter()
    assert "period_is_plausible" in error_of(workspace, ValidationFailed)
    assert perf_counter() - began < 60
