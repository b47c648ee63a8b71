# long: the files are parsed back here without the product; those readers serve every test below
"""Invented workspaces: the same bytes for the same arguments, the mess that was asked for, and a truth that adds up.

The files are parsed back here with the csv module and the profiles alone, not with the code that wrote them.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.errors import UsageError
from pipelines.synthetic import SyntheticSummary, write_workspace
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


@dataclass(frozen=True)
class Made:
    """A workspace and what was said about it."""

    folder: Path
    summary: SyntheticSummary
    truth: dict[str, Any]

    @property
    def settings(self) -> dict[str, Any]:
        """Give the workspace's settings."""
        return read_toml(self.folder / "caseload.toml")

    def profile(self, source_id: str) -> dict[str, Any]:
        """Give a source's profile."""
        return read_toml(self.folder / "profiles" / f"{self.settings['sources'][source_id]['profile']}.toml")

    def files(self, source_id: str) -> list[Path]:
        """Give a source's files in order of time."""
        return sorted((self.folder / "inbox" / source_id).glob("*.csv"))

    def rows(self, path: Path) -> tuple[list[str], list[list[str]]]:
        """Give the headings of a file and every row below them."""
        profile = self.profile(path.parent.name)
        encoding = {"utf-8": "utf-8-sig", "windows-1252": "cp1252"}[profile["file"]["encoding"]]
        text = path.read_bytes().decode(encoding)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=profile["file"]["delimiter"]))
        first = next(at for at, row in enumerate(rows) if profile["columns"]["case_ref"] in row)
        return rows[first], rows[first + 1 :]

    def records(self, path: Path) -> list[dict[str, str]]:
        """Give the rows of a file that are records, as the profile tells them from blank and total rows."""
        ignored = tuple(self.profile(path.parent.name)["rows"].get("ignore_starting_with", ["\0"]))
        headings, rows = self.rows(path)
        return [dict(zip(headings, row, strict=True)) for row in rows if any(row) and not row[0].startswith(ignored)]

    def final_records(self, source_id: str) -> dict[str, dict[str, str]]:
        """Give the last version of every case of a source, by its reference."""
        heading = self.profile(source_id)["columns"]["case_ref"]
        return {row[heading]: row for path in self.files(source_id) for row in self.records(path)}

    def recorded(self, dimension: str, unit: str, source_id: str | None = None) -> Counter[str]:
        """Give the true counts of a dimension over all quarters, of one source or of all."""
        found: Counter[str] = Counter()
        for row in self.truth["recorded"]:
            if (row["dimension"], row["unit"]) == (dimension, unit) and source_id in (None, row["source_id"]):
                found[row["code"]] += row["n"]
        return found


@cache
def read_toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def make(folder: Path, **arguments: Any) -> Made:
    truth = folder.parent / f"{folder.name}.json"
    summary = write_workspace(folder, truth=truth, **arguments)
    return Made(folder, summary, json.loads(truth.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("synthetic") / "workspace", cases=CASES)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("synthetic") / "large", cases=60_000)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def is_readable(made: Made, source_id: str) -> Callable[[dict[str, str]], bool]:
    """Give a test for a record whose words the profile knows and which was not closed before it was opened."""
    profile = made.profile(source_id)
    columns, values = profile["columns"], profile["values"]
    absent = {word.casefold() for words in profile["missing"].values() for word in words} | {""}
    date_format = profile["formats"].get("date", "")
    code = "%d/%m/%Y" if date_format == "DD/MM/YYYY" else "%Y-%m-%d"
    known = {field: {word.casefold() for word in values[field]} | absent for field in ("gender", "advice_type")}

    def readable(row: dict[str, str]) -> bool:
        issues = as_list(columns["advice_type"])
        separator = profile["formats"].get("separators", {}).get("advice_type", ["\0"])[0]
        words = [word.strip().casefold() for name in issues for word in row[name].split(separator)]
        if row[columns["gender"]].strip().casefold() not in known["gender"] or not set(words) <= known["advice_type"]:
            return False
        opened, closed = row.get(columns.get("opened", ""), ""), row.get(columns.get("closed", ""), "")
        return not closed or datetime.strptime(closed, code) >= datetime.strptime(opened, code)

    return readable


def as_list(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


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
    assert len(settings["sources"]) == sources == made.summary.n_sources
    assert {path.name for path in (made.folder / "inbox").iterdir()} == set(settings["sources"])
    for source in settings["sources"].values():
        assert source["centre"] in settings["centres"]
        assert source["project"] in settings["projects"]
        assert source["funder"] in settings["funders"]
    assert len({source["profile"] for source in settings["sources"].values()}) >= 3
    assert len({source["name"] for source in settings["sources"].values()}) == sources


@pytest.mark.parametrize("cases", [1, 40, 1000])
def test_exactly_as_many_cases_as_asked_for(tmp_path: Path, cases: int) -> None:
    made = make(tmp_path / "w", cases=cases)
    assert sum(len(made.final_records(source_id)) for source_id in made.settings["sources"]) == cases


def test_one_centre_starts_late_and_one_source_stops(made: Made) -> None:
    quarters = {source: [path.stem for path in made.files(source)] for source in made.settings["sources"]}
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


# The truth that was planted


def test_truth_counts_the_rows_of_every_file(made: Made) -> None:
    by_path = {row["file"]: row for row in made.truth["files"]}
    paths = sorted(made.folder.glob("inbox/*/*.csv"))
    assert len(by_path) == len(paths) == made.summary.n_files
    for path in paths:
        said, rows = by_path[path.relative_to(made.folder).as_posix()], made.rows(path)[1]
        records = [tuple(row.values()) for row in made.records(path)]
        assert said["blank"] == sum(not any(row) for row in rows)
        assert said.get("total", 0) == sum(row[0] == "Total" for row in rows)
        assert said["rows"] == len(rows) + said.get("title", 0)
        assert said["duplicate"] == len(records) - len(set(records))
        assert said["records"] + said["corrections"] == len(set(records))


def test_every_incomplete_record_comes_again_complete_a_quarter_later(made: Made) -> None:
    by_path = {row["file"]: row for row in made.truth["files"]}
    n_corrected = 0
    for source_id in made.settings["sources"]:
        columns, paths = made.profile(source_id)["columns"], made.files(source_id)
        for before, after in pairwise(paths):
            earlier = {row[columns["case_ref"]]: row for row in made.records(before)}
            again = [row for row in made.records(after) if row[columns["case_ref"]] in earlier]
            assert len(again) == by_path[before.relative_to(made.folder).as_posix()]["corrected_later"]
            n_corrected += len(again)
            for row in again:
                assert row[columns["gender"]]
                assert not earlier[row[columns["case_ref"]]][columns["gender"]]
    assert n_corrected > 10


def test_truth_agrees_with_the_files_read_back(made: Made) -> None:
    for source_id in made.settings["sources"]:
        profile, readable = made.profile(source_id), is_readable(made, source_id)
        heading = profile["columns"]["gender"]
        code = {word.casefold(): code for word, code in profile["values"]["gender"].items()}
        records = [row for row in made.final_records(source_id).values() if readable(row)]
        found = Counter(code.get(row[heading].strip().casefold(), "_U") for row in records)
        assert found == made.recorded("gender_code", "cases", source_id)
        assert made.recorded("total", "cases", source_id).total() == len(records)


def test_truth_counts_issues_as_they_stand_in_the_files(made: Made) -> None:
    for source_id in made.settings["sources"]:
        profile, readable = made.profile(source_id), is_readable(made, source_id)
        code = {word.casefold(): code for word, code in profile["values"]["advice_type"].items()}
        separator = profile["formats"].get("separators", {}).get("advice_type", ["\0"])[0]
        found = Counter(
            code[word.strip().casefold()]
            for row in made.final_records(source_id).values()
            if readable(row)
            for name in as_list(profile["columns"]["advice_type"])
            for word in row[name].split(separator)
            if word.strip().casefold() in code
        )
        assert found == made.recorded("advice_type_code", "issues", source_id)


def test_truth_counts_a_client_once_in_a_quarter(made: Made) -> None:
    source_id = "riverside-settled"
    readable, said = is_readable(made, source_id), Counter[str]()
    for row in made.truth["recorded"]:
        if (row["source_id"], row["dimension"], row["unit"]) == (source_id, "total", "clients"):
            said[row["quarter"]] += row["n"]
    found: dict[str, set[str]] = {}
    for row in made.final_records(source_id).values():
        opened = datetime.strptime(row["Date opened"], "%d/%m/%Y")
        if readable(row):
            found.setdefault(f"{opened.year}-Q{(opened.month + 2) // 3}", set()).add(row["Client no"])
    assert {quarter: len(clients) for quarter, clients in found.items()} == said
    assert sum(said.values()) < made.recorded("total", "cases", source_id).total()


def test_few_rows_of_any_source_cannot_be_read(made: Made) -> None:
    for source_id in made.settings["sources"]:
        files = [row for row in made.truth["files"] if row["source_id"] == source_id]
        unreadable = sum(row["unknown_word"] + row["closed_before_opened"] for row in files)
        assert unreadable <= 0.01 * sum(row["records"] for row in files)
        readable = is_readable(made, source_id)
        records = [row for path in made.files(source_id) for row in made.records(path)]
        assert sum(not readable(row) for row in records) == unreadable
        stops = made.profile(source_id)["rows"]["unknown_values"] == "stop"
        assert not (stops and unreadable)


def group_share(made: Made, group: str) -> float:
    found: Counter[str] = Counter()
    for row in made.truth["true_groups"]:
        found[row["group"]] += row["n"]
    return found[group] / found["_T"]


@pytest.mark.parametrize(("group", "ratio"), [("AGED_55_PLUS", 0.5), ("FAMILY_MEMBER", 0.7)])
def test_planted_under_service_is_in_the_people(large: Made, group: str, ratio: float) -> None:
    population = large.truth["planted"][group]["population_share"]
    assert group_share(large, group) / population == pytest.approx(ratio, rel=0.06)
    assert large.truth["planted"][group]["ratio"] == pytest.approx(ratio)


def test_duals_are_under_recorded_where_it_was_planted(large: Made) -> None:
    planted = large.truth["planted"]["DUAL_EEA_THIRD"]
    assert len(planted["sources"]) == 2
    for source_id in large.settings["sources"]:
        rows = [row for row in large.truth["true_groups"] if row["source_id"] == source_id]
        true = sum(row["n"] for row in rows if row["group"] == "DUAL_EEA_THIRD")
        recorded = large.recorded("dual_class_code", "clients", source_id)["EEA_THIRD"]
        expected = planted["recorded_ratio"] if source_id in planted["sources"] else 0.97
        assert recorded / true == pytest.approx(expected, abs=0.09)


def test_late_upgrade_and_joining_cases_keep_the_published_order(large: Made) -> None:
    issues = large.recorded("advice_type_code", "issues")
    three = [issues["EUSS_LATE"], issues["EUSS_UPGRADE"], issues["EUSS_JOINING"]]
    assert three == sorted(three, reverse=True)
    assert three[0] / sum(three) == pytest.approx(0.52, abs=0.05)
