"""The invented log of enquiries: who is turned away, and what `caseload inspect` makes of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from invented_files import Made, make

from pipelines.inspecting import inspect_file

LOG = "riverside-enquiries"
AWAY = ("No capacity", "Outside our area of law")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("enquiries") / "w", cases=12_000)


def test_people_aged_55_and_over_are_turned_away_as_often_as_was_planted(made: Made) -> None:
    planted = made.truth["planted"]["TURNED_AWAY"]
    rows = [row for path in made.files(LOG) for row in made.records(path) if row["Age"].isdigit() and row["Response"]]
    sides = {is_older: [row for row in rows if (int(row["Age"]) >= 55) == is_older] for is_older in (True, False)}
    shares = {side: sum(row["Response"] in AWAY for row in own) / len(own) for side, own in sides.items()}
    assert shares[True] == pytest.approx(planted["share"], abs=0.1)
    assert shares[False] == pytest.approx(planted["share_of_others"], abs=0.03)
    assert len(sides[True]) / len(rows) == pytest.approx(0.08, abs=0.02)


def test_one_centre_keeps_a_log_of_four_quarters(made: Made) -> None:
    assert [path.stem for path in made.files(LOG)] == ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"]
    assert made.settings["sources"][LOG]["centre"] == "riverside"


def test_inspect_takes_the_log_for_enquiries_and_proposes_what_reads_it(made: Made) -> None:
    found = inspect_file(made.files(LOG)[-1])
    proposed = tomllib.loads(found.profile_toml())
    assert proposed["rows"]["records"] == "enquiries"
    assert proposed["columns"] == made.profile(LOG)["columns"]
    assert proposed["values"]["enquiry_response"]["Waiting list"] == "WAITING"
    assert "not_collected" not in proposed
    assert "taken for an enquiry and not for a case" in found.questions[0]
    assert (found.trial.problem, found.as_json()["records"]) == ("", "enquiries")


def test_a_file_of_cases_is_no_log_whatever_its_references_are_called(tmp_path: Path) -> None:
    """Many systems call a case an enquiry. Without a column of responses the rows are cases as ever."""
    path = tmp_path / "export.csv"
    row = "E-{0:04},0{1}/07/2026,34,Female,Polish,Housing,Advised\n"
    heads = "Enquiry no,Date opened,Age,Gender,Nationality,Advice type,Outcome\n"
    path.write_text(heads + "".join(row.format(i, 1 + i % 9) for i in range(60)), encoding="utf-8")
    proposed = tomllib.loads(inspect_file(path).profile_toml())
    assert "records" not in proposed["rows"]
    assert proposed["columns"]["outcome"] == "Outcome"
