"""Findings: which state each group gets, and that a hidden figure leaves no number behind."""

from __future__ import annotations

import dataclasses

import pytest

from pipelines.disclosure.findings import group_findings
from pipelines.disclosure.protected import Finding, ProtectedTable
from tests.builders import make_table

GROUPS = ("AGED_55_PLUS", "DUAL_NATIONAL", "FAMILY_MEMBER")
NUMBERS = ("observed", "low", "high", "benchmark", "ratio", "ratio_low", "ratio_high", "q_value")


def groups_table(**figures: dict[str, int | None]) -> ProtectedTable:
    rows = [
        ((group, code), "clients", n)
        for group in GROUPS
        for code, n in {"_T": 200, **figures.get(group, {"Y": 40, "N": 150, "_U": 10})}.items()
    ]
    return make_table("by_group_of_interest", ["group_code", "membership_code"], rows, totals={"clients": 200})


def finding(group: str, figures: dict[str, int | None], absent: tuple[str, ...] = ()) -> Finding:
    found = group_findings(groups_table(**{group: figures}), absent_fields=absent)
    return next(each for each in found if each.group == group)


def numbers(found: Finding) -> list[float | None]:
    return [getattr(found, name) for name in NUMBERS]


def test_each_group_has_one_finding_in_the_order_of_the_table():
    assert [each.group for each in group_findings(groups_table(), absent_fields=())] == list(GROUPS)


def test_shown_figures_without_a_benchmark_cannot_tell():
    found = finding("AGED_55_PLUS", {"Y": 40, "N": 150, "_U": 10})
    assert (found.state, found.observed, found.low, found.high) == ("cannot_tell", 0.2, 0.2, 0.25)
    assert "compared" in found.statement


@pytest.mark.parametrize(
    "figures",
    [
        {"Y": None, "N": None, "_U": 30},
        {"Y": 40, "N": None, "_U": None},
        {"Y": None, "N": None, "_U": None},
        {"Y": None, "N": None},
        {"N": None, "_U": None},
    ],
)
def test_a_hidden_figure_is_withheld_without_a_number(figures: dict[str, int | None]):
    found = finding("AGED_55_PLUS", figures)
    assert found.state == "withheld"
    assert numbers(found) == [None] * len(NUMBERS)
    assert not any(letter.isdigit() for letter in found.statement)


@pytest.mark.parametrize(("group", "field"), [*zip(GROUPS, ("age", "nationality", "client_role"), strict=True)])
def test_a_field_nobody_collects_is_not_collected_whether_hidden_or_not(group: str, field: str):
    for figures in ({"_U": 200}, {"Y": None, "_U": None}, {"Y": 40, "N": 160}):
        found = finding(group, figures, (field,))
        assert (found.state, numbers(found)) == ("not_collected", [None] * len(NUMBERS))


def test_nobody_known_to_belong_cannot_tell_and_bounds_go_up_to_everybody_unknown():
    found = finding("FAMILY_MEMBER", {"N": 50, "_U": 150})
    assert (found.state, found.observed) == ("cannot_tell", None)
    assert "what was recorded" in found.statement


def test_nobody_at_all_is_a_share_of_0():
    found = finding("FAMILY_MEMBER", {"N": 200})
    assert (found.state, found.observed, found.high) == ("cannot_tell", 0.0, 0.0)


def test_the_statement_says_withheld_the_same_way_for_every_group():
    statements = {finding(group, {"Y": None, "_U": None}).statement for group in GROUPS}
    assert len(statements) == 1


def test_a_finding_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        finding("AGED_55_PLUS", {"Y": None}).observed = 0.1  # type: ignore[misc]
