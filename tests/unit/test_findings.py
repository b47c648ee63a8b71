"""Findings: which state each group gets, that they rest on published figures, and that hidden ones say nothing."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from comparisons import GROUPS, NUMBERS, PERIOD, SERVED, TOTAL, benchmark, findings, older, tables
from scipy.stats import beta

from pipelines.analysis.benchmarks import Benchmark
from pipelines.disclosure.findings import Grounds, representation_findings
from pipelines.disclosure.protected import Finding, ProtectedTable
from pipelines.groups import packaged_groups
from pipelines.served import Served
from tests.builders import make_labels


def numbers(found: Finding) -> list[float | None]:
    return [getattr(found, name) for name in NUMBERS]


def test_each_group_has_one_finding_in_the_order_of_the_settings():
    assert list(findings(tables()))[:3] == list(GROUPS)


@pytest.mark.parametrize(
    ("figures", "state", "is_flagged"),
    [
        ({"Y": 80, "N": 1910, "_U": 10}, "clearly_lower", True),
        ({"Y": 150, "N": 1850}, "lower_size_unsure", False),
        ({"Y": 200, "N": 1800}, "about_as_expected", False),
        ({"Y": 320, "N": 1680}, "clearly_higher", False),
        ({"Y": 255, "N": 1745}, "higher_size_unsure", False),
        ({"N": 2000}, "clearly_lower", True),
    ],
)
def test_a_group_beside_its_benchmark(figures: dict[str, int], state: str, is_flagged: bool):
    found = older(figures)
    assert (found.state, found.is_under_served, found.benchmark, found.expected) == (state, is_flagged, 0.1, 200.0)
    assert found.ratio == pytest.approx((found.observed or 0) / 0.1)
    assert found.ratio_low is not None
    assert found.ratio_high is not None
    assert found.ratio_low <= (found.ratio or 0) <= found.ratio_high


def test_a_verdict_that_those_not_known_could_turn_cannot_be_told_and_the_turning_point_is():
    found = older({"Y": 80, "N": 1620, "_U": 300})
    assert (found.state, found.reasons, found.is_under_served) == ("cannot_tell", ("missing",), False)
    assert (found.missing_low, found.missing_high) == (0.04, 0.19)
    assert "If " in found.statement
    assert "or more of those not known" in found.statement


def test_sources_that_do_not_collect_a_field_leave_the_base():
    found = older({"Y": 60, "N": 1430, "_U": 510}, without={"age": ("north",)})
    assert (found.n, found.base, found.not_known) == (60, 1500, 10)
    assert found.state == "clearly_lower"


def test_a_source_whose_number_is_hidden_withholds_the_finding_it_would_leave():
    shown = tables(
        {"AGED_55_PLUS": {"Y": 60, "N": 1430, "_U": 510}}, by_source={"riverside-settled": None, "north": None}
    )
    assert findings(shown, [benchmark()], without={"age": ("north",)})["AGED_55_PLUS"].state == "withheld"


def test_a_benchmark_without_a_cut_at_55_gives_bounds_and_says_so():
    bands = {"_T": 1000.0, "0-49": 800.0, "50-64": 150.0, "65+": 50.0}
    low = older({"Y": 30, "N": 1970}, benchmark(values=bands))
    assert (low.benchmark, low.ratio, low.benchmark_low, low.benchmark_high) == (None, None, 0.05, 0.2)
    assert (low.state, low.is_under_served) == ("clearly_lower", True)
    unclear = older({"Y": 200, "N": 1800}, benchmark(values=bands))
    assert (unclear.state, unclear.reasons) == ("cannot_tell", ("benchmark",))


def test_the_error_of_a_benchmark_that_is_a_sample_counts_and_can_be_worked_out_again():
    """By the formula of docs/statistics.md, with another library's functions."""
    census, survey = older({"Y": 80, "N": 1920}), older({"Y": 80, "N": 1920}, benchmark(effective_sample=500.0))
    x, y, s, base = 80, 0.1 * 500, 500.0, 2000
    low, high = beta.ppf(0.025, x, y + 1), beta.ppf(0.975, x + 1, y)
    assert survey.effective_sample == s
    assert survey.ratio_low == pytest.approx(low / (1 - low) * s / base)
    assert survey.ratio_high == pytest.approx(high / (1 - high) * s / base)
    assert (survey.ratio_low or 0) < (census.ratio_low or 0)
    assert (survey.ratio_high or 0) > (census.ratio_high or 0)


def test_duals_are_a_lower_bound_and_are_never_called_lower():
    for recorded in (0, 20, 100, 199):
        shown = tables({"DUAL_NATIONAL": {"Y": recorded, "N": TOTAL - recorded}})
        assert findings(shown, [benchmark("group_code")])["DUAL_NATIONAL"].state == "cannot_tell"
    shown = tables({"DUAL_NATIONAL": {"Y": 400, "N": 1600}})
    assert findings(shown, [benchmark("group_code")])["DUAL_NATIONAL"].state == "clearly_higher"


def test_a_benchmark_of_single_nationalities_bounds_by_the_row_of_several():
    apart = findings(tables(), [benchmark("nationality_code")])["PL"]
    bounded = findings(tables(), [benchmark("nationality_code", dual_rule="uk_irish_first")])["PL"]
    assert (apart.not_known, apart.state) == (0, "about_as_expected")
    assert (bounded.not_known, bounded.ratio_low, bounded.missing_high) == (100, apart.ratio_low, 0.25)


@pytest.mark.parametrize(
    ("changes", "served", "reason"),
    [
        ({"unit": "applications"}, SERVED, "unit"),
        ({"geography": "wales"}, SERVED, "geography"),
        ({"population": "all-residents"}, SERVED, "population"),
        ({"reference_date": date(2019, 9, 30)}, SERVED, "date"),
        ({"values": {"_T": 1000.0, "0-54": 1000.0, "55+": 0.0}}, SERVED, "empty"),
        ({}, Served("", "", 5), "not_declared"),
    ],
)
def test_a_comparison_that_is_not_allowed_cannot_be_told(changes: dict[str, Any], served: Served, reason: str):
    found = older({"Y": 80, "N": 1920}, benchmark(**changes), served=served)
    assert (found.state, found.reasons, found.ratio, found.benchmark) == ("cannot_tell", (reason,), None, None)
    assert (found.observed, found.n) == (0.04, 80)


def test_without_any_benchmark_the_reason_is_that():
    assert findings(tables())["AGED_55_PLUS"].reasons == ("none",)


def test_a_benchmark_that_counts_one_nationality_each_has_no_dual_nationals():
    found = findings(tables(), [benchmark("group_code", dual_rule="one_each")])["DUAL_NATIONAL"]
    assert found.reasons == ("dual_rule",)


def test_of_several_benchmarks_one_that_may_be_compared_goes_first_whatever_the_counts():
    good, old = benchmark(), benchmark(benchmark_id="old", reference_date=date(2012, 1, 1))
    for order in ([good, old], [old, good]):
        assert older({"Y": 80, "N": 1920}, *order).benchmark_id == good.benchmark_id


@pytest.mark.parametrize(
    "figures",
    [
        {"Y": None, "N": None, "_U": 30},
        {"Y": 40, "N": None, "_U": None},
        {"Y": None, "N": None},
        {"N": None, "_U": None},
    ],
)
def test_a_hidden_figure_is_withheld_without_a_number_of_ours(figures: dict[str, int | None]):
    found = older(figures)
    assert found.state == "withheld"
    assert numbers(found) == [None] * len(NUMBERS)
    assert found.benchmark == 0.1
    assert not any(letter.isdigit() for letter in found.statement)
    assert found.headline == ""


def test_a_hidden_group_stays_in_the_family_so_that_no_q_value_tells_of_it():
    shown = {"F": 700, "M": 1300, "X": 0}
    alone = findings(
        tables({"AGED_55_PLUS": {"Y": 160, "N": 1840}}, by_gender=shown), [benchmark("gender_code"), benchmark()]
    )
    hidden = findings(
        tables({"AGED_55_PLUS": {"Y": None, "N": None}}, by_gender=shown), [benchmark("gender_code"), benchmark()]
    )
    tested = [name for name, found in alone.items() if found.q_value is not None]
    assert "AGED_55_PLUS" in tested
    assert hidden["F"].q_value is not None
    assert hidden["F"].q_value >= (alone["F"].q_value or 0)


@pytest.mark.parametrize(("group", "field"), [*zip(GROUPS, ("age", "nationality", "client_role"), strict=True)])
def test_a_field_nobody_collects_is_not_collected_whether_hidden_or_not(group: str, field: str):
    everyone = {field: ("riverside-settled", "north")}
    for figures in ({"_U": TOTAL}, {"Y": None, "_U": None}, {"Y": 40, "N": 1960}):
        found = findings(tables({group: figures}), [benchmark()], without=everyone)[group]
        assert (found.state, numbers(found)) == ("not_collected", [None] * len(NUMBERS))


@pytest.mark.parametrize("figures", [{"_U": TOTAL}, {"N": 800, "_U": 1200}])
def test_where_nobody_can_be_seen_to_belong_no_share_is_told(figures: dict[str, int]):
    assert (older(figures).state, older(figures).observed) == ("cannot_tell", None)
    without = findings(tables({"AGED_55_PLUS": figures}))["AGED_55_PLUS"]
    assert (without.observed, without.reasons) == (None, ("not_known",))


def test_a_whole_dimension_without_a_benchmark_is_said_once_and_holds_no_figure():
    found = [each for each in representation_findings_of(tables(), [benchmark()]) if each.group == "_T"]
    assert [each.dimension for each in found] == ["nationality_code", "gender_code"]
    assert all(numbers(each) == [None] * len(NUMBERS) for each in found)


def representation_findings_of(shown: Mapping[str, ProtectedTable], benchmarks: Sequence[Benchmark]) -> list[Finding]:
    labels, sources = make_labels(), ("riverside-settled", "north")
    grounds = Grounds(tuple(benchmarks), SERVED, PERIOD, packaged_groups(), labels, "clients", sources, {})
    return list(representation_findings(shown, grounds))


def test_every_number_of_a_statement_is_a_figure_of_the_finding():
    """Read back as a reader would: percentages, ratios and counts each round a figure of the same finding."""
    every = representation_findings_of(tables({"FAMILY_MEMBER": {"Y": 200, "N": 1400, "_U": 400}}), [
        benchmark(title="the population"), benchmark("gender_code", title="the population"),
        benchmark("group_code", title="the population"), benchmark("nationality_code", title="the population"),
    ])  # fmt: skip
    for found in every:
        known = [value for value in vars(found).values() if isinstance(value, float | int)]
        allowed = {f"{n:,}" for n in known} | {f"{n:.2f}" for n in known}
        allowed |= {f"{n * 100:.{decimals}f}%" for n in known for decimals in (0, 1)}
        text = re.sub(r"If [\d,]+ or more|at most [\d,]+ clients|aged 55 and over|“.*?”", "", found.statement)
        assert set(re.findall(r"\d[\d,.]*\d%?|\d%?", text)) <= allowed, found.statement


def test_a_finding_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        older({"Y": None}).observed = 0.1  # type: ignore[misc]
