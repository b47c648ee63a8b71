"""What an invented workspace says is true: it agrees with its files, and what was planted is in the people."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import pairwise

import pytest
from invented_files import Made, as_list, is_readable, make

CASES = 6000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("synthetic") / "workspace", cases=CASES)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("synthetic") / "large", cases=60_000)


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
    for source_id in made.case_sources:
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
    for source_id in made.case_sources:
        profile, readable = made.profile(source_id), is_readable(made, source_id)
        heading = profile["columns"]["gender"]
        code = {word.casefold(): code for word, code in profile["values"]["gender"].items()}
        records = [row for row in made.final_records(source_id).values() if readable(row)]
        found = Counter(code.get(row[heading].strip().casefold(), "_U") for row in records)
        assert found == made.recorded("gender_code", "cases", source_id)
        assert made.recorded("total", "cases", source_id).total() == len(records)


def test_truth_counts_issues_as_they_stand_in_the_files(made: Made) -> None:
    for source_id in made.case_sources:
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
    for source_id in made.case_sources:
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
    for source_id in large.case_sources:
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
