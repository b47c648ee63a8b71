"""What is said of enquiries that were turned away, from rounded counts, and who checks it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pytest
from released_files import csv_of
from rounded import ROUNDED, rounded_brief, table

from pipelines.audit.enquiries import enquiry_problems
from pipelines.audit.reading import read_release
from pipelines.codelists import codelist
from pipelines.disclosure.enquiries import enquiry_findings, turning_away
from pipelines.disclosure.protected import ProtectedTable, TurnedAway
from pipelines.publish.page import lay_out
from pipelines.publish.sentences import to_text

ENQUIRIES = "enquiries"
RESPONSES, GROUPS = "by_enquiry_response", "by_group_of_interest_response"
DIMENSIONS = {RESPONSES: ("enquiry_response_code",), GROUPS: ("group_code", "membership_code", "turned_away_code")}
LABELS = {
    "OFTEN": "People often refused",
    "SELDOM": "People seldom refused",
    "SAME": "People like others",
    "FEW": "A few people",
    "NONE": "Hardly anybody",
}
# Of members and of others: turned away, not turned away, not known.
COUNTS = {
    "OFTEN": ((60, 60, 5), (200, 900, 10)),
    "SELDOM": ((10, 300, 5), (300, 600, 10)),
    "SAME": ((200, 800, 0), (400, 1600, 0)),
    "FEW": ((5, 30, 0), (200, 900, 10)),
    "NONE": ((5, 0, 5), (200, 900, 10)),
}
EVERYBODY = {"TAKEN_ON": 500, "ADVISED_AT_ONCE": 100, "SIGNPOSTED": 100, "PASSED_ON": 50, "WAITING": 50,
             "TURNED_AWAY": 200, "NO_CONTACT": 0, "_U": 25}  # fmt: skip


def rows(counts: Mapping[str, Any] = COUNTS) -> dict[str, dict[tuple[str, ...], int | None]]:
    """Give the rows of both tables: of groups those of members, of all others, and of both."""
    found: dict[tuple[str, ...], int | None] = {}
    for group, (own, others) in counts.items():
        both = tuple(map(sum, zip(own, others, strict=True)))
        for side, of in (("_T", both), ("Y", own), ("N", others), ("_U", (0, 0, 0))):
            cells = {(group, side, code): n for code, n in zip(("Y", "N", "_U"), of, strict=True)}
            found |= {(group, side, "_T"): sum(of)} | cells
    everybody = {("_T",): sum(EVERYBODY.values())} | {(code,): n for code, n in EVERYBODY.items()}
    return {RESPONSES: everybody, GROUPS: found}


def tables(counts: Mapping[str, Any] = COUNTS) -> dict[str, ProtectedTable]:
    return {name: table(name, DIMENSIONS[name], {}, units={ENQUIRIES: own}) for name, own in rows(counts).items()}


def told(counts: Mapping[str, Any] = COUNTS) -> dict[str, TurnedAway]:
    return {each.group: each for each in enquiry_findings(tables(counts), LABELS)}


# What is said of groups


def test_a_group_is_turned_away_more_often_only_where_the_figures_show_it():
    found = told()
    assert {group: each.state for group, each in found.items()} == {
        "_T": "estimate", "OFTEN": "turned_away_more", "SELDOM": "turned_away_less", "SAME": "about_the_same",
        "FEW": "too_few_to_say", "NONE": "withheld",
    }  # fmt: skip
    assert found["OFTEN"].observed == 0.5
    assert found["OFTEN"].difference_low > 0
    assert found["OFTEN"].q_value <= 0.05
    assert {each.family_size for group, each in found.items() if group != "_T"} == {5}
    assert "50.0% were turned away" in found["OFTEN"].statement


def test_the_share_of_all_leaves_out_what_is_not_known():
    """Of 1,025 enquiries the response to 25 is not known, and 200 of the other 1,000 were turned away."""
    assert told()["_T"].observed == 0.2
    assert told()["_T"].low < 0.2 < told()["_T"].high


def test_a_group_with_too_few_enquiries_has_no_figure_of_its_own():
    for group in ("FEW", "NONE"):
        each = told()[group]
        assert [each.observed, each.low, each.others, each.difference, each.q_value] == [None] * 5
        assert "%" not in each.statement
    assert "fewer than 10" in told()["NONE"].statement


def test_every_sentence_speaks_of_enquiries_and_none_of_clients():
    for each in told().values():
        assert "enquir" in each.statement
        assert "client" not in each.statement


def test_the_list_says_which_response_turns_somebody_away():
    assert turning_away() == ("TURNED_AWAY",)
    assert set(codelist("enquiry_responses").column("answer").values()) == {"helped", "waiting", "turned_away", ""}


# In the brief


def section(brief: Any) -> Any:
    return next(each for each in lay_out(brief).sections if each.section_id == "enquiries")


def test_where_no_source_records_enquiries_one_line_says_so():
    found = section(rounded_brief())
    assert [to_text(block.text) for block in found.blocks] == [
        "No source of this brief records enquiries, so nothing can be said about who was turned away."
    ]
    assert not found.sections


def test_a_group_that_is_turned_away_more_often_is_among_the_main_points():
    brief = rounded_brief(enquiries=tuple(told().values()))
    summary = next(each for each in lay_out(brief).sections if each.section_id == "main").sections
    (points,) = (part.blocks[0].items for part in summary if part.section_id == "summary-enquiries")
    assert [to_text(each) for each in points] == [told()["OFTEN"].statement]


# Who checks it


def released(enquiries: list[dict[str, Any]], *, unit: str = ENQUIRIES, audience: str = "public") -> list[str]:
    """Judge what a manifest tells beside the same tables."""
    data = {f"data/{name}.csv": csv_of("", "2026-Q3", [(DIMENSIONS[name], unit, n)], {}) for name, n in rows().items()}
    rule = asdict(ROUNDED) if audience == "public" else {"name": "hiding", "threshold": 5, "base": None}
    manifest = {
        "period": "2026-Q3", "edition": 1, "audience": audience, "enquiries": enquiries, "disclosure": rule,
        "tables": [{"table_id": name, "dimensions": list(DIMENSIONS[name])} for name in rows()],
    }  # fmt: skip
    files = data | {"manifest.json": json.dumps(manifest).encode()}
    return list(enquiry_problems(read_release(f"2026-Q3/1/{audience}", files)))


def test_the_auditor_comes_to_the_same_figures_and_verdicts():
    assert released([asdict(each) for each in told().values()]) == []


@pytest.mark.parametrize(
    ("group", "change", "said"),
    [
        ("SAME", {"state": "turned_away_more"}, "a verdict that its numbers do not give"),
        ("FEW", {"state": "turned_away_more"}, "a verdict that its numbers do not give"),
        ("OFTEN", {"observed": 0.4}, "does not follow from published counts"),
        ("OFTEN", {"difference_low": -0.01}, "does not follow from published counts"),
        ("OFTEN", {"q_value": 0.04}, "does not follow from published counts"),
        ("NONE", {"observed": 0.1}, "does not follow from published counts"),
        ("_T", {"high": 0.9}, "does not follow from published counts"),
    ],
)
def test_a_changed_figure_or_verdict_is_seen(group: str, change: dict[str, Any], said: str):
    changed = [asdict(each) | (change if each.group == group else {}) for each in told().values()]
    assert said in "\n".join(released(changed))


def test_a_group_that_is_left_out_is_seen():
    assert "other enquiries than the tables have" in "\n".join(released([asdict(told()["_T"])]))


def test_enquiries_that_are_counted_as_clients_or_for_one_centre_are_seen():
    listed = [asdict(each) for each in told().values()]
    assert "counts enquiries together with something else" in "\n".join(released(listed, unit="clients"))
    assert "no place in the brief of one centre" in "\n".join(released(listed, audience="centre-riverside"))
