"""A rule of a suite that breaks must do something: stop, quarantine or be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.errors import ModelError
from pipelines.validate import RuleResult, require_effect

STOPS = RuleResult(
    table="raw.records",
    rule="rows_are_there",
    column="",
    severity="critical",
    action="stop",
    notes="why",
    is_met=False,
    n_checked=9,
    n_failed=2,
)


@pytest.mark.parametrize(
    "rule",
    [
        STOPS,
        replace(STOPS, action="quarantine", failing_keys="select record_id from raw.records"),
        replace(STOPS, action="quarantine", is_met=True),
        replace(STOPS, severity="warning", action="note"),
    ],
)
def test_a_rule_with_an_effect_is_accepted(rule: RuleResult) -> None:
    require_effect(rule)


@pytest.mark.parametrize(
    "rule",
    [
        replace(STOPS, action="stopp"),
        replace(STOPS, action="note"),
        replace(STOPS, action="quarantine"),
    ],
    ids=["unknown action", "critical but only noted", "no rows to quarantine"],
)
def test_a_rule_that_would_pass_in_silence_stops_the_run(rule: RuleResult) -> None:
    with pytest.raises(ModelError, match=r"rows_are_there of expectations/raw\.records\.json would have no effect"):
        require_effect(rule)
