"""The auditor and the threshold of a rule: a changed one is seen by all that keeps to it."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import pytest
from shelves import rendered

from pipelines import __version__
from pipelines.audit import file_problems
from pipelines.audit.reading import Release, read_release
from pipelines.audit.thresholds import rule_problems, threshold_problems

KEY, PUBLIC = "2026-Q3/1/network", "2026-Q3/1/public"
Files = dict[str, bytes]


def files(audience: str = "network", **rule: Any) -> Files:
    """Give the files of a rendered brief of this version, with something else in its rule."""
    made = dict(rendered(audience))
    told = json.loads(made["manifest.json"])
    told["product"]["version"] = __version__
    told["disclosure"] |= rule
    return made | {"manifest.json": json.dumps(told).encode()}


def problems(made: Files) -> str:
    """Look at a brief without its quarters, of which the invented one has no shares."""
    made = {path: data for path, data in made.items() if path != "data/by_period.csv"}
    return " ".join(threshold_problems(read_release(KEY, made)))


def without_shares(data: bytes) -> bytes:
    rows = list(csv.DictReader(StringIO(data.decode())))
    file = StringIO()
    writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | {"share": ""} for row in rows)
    return file.getvalue().encode()


def test_the_figures_of_a_brief_keep_to_the_threshold_it_names():
    assert problems(files()) == ""


@pytest.mark.parametrize("threshold", [9, 5, True, None, "10"])
def test_a_threshold_that_no_rule_has_is_refused(threshold: object):
    assert "names a threshold that no rule of rounding has" in problems(files(threshold=threshold))


def test_a_higher_threshold_than_that_of_the_shares_is_found():
    made = files(threshold=1000)
    assert "has a share of fewer people than the threshold" in problems(made)
    assert any("fewer people than the threshold" in each for each in file_problems(KEY, made))


def test_a_lower_threshold_than_that_of_the_shares_is_found():
    made = files()
    bare = without_shares(made["data/by_gender.csv"])
    assert "lacks a share that the threshold allows" in problems(made | {"data/by_gender.csv": bare})


def test_a_finding_that_rests_on_fewer_people_is_found():
    made = files()
    told = json.loads(made["manifest.json"])
    told["findings"] = [{"group": "AGED_55_PLUS", "base": 5, "ratio_low": 0.1}]
    assert "the findings rest on fewer people" in problems(made | {"manifest.json": json.dumps(told).encode()})


@pytest.mark.parametrize("threshold", [2, 4, 6, 10])
def test_another_threshold_of_hiding_than_its_words_have_is_found(threshold: int):
    made = files("centre", threshold=threshold)
    told = json.loads(made["manifest.json"])
    found = file_problems(f"{told['period']}/{told['edition']}/{told['audience']}", made)
    assert any("says of its rule something else than it is" in each for each in found)
    assert any("no rule of hiding has" in each for each in found) == (threshold < 5)


def test_the_briefs_of_one_edition_have_one_rule():
    network, same = read_release(KEY, files()), read_release(PUBLIC, files("public"))
    other = read_release(PUBLIC, files("public", threshold=15))
    assert beside(network, same) == []
    assert [each.partition(": ")[2] for each in beside(network, other)] == [
        f"its rule of rounding is not that of {PUBLIC}. Release the edition again."
    ]
    assert beside(other, network) != []
    assert beside(network) == []


def beside(release: Release, *others: Release) -> list[str]:
    return list(rule_problems(release, {each.key: each for each in (release, *others)}))
