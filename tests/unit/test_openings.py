"""From first contact to opening: what is said of groups from rounded counts, by which methods, and who checks it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest
from released_files import csv_of
from rounded import ROUNDED, rounded_brief, table

from pipelines.audit.openings import opening_problems
from pipelines.audit.reading import read_release
from pipelines.disclosure import opening
from pipelines.disclosure.opening import opening_findings
from pipelines.disclosure.protected import ProtectedTable, Waiting
from pipelines.errors import SettingsError
from pipelines.publish.page import lay_out
from pipelines.publish.sentences import to_text
from pipelines.statistics.intervals import wilson

BANDS, CODES = ("OPENED_LE7", "OPENED_8T28", "OPENED_GT28", "_U"), ("OPENED_LE28", "OPENED_GT28", "_U")
LABELS = {"SLOW": "People who wait", "SAME": "People like others", "FEW": "A few people", "NONE": "Hardly anybody"}
WORDS = {"clients": "clients", "case": "case"}
EVERYBODY, OTHERS = (3000, 1500, 500, 250), (4500, 500, 250)
GROUPS = {"SLOW": (120, 80, 10), "SAME": (1800, 200, 0), "FEW": (5, 10, 5), "NONE": (5, 0, 0)}


# What is said of groups


def rows() -> dict[tuple[str, ...], int | None]:
    """Give the rows of the table of groups: members, all others, and both."""
    found: dict[tuple[str, ...], int | None] = {}
    for group, own in GROUPS.items():
        both = tuple(one + other for one, other in zip(own, OTHERS, strict=True))
        for side, of in (("_T", both), ("Y", own), ("N", OTHERS), ("_U", (0,) * len(CODES))):
            found |= {(group, side, "_T"): sum(of)}
            found |= {(group, side, code): n for code, n in zip(CODES, of, strict=True)}
    return found


def sets() -> dict[str, tuple[tuple[str, ...], dict[tuple[str, ...], Any]]]:
    everybody = {("_T",): sum(EVERYBODY)} | {(code,): n for code, n in zip(BANDS, EVERYBODY, strict=True)}
    return {
        "by_time_to_opening": (("time_to_opening_code",), everybody),
        "by_group_of_interest_opening": (("group_code", "membership_code", "opened_in_time_code"), rows()),
    }


def tables() -> dict[str, ProtectedTable]:
    return {name: table(name, own, counts) for name, (own, counts) in sets().items()}


def told() -> dict[str, Waiting]:
    return {each.group: each for each in opening_findings(tables(), LABELS, WORDS)}


def test_a_group_waits_longer_only_where_the_figures_show_it():
    found = told()
    assert {group: each.state for group, each in found.items()} == {
        "_T": "estimate", "SLOW": "waits_longer", "SAME": "about_the_same", "FEW": "too_few_to_say", "NONE": "withheld",
    }  # fmt: skip
    assert found["SLOW"].difference_high < 0
    assert found["SLOW"].q_value <= 0.05
    assert {each.family_size for group, each in found.items() if group != "_T"} == {4}
    assert found["SLOW"].finding_id == "slow.opened_in_time"


def test_the_share_of_all_clients_is_that_of_those_of_whom_both_days_are_known():
    """4,500 of 5,000; the two bands in time may be off by 4 each, so their sum by 8."""
    everybody = told()["_T"]
    assert everybody.observed == pytest.approx(0.9)
    assert everybody.low == pytest.approx(float(wilson(4492, 4996)[0]))
    assert everybody.high == pytest.approx(float(wilson(4508, 5004)[1]))
    assert "90.0% had a case opened within four weeks" in everybody.statement


def test_a_group_with_too_few_has_no_figure_of_its_own():
    for group in ("FEW", "NONE"):
        each = told()[group]
        assert [each.observed, each.low, each.others, each.difference, each.q_value] == [None] * 5
        assert "%" not in each.statement
    assert "fewer than 10" in told()["NONE"].statement


def test_sentences_that_name_another_time_than_the_bands_stop(monkeypatch):
    found = opening.read_sentences("opening.toml", ())
    changed = {**found, "rules": {**found["rules"], "days_said": 56}}
    monkeypatch.setattr(opening, "read_sentences", lambda *_: changed)
    with pytest.raises(SettingsError, match="speaks of other days than"):
        opening.rules.__wrapped__()


# The section of the brief


def test_what_no_source_records_is_said_in_one_line_each():
    sections = {each.section_id: each for each in lay_out(rounded_brief()).sections}
    assert [to_text(block.text).partition(",")[0] for block in sections["waiting"].blocks] == [
        "No source of this brief records when people first asked. So nothing can be said about how long they wait for "
        "a case to be opened.",
        "No source of this brief records when cases are closed",
        "No source of this brief records why cases are still open.",
    ]
    (channel,) = (each for each in sections["who-came"].sections if each.section_id == "by_channel")
    assert [to_text(block.text) for block in channel.blocks] == [
        "No source of this brief records how advice was given."
    ]


def test_a_group_that_waits_longer_is_among_the_main_points():
    brief = rounded_brief(openings=tuple(told().values()))
    summary = next(each for each in lay_out(brief).sections if each.section_id == "main").sections
    (points,) = (part.blocks[0].items for part in summary if part.section_id == "summary-waiting")
    assert [to_text(each) for each in points] == [told()["SLOW"].statement]


# Who checks it


def released(listed: list[dict[str, Any]]) -> list[str]:
    """Judge what a manifest tells beside the same tables."""
    data = {f"data/{name}.csv": csv_of("", "2026-Q3", [(own, "clients", n)], {}) for name, (own, n) in sets().items()}
    manifest = {
        "period": "2026-Q3", "edition": 1, "audience": "public", "opening": listed, "disclosure": asdict(ROUNDED),
        "tables": [{"table_id": name, "dimensions": list(own)} for name, (own, _) in sets().items()],
    }  # fmt: skip
    files = data | {"manifest.json": json.dumps(manifest).encode()}
    return list(opening_problems(read_release("2026-Q3/1/public", files)))


def test_the_auditor_comes_to_the_same_figures_and_verdicts():
    assert released([asdict(each) for each in told().values()]) == []


@pytest.mark.parametrize(
    ("group", "change", "said"),
    [
        ("SAME", {"state": "waits_longer"}, "a verdict that its numbers do not give"),
        ("FEW", {"state": "waits_longer"}, "a verdict that its numbers do not give"),
        ("SLOW", {"observed": 0.7}, "does not follow from published counts"),
        ("SLOW", {"difference_high": 0.01}, "does not follow from published counts"),
        ("SLOW", {"q_value": 0.04}, "does not follow from published counts"),
        ("NONE", {"observed": 0.1}, "does not follow from published counts"),
        ("_T", {"high": 0.95}, "does not follow from published counts"),
    ],
)
def test_a_changed_figure_or_verdict_is_seen(group: str, change: dict[str, Any], said: str):
    changed = [asdict(each) | (change if each.group == group else {}) for each in told().values()]
    assert said in "\n".join(released(changed))


def test_a_group_that_is_left_out_is_seen():
    assert "other times to opening than the tables have" in "\n".join(released([asdict(told()["_T"])]))
