"""Why cases are open: rounded figures hang together as readers know they do, and the auditor knows it as well."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from released_files import release

from pipelines.audit import audit
from pipelines.codelists import codelist
from pipelines.disclosure.linking import link
from pipelines.disclosure.system import CellName, Relation
from tests.properties.caseloads import caseload, protected
from tests.properties.clients import Recipe, draw, people

RULE = {"name": "controlled_rounding", "base": 5, "threshold": 10, "reach": 4}
NAME = "by_stall_reason"


def rounded(told: Mapping[str, int]) -> dict[str, int]:
    """Give every row of the table; codes that are not told count nobody."""
    return dict.fromkeys(("_T", *codelist("stall_reasons").codes, "_U"), 0) | told


def problems(stalls: Mapping[str, int], times: Mapping[str, int], n: int = 100) -> str:
    """Audit a release of these tables, in which everybody is of one gender."""
    codes = dict.fromkeys(("_T", *codelist("times_to_outcome").codes, "_U"), 0) | times
    tables = {
        "by_gender": (("gender_code",), "clients", {("_T",): n, ("F",): n, ("M",): 0, ("X",): 0, ("_U",): 0}),
        NAME: (("stall_reason_code",), "clients", {(code,): each for code, each in rounded(stalls).items()}),
        "by_time_to_outcome": (("time_to_outcome_code",), "clients", {(code,): each for code, each in codes.items()}),
    }
    return "\n".join(audit(release(tables, disclosure=RULE)).problems)


TIMES = {"_T": 100, "OPEN_LT28": 20, "OPEN_28T55": 20, "OUT_NOT56": 30, "OUT_LT28": 30}


def test_reasons_may_overlap_and_need_not_add_up():
    assert problems({"_T": 50, "DECISION": 40, "EVIDENCE": 25, "_U": 10}, TIMES) == ""


@pytest.mark.parametrize(
    "stalls",
    [
        {"_T": 50, "DECISION": 70},  # a reason is one of people with an open case
        {"_T": 70, "DECISION": 10, "_U": 10},  # everybody has a reason, or none that is known
        {"_T": 50, "DECISION": 40, "_U": 40},  # whoever has none that is known has no other
        {"_T": 20, "DECISION": 20},  # forty were followed without an outcome
        {"_T": 90, "DECISION": 90},  # thirty had an outcome in time
        {"_T": 130, "DECISION": 130},  # a hundred came
    ],
)
def test_figures_that_no_count_fits_are_refused(stalls: Mapping[str, int]):
    assert problems(stalls, TIMES)


def test_a_missing_row_of_a_reason_is_found():
    tables = {NAME: (("stall_reason_code",), "clients", {("_T",): 50, ("DECISION",): 50, ("_U",): 0})}
    assert "a missing row tells" in "\n".join(audit(release(tables, disclosure=RULE)).problems)


@pytest.mark.parametrize("seed", range(4))
def test_rounded_figures_keep_every_bound_that_readers_know(seed: int):
    drawn = caseload(draw(Recipe(n=160, sources=2), seed))
    by_id = {table.table_id: table for table in protected(drawn)}
    n = {cell.codes[0]: cell.n or 0 for cell in by_id[NAME].cells(unit="clients")}
    times = {cell.codes[0]: cell.n or 0 for cell in by_id["by_time_to_outcome"].cells(unit="clients")}
    reasons = {code: each for code, each in n.items() if code not in {"_T", "_U"}}
    assert max(reasons.values()) + n["_U"] <= n["_T"] <= sum(reasons.values()) + n["_U"]
    still = times["OPEN_LT28"] + times["OPEN_28T55"]
    assert still <= n["_T"] <= still + times["OUT_NOT56"]
    openings = {cell.codes[0]: cell.n or 0 for cell in by_id["by_time_to_opening"].cells(unit="clients")}
    groups = {cell.codes: cell.n or 0 for cell in by_id["by_group_of_interest_opening"].cells(unit="clients")}
    in_time = groups["FAMILY_MEMBER", "_T", "OPENED_LE28"]
    assert openings["OPENED_LE7"] + openings["OPENED_8T28"] == in_time


def test_a_caseload_of_nobody_with_an_open_case_has_its_total_tied_to_everybody():
    system = link(caseload(people(30)))
    total = CellName(NAME, ("_T",), "clients")
    bounds = [relation for relation in system.relations if relation.left == (total,)]
    everybody = CellName("by_source", ("_T",), "clients")
    assert system.counts[total] == 0
    assert Relation((total,), (everybody,), is_exact=False) in bounds
