"""Barriers: what is said of all clients and of groups from rounded counts, and who checks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pytest
from released_files import csv_of
from rounded import ROUNDED, rounded_brief, table

from pipelines.audit.faced import faced_problems
from pipelines.audit.reading import read_release
from pipelines.codelists import codelist
from pipelines.disclosure.barrier_counts import Words
from pipelines.disclosure.barriers import barrier_findings
from pipelines.disclosure.faced import Faced
from pipelines.disclosure.protected import ProtectedTable
from pipelines.publish.page import lay_out
from pipelines.publish.sentences import to_text

CODES = ("NONE", "ONE", "SEVERAL", "_U")
LABELS = {
    "group_code": {"MORE": "People with more", "SAME": "People like others", "FEW": "A few", "DARK": "People unasked",
                   "HARDLY": "Hardly anybody"},
    "barrier_code": codelist("barriers").labels,
    "barrier_pair_code": codelist("barrier_pairs").labels,
    "source_id": {"north": "North source"},
}  # fmt: skip
OTHERS = (1000, 2500, 1500, 2000)
GROUPS = {
    "MORE": (20, 80, 150, 100),
    "SAME": (500, 1250, 750, 900),
    "FEW": (5, 15, 5, 5),
    "DARK": (20, 50, 30, 900),
    "HARDLY": (0, 5, 0, 20),
}
BARRIERS = {"LANGUAGE": 2500, "DIGITAL": 1500, "COST": 900, "TRUST": 895, "NONE": 1000, "_U": 2000}
PAIRS = {"LANGUAGE_DIGITAL": 600, "LANGUAGE_COST": 100, "DIGITAL_COST": 95}


# What is said


def counts(groups: Mapping[str, tuple[int, ...]] = GROUPS) -> dict[tuple[str, ...], int | None]:
    """Give the rows of the table of groups: members, all others, and both."""
    rows: dict[tuple[str, ...], int | None] = {}
    for group, own in groups.items():
        both = tuple(one + other for one, other in zip(own, OTHERS, strict=True))
        for side, of in (("_T", both), ("Y", own), ("N", OTHERS), ("_U", (0,) * len(CODES))):
            rows |= {(group, side, "_T"): sum(of)} | {(group, side, code): n for code, n in zip(CODES, of, strict=True)}
    return rows


def sets(groups: Mapping[str, tuple[int, ...]] = GROUPS) -> dict[str, tuple[tuple[str, ...], Any]]:
    """Give dimensions and rows of each table."""
    everybody = {("_T",): sum(OTHERS)} | {(code,): n for code, n in zip(CODES, OTHERS, strict=True)}
    pairs = {(code,): PAIRS.get(code, 0) for code in codelist("barrier_pairs").codes}
    return {
        "by_barrier": (("barrier_code",), {("_T",): sum(OTHERS)} | {(code,): n for code, n in BARRIERS.items()}),
        "by_barrier_count": (("barrier_count_code",), everybody),
        "by_barrier_pair": (("barrier_pair_code",), {("_T",): sum(OTHERS)} | pairs),
        "by_group_of_interest_barriers": (("group_code", "membership_code", "barrier_count_code"), counts(groups)),
    }


def tables() -> dict[str, ProtectedTable]:
    return {name: table(name, dimensions, rows) for name, (dimensions, rows) in sets().items()}


def told() -> dict[str, Faced]:
    """Give what is told, by the group, or of all clients by the measure."""
    found = barrier_findings(tables(), Words(LABELS, "clients"), without=["north"])
    return {each.group if each.group != "_T" else each.measure: each for each in found}


def test_a_group_faces_more_only_where_the_figures_show_it() -> None:
    states = {group: each.state for group, each in told().items() if each.group != "_T"}
    assert states == {
        "MORE": "more_barriers", "SAME": "about_the_same", "FEW": "too_few_to_say", "DARK": "seldom_recorded",
        "HARDLY": "withheld",
    }  # fmt: skip
    more = told()["MORE"]
    assert more.observed == 150 / 250
    assert more.others == 1500 / 5000
    assert more.difference_low is not None
    assert more.difference_low > 0
    assert more.q_value is not None
    assert more.q_value <= 0.05
    assert {each.family_size for each in told().values() if each.group != "_T"} == {5}


def test_who_is_not_recorded_is_in_no_share() -> None:
    """Of 7,000 clients barriers of 5,000 are recorded; a source that records none is named."""
    assert told()["recorded"].observed == 5000 / 7000
    assert "North source" in told()["recorded"].statement
    assert told()["several_barriers"].observed == 1500 / 5000
    assert told()["any_barrier"].observed == 4000 / 5000
    for group in ("FEW", "DARK", "HARDLY"):
        each = told()[group]
        assert [each.observed, each.others, each.difference, each.q_value, each.recorded] == [None] * 5
        assert "%" not in each.statement


def test_barriers_and_pairs_are_named_where_no_tie_cuts_through() -> None:
    """Cost and trust lie within what rounding can part, so neither is named; three pairs are apart from all others."""
    assert told()["most_recorded"].codes == ("LANGUAGE", "DIGITAL")
    assert told()["most_recorded"].shares == (0.5, 0.3)
    assert told()["pairs"].codes == tuple(PAIRS)
    assert "Language with digital exclusion (12.0%)" in told()["pairs"].statement


def test_where_nobody_records_barriers_one_line_says_so() -> None:
    section = next(each for each in lay_out(rounded_brief()).sections if each.section_id == "barriers")
    assert [to_text(block.text) for block in section.blocks] == [
        "No source of this brief records which barriers clients face, so nothing can be said about them."
    ]
    assert not section.sections


def test_a_group_that_faces_more_is_among_the_main_points() -> None:
    brief = rounded_brief(faced=tuple(told().values()))
    summary = next(each for each in lay_out(brief).sections if each.section_id == "main").sections
    (points,) = (part.blocks[0].items for part in summary if part.section_id == "summary-barriers")
    assert [to_text(each) for each in points] == [told()["MORE"].statement]


# Who checks it


def released(faced: list[dict[str, Any]]) -> list[str]:
    """Judge what a manifest tells beside the same tables."""
    data = {f"data/{name}.csv": csv_of("", "2026-Q3", [(own, "clients", n)], {}) for name, (own, n) in sets().items()}
    manifest = {
        "period": "2026-Q3", "edition": 1, "audience": "public", "barriers": faced, "disclosure": asdict(ROUNDED),
        "structure": {"sources_without": {"barrier": ["north"]}},
        "tables": [{"table_id": name, "dimensions": list(own)} for name, (own, _) in sets().items()],
    }  # fmt: skip
    files = data | {"manifest.json": json.dumps(manifest).encode()}
    return list(faced_problems(read_release("2026-Q3/1/public", files)))


def test_the_auditor_comes_to_the_same_figures_and_verdicts() -> None:
    assert released([asdict(each) for each in told().values()]) == []


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("SAME", {"state": "more_barriers"}, "a verdict that its numbers do not give"),
        ("FEW", {"state": "fewer_barriers"}, "a verdict that its numbers do not give"),
        ("MORE", {"observed": 0.5}, "does not follow from published counts"),
        ("MORE", {"difference_low": 0.3}, "does not follow from published counts"),
        ("MORE", {"q_value": 0.04}, "does not follow from published counts"),
        ("MORE", {"recorded": 0.9}, "does not follow from published counts"),
        ("DARK", {"observed": 0.3}, "does not follow from published counts"),
        ("any_barrier", {"low": 0.1}, "does not follow from published counts"),
        ("most_recorded", {"codes": ["LANGUAGE", "COST"]}, "names other codes"),
        ("most_recorded", {"shares": [0.5]}, "does not follow from published counts"),
        ("pairs", {"shares": [0.2]}, "does not follow from published counts"),
        ("recorded", {"codes": []}, "names other codes"),
    ],
)
def test_a_changed_figure_or_verdict_is_seen(name: str, change: dict[str, Any], said: str) -> None:
    changed = [asdict(each) | (change if own == name else {}) for own, each in told().items()]
    assert said in "\n".join(released(changed))


def test_what_is_left_out_is_seen() -> None:
    assert "other barriers than the tables have" in "\n".join(released([asdict(told()["recorded"])]))
