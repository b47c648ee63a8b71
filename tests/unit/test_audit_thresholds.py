"""The auditor and the threshold of rounded figures: a changed one is seen by all that keeps to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from revised import manifest, shelf
from workspaces import Workspace

from pipelines.audit import audit_folder, file_problems
from pipelines.audit.reading import read_release
from pipelines.audit.thresholds import rule_problems, threshold_problems

KEY = "2026-Q3/1/network"


def files(folder: Path, **rule: Any) -> dict[str, bytes]:
    """Give the manifest and the data of a released folder, with another rule in its manifest."""
    told = json.loads((folder / "manifest.json").read_bytes())
    told["disclosure"] |= rule
    data = {f"data/{path.name}": path.read_bytes() for path in (folder / "data").glob("*.csv")}
    return data | {"manifest.json": json.dumps(told).encode()}


@pytest.fixture(scope="module")
def folder(revised: Workspace) -> Path:
    return shelf(revised, "1", "network")


def problems(made: dict[str, bytes]) -> str:
    return " ".join(threshold_problems(read_release(KEY, made)))


def test_the_threshold_of_a_real_edition_is_the_one_its_figures_keep_to(folder: Path):
    assert problems(files(folder)) == ""


@pytest.mark.parametrize("threshold", [9, 5, True, None, "10"])
def test_a_threshold_that_no_rule_has_is_refused(folder: Path, threshold: object):
    assert "names a threshold that no rule of rounding has" in problems(files(folder, threshold=threshold))


def test_a_higher_threshold_than_that_of_the_shares_is_found(folder: Path):
    made = files(folder, threshold=100)
    assert "has a share of fewer people than the threshold" in problems(made)
    assert any("fewer people than the threshold" in each for each in file_problems(KEY, made))


def test_a_lower_threshold_than_that_of_the_shares_is_found(folder: Path):
    lines = (folder / "data/by_gender.csv").read_text().splitlines()
    header, *rows = [line.split(",") for line in lines]
    at = header.index("share")
    bare = "\n".join(",".join((*row[:at], "", *row[at + 1 :])) for row in rows)
    made = files(folder) | {"data/by_gender.csv": f"{','.join(header)}\n{bare}\n".encode()}
    assert "lacks a share that the threshold allows" in problems(made)


def test_the_briefs_of_one_edition_have_one_rule(folder: Path):
    network = read_release(KEY, files(folder))
    public_key = KEY.replace("network", "public")
    told = json.loads((folder.parent / "public/manifest.json").read_bytes())
    told["disclosure"]["threshold"] = 15
    public = read_release(public_key, files(folder.parent / "public") | {"manifest.json": json.dumps(told).encode()})
    (problem,) = rule_problems(network, {KEY: network, public_key: public})
    assert f"its rule of rounding is not that of {public_key}" in problem
    assert list(rule_problems(public, {KEY: network})) != []
    assert list(rule_problems(network, {KEY: network})) == []


def test_an_audit_of_the_shelf_sees_it(copied: Path):
    path = copied / "1/public/manifest.json"
    told = json.loads(path.read_bytes())
    told["disclosure"]["threshold"] = 60
    path.write_text(json.dumps(told), encoding="utf-8")
    assert any("threshold" in each for each in audit_folder(copied / "1").problems)


def test_the_fixture_rounds(revised: Workspace):
    assert manifest(revised, 1, "network")["disclosure"]["threshold"] == 10
