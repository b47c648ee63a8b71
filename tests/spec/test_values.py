r"""The acceptance list of words: every numbered variant that a file may hold, as it must be read.

The cases are `variants/values.csv`; a caseworker who has seen another form adds a line. `profile` names a part of
`variants/values.toml`, or for dates the format the profile declares. In `cell`, `\\x1f` stands between two columns.
What a nationality cell alone says is in `nationality_cases.csv`. D01 and D02 compare dates with each other: they are
decided in `sql/staging/record_problems.sql`.
"""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from workspaces import Workspace

from pipelines.ingest.births import ages_at_opening
from pipelines.ingest.fields import CELL_SEPARATOR, fields
from pipelines.ingest.profiles import Profile, load_profile
from pipelines.ingest.values import read_words

FOLDER = Path(__file__).parent / "variants"
WRITTEN = tomllib.loads((FOLDER / "values.toml").read_text(encoding="utf-8"))
BIRTH_FORMATS = ["DD/MM/YYYY", "DD-MM-YY", "YYYY-MM-DD", "D MMM YYYY"]
NUMBERS = {"G": 8, "A": 14, "T": 9}
# A column of nationalities in words: among codes, NA would be Namibia.
COMPANIONS = {"nationality": [f"{name}{CELL_SEPARATOR}" for name in ("Polish", "Romanian", "Irish")]}
DATES = ("D03", "D04", "D05", "D06")


def _rows() -> list[dict[str, str]]:
    with (FOLDER / "values.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CASES = _rows()
handled: Counter[str] = Counter()


def _part(case: dict[str, str]) -> str:
    if case["field"] == "opened":
        return f'[formats]\ndate = ["{case["profile"]}"]\n'
    if case["field"] == "period":
        form = case["profile"].removeprefix("period ")
        begins = "year_begins = 4\n" if form.endswith(" from April") else ""
        return f'[formats]\nperiod = "{form.removesuffix(" from April")}"\n{begins}'
    return str(WRITTEN["parts"][case["profile"]])


def _profile(case: dict[str, str], workspace: Workspace) -> Profile:
    path = workspace.folder / "profiles" / "words.toml"
    path.write_text(WRITTEN["base"] + _part(case), encoding="utf-8")
    return load_profile(path, workspace.settings)


def _read(case: dict[str, str], profile: Profile) -> str:
    """Say in one text how a cell is read."""
    cell = case["cell"].replace("\\x1f", CELL_SEPARATOR)
    field = fields()[case["field"]]
    reading = read_words(field, {cell, *COMPANIONS.get(field.kind, ())}, profile)
    if cell in reading.unknown:
        return "unknown"
    meanings = reading.meanings.filter(value=cell)
    return {"age": _ages, "date": _days, "nationality": _nationalities}.get(field.kind, _codes)(meanings)


def _codes(meanings: pl.DataFrame) -> str:
    return ";".join(meanings.sort("position")["code"])


def _days(meanings: pl.DataFrame) -> str:
    return str(meanings["day"][0])


def _ages(meanings: pl.DataFrame) -> str:
    return ";".join(_age(row) for row in meanings.iter_rows(named=True))


def _age(row: dict[str, object]) -> str:
    if row["code"]:
        return str(row["code"])
    ages = f"{row['low']}+" if row["high"] is None else f"{row['low']}-{row['high']}"
    until = f" until {row['valid_to']}" if row["valid_to"] else ""
    since = f" from {row['valid_from']}" if row["valid_from"] else ""
    return (str(row["low"]) if row["low"] == row["high"] else ages) + since + until


def _nationalities(meanings: pl.DataFrame) -> str:
    first = meanings.row(0, named=True)
    is_more = (first["dual_class_code"] or "").endswith("_UNKNOWN")
    return _codes(meanings) + (" +unknown" if is_more else "") + (" family" if first["role_code"] == "FAMILY" else "")


def _birth(case: dict[str, str]) -> str:
    birth, _, opened = case["cell"].partition(" | ")
    schema = dict.fromkeys(("birth", "opened", "period"), pl.String)
    frame = pl.DataFrame({"birth": [birth], "opened": [opened.strip()], "period": [None]}, schema=schema)
    return str(
        ages_at_opening(
            frame,
            birth_formats=BIRTH_FORMATS,
            date_formats=["DD/MM/YYYY"],
            period_format="YYYY-Qn",
            missing={"": "not_recorded"},
        )[0]
    )


@pytest.mark.parametrize("case", CASES, ids=[f"{case['variant']} {case['cell']!r}" for case in CASES])
def test_a_word_is_read_as_the_acceptance_list_says(case: dict[str, str], workspace: Workspace) -> None:
    found = _birth(case) if case["field"] == "date_of_birth" else _read(case, _profile(case, workspace))

    assert found == case["expected"]
    handled[case["variant"]] += 1


def test_the_acceptance_list_covers_every_numbered_form() -> None:
    numbered = {f"{letter}{number:02}" for letter, last in NUMBERS.items() for number in range(1, last + 1)}

    assert numbered | {*DATES} <= {case["variant"] for case in CASES}


def test_handled_cases_are_counted() -> None:
    """With `pytest -s` the count of each variant is printed."""
    total = Counter(case["variant"] for case in CASES)
    print(*(f"{variant}: {handled[variant]} of {n}" for variant, n in sorted(total.items())), sep="\n")
    assert sum(total.values()) == len(CASES)
