"""Published worked examples come out as printed: those of tests/spec/worked_examples.toml, which a person can read."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.statistics.change import ewma, xmr
from pipelines.statistics.intervals import byar, clopper_pearson, garwood, newcombe_difference, score_ratio, wilson
from pipelines.statistics.multiplicity import benjamini_hochberg, benjamini_yekutieli
from pipelines.statistics.standardisation import TooFewEvents, direct, indirect
from pipelines.statistics.stratified import exact_stratified, odds_ratio, pool_ratios
from pipelines.statistics.survival import kaplan_meier, log_rank

EXAMPLES = tomllib.loads((Path(__file__).parents[1] / "spec" / "worked_examples.toml").read_text(encoding="utf-8"))
BERKELEY = next(example["arguments"] for example in EXAMPLES["example"] if example["method"] == "woolf_p")
# Beyond ten digits the published sheets and the functions differ by rounding alone.
ROUNDING = 1e-9


def _fields(*names: str) -> Callable[[object], list[float]]:
    return lambda result: [float(getattr(result, name)) for name in names]


def _rejected(p: Sequence[float]) -> list[int]:
    hochberg, yekutieli = benjamini_hochberg(p), benjamini_yekutieli(p)
    return [int((q <= 0.05).sum()) for q in (hochberg, np.asarray(p) * len(p), yekutieli)]


LIMITS = _fields("ratio", "low", "high")
METHODS: dict[str, Callable[..., Any]] = {
    "wilson": wilson,
    "clopper_pearson": clopper_pearson,
    "newcombe_difference": newcombe_difference,
    "score_ratio": score_ratio,
    "score_ratio_of_koopman": lambda *table: score_ratio(*table, corrected=False),
    "byar": byar,
    "garwood": garwood,
    "direct_per_100000": lambda *strata: _fields("rate", "low", "high")(direct(*strata, per=100_000)),
    "indirect": lambda *strata: LIMITS(indirect(*strata)),
    "benjamini_hochberg_first_five": lambda p: benjamini_hochberg(p)[:5],
    "rejected_by_hochberg_bonferroni_yekutieli": _rejected,
    "mantel_haenszel_p": lambda *tables: _fields("p_value")(pool_ratios(*tables)),
    "exact_two_sided_and_higher": lambda *tables: _fields("p_two_sided", "p_higher")(exact_stratified(*tables)),
    "woolf_p": lambda *tables: _fields("woolf_p")(odds_ratio(*tables)),
    "breslow_day_p": lambda *tables: _fields("breslow_day_p")(odds_ratio(*tables)),
    "pooled_odds_ratio": lambda *tables: LIMITS(odds_ratio(*tables)),
    "pooled_ratio_without_guard": lambda *tables: LIMITS(pool_ratios(*tables, guard="none")),
    "ewma_limits": lambda *series: _fields("low", "high")(ewma(*series)),
    "ewma_series": lambda *series: ewma(*series).series,
    "kaplan_meier_share": lambda *rows: kaplan_meier(*rows).share,
    "kaplan_meier_error": lambda *rows: kaplan_meier(*rows).error,
    "log_rank_observed_expected_statistic": lambda *rows: _fields("observed", "expected", "statistic")(log_rank(*rows)),
    "xmr": lambda values: _fields("mean", "low", "high")(xmr(values, require_enough=False)),
}


def _agrees(value: float, printed: str) -> bool:
    decimals = len(printed.partition(".")[2])
    return abs(value - float(printed)) <= max(0.5 * 10.0**-decimals, ROUNDING)


@pytest.mark.parametrize("example", EXAMPLES["example"], ids=lambda example: example["method"])
def test_a_published_example_comes_out_as_printed(example: dict[str, Any]):
    level = {"level": example["level"]} if "level" in example else {}
    found = [float(value) for value in METHODS[example["method"]](*example["arguments"], **level)]
    assert len(found) == len(example["expected"])
    assert all(map(_agrees, found, example["expected"])), found


def test_every_method_has_an_example():
    assert {example["method"] for example in EXAMPLES["example"]} == set(METHODS)


def test_an_area_with_nine_events_has_no_standardised_rate():
    with pytest.raises(TooFewEvents):
        direct([4, 5], [600, 500], [5000, 5500])


def test_no_pooled_ratio_is_told_where_departments_differ():
    pooled = pool_ratios(*BERKELEY)
    assert not pooled.may_pool
    assert np.isnan([pooled.ratio, pooled.low, pooled.high]).all()
    assert (pooled.ratio_least, pooled.ratio_most) == pytest.approx((0.7531, 1.1601), abs=5e-5)


def test_the_ratio_of_crude_admissions_still_stands_beside_it():
    pooled = pool_ratios(*BERKELEY)
    assert pooled.crude_low > 1.25, "men were admitted clearly more often before departments were compared"
