"""Survival curves, life tables and their comparison agree with another library, enumeration and each other."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from pipelines.statistics.grouped_waits import Waits, compare_waits, share_within
from pipelines.statistics.intervals import wilson
from pipelines.statistics.survival import difference_limits, kaplan_meier, life_table, log_rank, median_of

TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [0, 1, 1, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def drawn(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw whole days, with ties, people who are still waiting, and members who wait as long as others."""
    rng = np.random.default_rng(seed)
    waited, seen = np.ceil(rng.exponential(40, n)), np.ceil(rng.uniform(1, 90, n))
    return np.minimum(waited, seen), waited <= seen, rng.random(n) < 0.3


def test_medians_and_their_limits_are_those_of_the_worked_example():
    """As R prints them for these data with conf.type = "log-log"."""
    told = median_of(kaplan_meier(TREATED, ENDED)), median_of(kaplan_meier(PLACEBO, [1] * 21))
    assert [(each.time, each.low, each.high) for each in told] == [(23, 13, None), (8, 4, 11)]


@pytest.mark.parametrize("seed", range(5))
def test_a_curve_and_a_test_agree_with_another_library(seed: int):
    times, came, members = drawn(seed)
    curve, other = kaplan_meier(times, came), SurvfuncRight(times, came.astype(int))
    assert curve.share == pytest.approx(other.surv_prob)
    assert curve.error[:-1] == pytest.approx(other.surv_prob_se[:-1])
    strata = np.where(np.arange(len(times)) % 3 == 0, "a", "b")
    for mine, theirs in (
        (log_rank(times, came, members), survdiff(times, came.astype(int), members)),
        (
            log_rank(times, came, members, strata=list(strata)),
            survdiff(times, came.astype(int), members, strata=strata),
        ),
    ):
        assert (mine.statistic, mine.p_value) == pytest.approx(theirs)


def test_a_row_may_stand_for_many():
    times, came, members = drawn(1)
    rows = np.stack([times, came, members])
    unique, n = np.unique(rows, axis=1, return_counts=True)
    assert kaplan_meier(unique[0], unique[1], n).share == pytest.approx(kaplan_meier(times, came).share)
    assert log_rank(*unique, n).z == pytest.approx(log_rank(times, came, members).z)


def test_a_difference_between_centres_alone_is_none_within_them():
    rng = np.random.default_rng(4)
    slow = rng.random(2000) < 0.5
    members = rng.random(2000) < np.where(slow, 0.6, 0.1)
    times = np.ceil(rng.exponential(np.where(slow, 90, 30)))
    crude, within = (log_rank(times, [1] * 2000, members, strata=strata) for strata in ((), np.where(slow, "s", "f")))
    assert (crude.p_value < 1e-6, crude.z < 0, within.p_value > 0.05) == (True, True, True)


def test_a_test_that_finds_nothing_to_compare_says_nothing():
    assert log_rank([1, 2], [1, 1], [1, 1]).p_value == 1
    assert log_rank([1, 2], [0, 0], [1, 0]).p_value == 1


def test_a_life_table_takes_those_who_leave_as_there_for_half_of_their_interval():
    """126 people followed for five years, as the paper on the method has them."""
    table = life_table(126, [47, 5, 2, 2, 0], [19, 17, 15, 9, 6])
    assert table.exposed.tolist() == [116.5, 51.5, 30.5, 16.5, 7.0]
    assert table.share == pytest.approx(np.cumprod([1 - 47 / 116.5, 1 - 5 / 51.5, 1 - 2 / 30.5, 1 - 2 / 16.5, 1]))


def test_a_life_table_of_which_nobody_leaves_is_a_kaplan_meier_curve():
    curve = kaplan_meier(PLACEBO, [1] * 21)
    table = life_table(21, curve.events, np.zeros(len(curve.events)))
    assert table.share == pytest.approx(curve.share)
    assert table.error == pytest.approx(curve.error)


@pytest.mark.parametrize("wrong", [([-1], [1]), ([1], [1], -1)])
def test_impossible_numbers_are_refused(wrong):
    with pytest.raises(ValueError, match="cannot be below 0"):
        kaplan_meier(*wrong)
    with pytest.raises(ValueError, match="between 0 and its base"):
        life_table(3, [2, 2], [0, 0])


def test_limits_of_a_difference_of_shares_are_newcombes():
    """56 of 70 less 48 of 80, Newcombe 1998, method 10."""
    low, high = difference_limits((56 / 70, *wilson(56, 70)), (48 / 80, *wilson(48, 80)))
    assert (float(low), float(high)) == pytest.approx((0.0524, 0.3339), abs=5e-5)


# Grouped and rounded counts


@pytest.mark.parametrize(
    "waits", [Waits((20, 10), (15, 10), 30, 4), Waits((5, 0), (5, 10), 5, 4), Waits((10, 5), (0, 0), 0, 2)]
)
def test_no_true_count_behind_rounded_ones_lies_outside_the_limits(waits: Waits):
    within = share_within(waits)
    steps = (-waits.reach, 0, waits.reach)
    for moved in product(steps, repeat=5):
        d1, d2, c1, c2, longer = (
            max(n + by, 0) for n, by in zip((*waits.came, *waits.left, waits.longer), moved, strict=True)
        )
        if d1 + d2 + c1 + c2 + longer:
            true = share_within(Waits((d1, d2), (c1, c2), longer))
            assert within.low <= true.share <= within.high


def test_limits_cover_the_share_that_was_drawn():
    """Of 200 people who come through a quarter, two thirds of whom are done within 56 days if all could be followed."""
    rng, hits, n = np.random.default_rng(9), 0, 1500
    truth = 1 - np.exp(-56 / 50)
    for _ in range(n):
        waited, seen = rng.exponential(50, 200), rng.uniform(0, 92, 200)
        came, time = waited <= seen, np.minimum(waited, seen)
        bands = [(0, 28), (28, 56)]
        counts = [[int(((time >= a) & (time < b) & (came == is_event)).sum()) for a, b in bands] for is_event in (1, 0)]
        within = share_within(Waits(tuple(counts[0]), tuple(counts[1]), int((time >= 56).sum())))
        hits += within.low <= truth <= within.high
    assert 0.93 <= hits / n <= 0.97


def test_a_group_that_waits_as_long_is_seldom_said_to_wait_longer():
    rng, found, n = np.random.default_rng(3), 0, 2000
    shares = np.array([0.27, 0.12, 0.25, 0.12, 0.24])
    for _ in range(n):
        sides = [rng.multinomial(size, shares) for size in (80, 400)]
        own, others = (Waits((a, b), (c, d), e) for a, b, c, d, e in ([int(x) for x in side] for side in sides))
        found += compare_waits(own, others).p_value <= 0.05
    assert found / n <= 0.065


def test_rounding_makes_a_difference_less_certain_and_never_more():
    own, others = Waits((20, 10), (60, 30), 80), Waits((180, 60), (150, 60), 150)
    exact = compare_waits(own, others)
    rounded = compare_waits(Waits(own.came, own.left, own.longer, 4), Waits(others.came, others.left, others.longer, 4))
    assert rounded.low < exact.low < exact.high < rounded.high
    assert exact.high < 0
    assert exact.p_value < min(rounded.p_value, 1e-6)
