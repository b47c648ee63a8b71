"""The acceptance list of files: every numbered form of an export, from its bytes to the cases that count.

The cases are `variants/files/*.toml`; how one is written stands in `variants/base.toml`. Forms of single words are in
`variants/values.csv` and `nationality_cases.csv`. With `pytest -s` the last test prints how many are handled.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from variants import FOLDER, Case, cases, cases_stored, files_of, listed_variants, prepare
from workspaces import Workspace, account, adds_up, states

from pipelines.errors import CaseloadError
from pipelines.reports import RunReport

CASES = cases()
LISTED = listed_variants()
ELSEWHERE = (FOLDER / "values.csv", FOLDER.parent / "nationality_cases.csv")
FAMILIES = {"G": 8, "A": 14, "T": 9, "D": 6, "N": 20, "F": 18, "I": 8, "P": 8}
STORES = ("cases", "clients", "words", "never_stored")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FIRST = {case["variant"]: case["title"] for case in reversed(CASES)}
# The first file of every variant is tried on every change, and a sixth of the others.
ONE_IN = 6
tried: Counter[str] = Counter()
handled: Counter[str] = Counter()


def _listed() -> Iterator[Any]:
    for number, case in enumerate(CASES):
        is_always = FIRST[case["variant"]] == case["title"] or number % ONE_IN == 0
        marks = [] if is_always else [pytest.mark.slow]
        yield pytest.param(case, id=f"{case['variant']} {case['title']}", marks=marks)


@pytest.mark.parametrize("case", _listed())
def test_a_file_is_handled_as_the_acceptance_list_says(case: Case, workspace: Workspace) -> None:
    tried[case["variant"]] += 1
    prepare(workspace, case)
    if "exit" in case:
        _check_refusal(workspace, case)
    else:
        report = _report(workspace, case)
        _check_told(case, report.as_text())
        _check_accounting(case, report)
        if report.record:
            _check_stored(workspace, case)
            _check_listed(case, report.record)
        if "brief" in case:
            _check_brief(workspace, case)
    handled[case["variant"]] += 1


def _report(workspace: Workspace, case: Case) -> RunReport:
    if "brief" in case:
        return workspace.run()
    return workspace.store() if any(name in case for name in STORES) else workspace.check()


def _check_refusal(workspace: Workspace, case: Case) -> None:
    with pytest.raises(CaseloadError) as caught:
        workspace.check()
    assert caught.value.exit_code == case["exit"], str(caught.value)
    _check_told(case, str(caught.value))


def _check_told(case: Case, text: str) -> None:
    assert [part for part in case.get("says", ()) if part not in text] == [], text
    assert [part for part in case.get("never_says", ()) if part in text] == [], text


def _check_accounting(case: Case, report: RunReport) -> None:
    for file in files_of(case):
        told = account(report, file["name"], source=file["source"])
        assert adds_up(told)
        assert (states(told), dict(told.reasons)) == (file.get("states", states(told)), file.get("reasons", {}))


def _check_stored(workspace: Workspace, case: Case) -> None:
    stored = cases_stored(workspace, case)
    if "cases" in case:
        wanted = case["cases"]
        assert [{name: row[name] for name in some} for row, some in zip(stored, wanted, strict=True)] == wanted
    if "clients" in case:
        assert len({row["client_key"] for row in stored}) == case["clients"]
    everything = workspace.database.read_bytes()
    assert [part for part in case.get("never_stored", ()) if part.encode() in everything] == []


def _check_listed(case: Case, record: Path) -> None:
    with (record / "unknown_words.csv").open(encoding="utf-8", newline="") as file:
        listed = {row["word"] for row in csv.DictReader(file)}
    assert set(case.get("words", ())) <= listed
    assert [word for word in listed if word.startswith(FORMULA)] == []


def _check_brief(workspace: Workspace, case: Case) -> None:
    pages = list((workspace.folder / "outputs" / "release").rglob("brief.html"))
    assert pages
    for page in pages:
        text = " ".join(unescape(re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8"))).split())
        assert [part for part in case.get("brief", ()) if part not in text] == []


def test_the_list_has_every_number_and_every_number_has_a_case() -> None:
    numbers = [f"{letter}{number:02}" for letter, last in FAMILIES.items() for number in range(1, last + 1)]
    assert list(LISTED) == numbers
    assert all(LISTED.values())
    assert set(LISTED) - {case["variant"] for case in CASES} - _covered_elsewhere() == set()


def _covered_elsewhere() -> set[str]:
    covered = set()
    for path in ELSEWHERE:
        with path.open(encoding="utf-8", newline="") as file:
            covered |= {row["variant"] for row in csv.DictReader(file)}
    return covered


def test_every_variant_that_was_tried_is_handled() -> None:
    """Count what the tests above found; forms of words fail in tests of their own."""
    failed = {variant for variant in tried if handled[variant] < tried[variant]}
    sound = set(LISTED) & ({case["variant"] for case in CASES} | _covered_elsewhere()) - failed
    print()
    for letter, last in FAMILIES.items():
        done = sum(variant.startswith(letter) for variant in sound)
        n_files = sum(case["variant"].startswith(letter) for case in CASES)
        print(f"{letter}: {done} of {last} variants handled; {n_files} cases are files")
    print(f"All: {len(sound)} of {len(LISTED)} variants handled; files: {handled.total()} of {tried.total()}")
    assert failed == set()
