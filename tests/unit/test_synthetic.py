"""Invented workspaces: the same bytes for the same arguments, the mess that was asked for, and a truth that adds up."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from invented_files import Made, as_list, digests, make

from pipelines.errors import UsageError
from pipelines.synthetic import write_workspace
from pipelines.synthetic.export import client_references

CASES = 6000
IDENTIFIERS = {
    "National Insurance number": r"\b[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b",
    "Home Office reference": r"\b[A-Z]\d{7}\b",
    "e-mail address": r"\S@\S",
    "postcode": r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b",
    "unique client number": r"\b\d{6,8}/[A-Z]/[A-Z]{1,4}\b",
    "telephone number": r"(?:\+44|\b0)\d[\d ]{8,}",
    "digest": r"\b[0-9a-f]{32}\b",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("synthetic") / "workspace", cases=CASES)


# The same arguments, the same bytes


def test_same_arguments_give_the_same_bytes_whatever_the_number_of_threads(tmp_path: Path) -> None:
    write_workspace(tmp_path / "here", cases=900)
    program = "import sys, pathlib, pipelines.synthetic as s; s.write_workspace(pathlib.Path(sys.argv[1]), cases=900)"
    command = [sys.executable, "-c", program, str(tmp_path / "there")]
    subprocess.run(command, check=True, env=os.environ | {"POLARS_MAX_THREADS": "1"})
    assert digests(tmp_path / "here") == digests(tmp_path / "there")


def test_another_seed_gives_other_records(tmp_path: Path) -> None:
    write_workspace(tmp_path / "a", cases=300, seed=1)
    write_workspace(tmp_path / "b", cases=300, seed=2)
    a, b = digests(tmp_path / "a"), digests(tmp_path / "b")
    assert a["demo.key"] != b["demo.key"]
    assert not {path for path in a if path.startswith("inbox/") and a[path] == b.get(path)}


def test_a_workspace_is_written_anew_only_over_itself(tmp_path: Path) -> None:
    write_workspace(tmp_path / "w", cases=100)
    before = digests(tmp_path / "w")
    write_workspace(tmp_path / "w", cases=100)
    assert digests(tmp_path / "w") == before
    with pytest.raises(UsageError, match="something else"):
        write_workspace(tmp_path / "w", cases=101)
    assert digests(tmp_path / "w") == before


def test_a_folder_of_someone_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(UsageError, match="Choose another"):
        write_workspace(tmp_path, cases=10)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("arguments", [{"cases": 0}, {"sources": 2}, {"seed": -1}])
def test_numbers_that_are_too_small_are_refused(tmp_path: Path, arguments: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        write_workspace(tmp_path / "w", **arguments)
    assert not (tmp_path / "w").exists()


# Sources, centres and quarters


@pytest.mark.parametrize("sources", [3, 8, 9, 31])
def test_any_number_of_sources_from_three(tmp_path: Path, sources: int) -> None:
    made = make(tmp_path / "w", cases=2000, sources=sources)
    settings = made.settings
    assert len(made.case_sources) == sources == made.summary.n_sources
    assert {path.name for path in (made.folder / "inbox").iterdir()} == set(settings["sources"])
    for source in settings["sources"].values():
        assert source["centre"] in settings["centres"]
        assert source["project"] in settings["projects"]
        assert source["funder"] in settings["funders"]
    assert len({source["profile"] for source in settings["sources"].values()}) >= 3
    assert len({source["name"] for source in settings["sources"].values()}) == sources + 1


@pytest.mark.parametrize("cases", [1, 40, 1000])
def test_exactly_as_many_cases_as_asked_for(tmp_path: Path, cases: int) -> None:
    made = make(tmp_path / "w", cases=cases)
    assert sum(len(made.final_records(source_id)) for source_id in made.case_sources) == cases


def test_one_centre_starts_late_and_one_source_stops(made: Made) -> None:
    quarters = {source: [path.stem for path in made.files(source)] for source in made.case_sources}
    assert quarters["castle-quay-families"][0] == "2025-Q2"
    assert quarters["millbrook-homes"][-1] == "2025-Q3"
    others = {tuple(q) for name, q in quarters.items() if name not in ("castle-quay-families", "millbrook-homes")}
    assert len(others) == 1
    assert len(next(iter(others))) == 12
    assert made.summary.last_quarter == next(iter(others))[-1] == "2026-Q3"


def test_the_last_quarter_is_no_longer_provisional_on_the_day_to_run(made: Made) -> None:
    assert (made.summary.as_of - datetime(2026, 9, 30).date()).days >= made.settings["periods"]["provisional_days"]


def test_the_key_is_one_and_is_said_not_to_be_for_real_data(made: Made) -> None:
    key = made.settings["privacy"]["key_file"]
    assert re.fullmatch(r"[0-9a-f]{64}", (made.folder / key).read_text(encoding="ascii"))
    text = (made.folder / "caseload.toml").read_text(encoding="utf-8")
    assert "not for real data" in text


# Files and profiles


def test_every_profile_lists_every_column_of_its_files(made: Made) -> None:
    for source_id in made.settings["sources"]:
        profile = made.profile(source_id)
        mapped = [name for names in profile["columns"].values() for name in as_list(names)]
        listed = mapped + profile.get("drop", {}).get("columns", [])
        for path in made.files(source_id):
            assert sorted(made.rows(path)[0]) == sorted(listed)


def test_no_file_holds_anything_like_an_identifier(made: Made) -> None:
    for path in sorted(made.folder.glob("inbox/*/*.csv")):
        for row in [made.rows(path)[0], *made.rows(path)[1]]:
            for cell in row:
                found = [name for name, pattern in IDENTIFIERS.items() if re.search(pattern, cell)]
                assert not found, f"{path}: {found}"


def test_no_client_reference_looks_like_one_of_the_home_office_however_many_there_are() -> None:
    written = client_references(np.array([1, 99_999, 999_999, 1_000_000, 1_234_567, 12_345_678])).to_list()
    assert written[0] == "C00001"
    assert len(set(written)) == 6
    assert not [text for text in written if re.search(IDENTIFIERS["Home Office reference"], text)]


def test_notes_hold_nothing_but_office_words(made: Made) -> None:
    words = {row["Notes"] for path in made.files("riverside-settled") for row in made.records(path)}
    assert words == {"", "Interpreter booked", "Papers received", "Call back done"}


def test_the_four_kinds_of_missing_are_all_there(made: Made) -> None:
    kinds: Counter[str] = Counter()
    for source_id in made.settings["sources"]:
        profile = made.profile(source_id)
        kinds["not_collected"] += len(profile.get("not_collected", {}).get("fields", []))
        heading = profile["columns"]["gender"]
        for row in made.final_records(source_id).values():
            for kind, words in profile["missing"].items():
                kinds[kind] += row[heading].strip().casefold() in {word.casefold() for word in words}
    assert set(kinds) == {"refused", "not_asked", "not_recorded", "not_collected"}
    assert all(kinds.values())


def test_every_class_of_dual_national_is_recorded(made: Made) -> None:
    classes = made.recorded("dual_class_code", "cases")
    assert {"EEA_UK", "EEA_EEA", "EEA_THIRD", "EEA_UNKNOWN", "IE_UK", "UK_THIRD"} <= set(classes)


def test_nationalities_come_damaged_and_mistyped(made: Made) -> None:
    words = {
        row["Nationality"] for s in ("riverside-settled", "northgate-settled") for row in made.final_records(s).values()
    }
    assert {"POLISH", "  polish", "Polish "} <= words
    assert any(word.startswith("Portugese") for word in words)
