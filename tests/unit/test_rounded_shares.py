"""Shares of counts that may be rounded: limits and p hold for every true count behind them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from pipelines.statistics.intervals import newcombe_difference, wilson
from pipelines.statistics.rounded_shares import Counted, compare_shares, share_of


@pytest.mark.parametrize(
    ("own", "others"),
    [
        (Counted.within(10, 20, 4, 4), Counted.within(15, 90, 4, 4)),
        (Counted.within(5, 5, 4, 4), Counted.within(0, 10, 4, 4)),
        (Counted.within(45, 60, 2, 2), Counted.within(60, 55, 2, 2)),
        (Counted.summed((5, 10), (20,), 3), Counted.summed((15,), (30, 5), 3)),
    ],
)
def test_no_true_counts_behind_rounded_ones_lie_outside_the_limits(own: Counted, others: Counted):
    """Every set of counts that rounding leaves open, each judged as if it were exact."""
    share, gap = share_of(own), compare_shares(own, others)
    spans = [range(low, high + 1) for each in (own, others) for low, high in (each.true_having, each.true_others)]
    a, b, c, d = np.array([each for each in product(*spans) if each[0] + each[1] and each[2] + each[3]]).T
    low, high = wilson(a, a + b)
    assert low.min() >= share.low - 1e-12
    assert high.max() <= share.high + 1e-12
    low, high = newcombe_difference(a, a + b, c, c + d)
    assert low.min() >= gap.low - 1e-12
    assert high.max() <= gap.high + 1e-12
    both = (a + c) / (a + b + c + d)
    z = (a / (a + b) - c / (c + d)) / np.sqrt(both * (1 - both) * (1 / (a + b) + 1 / (c + d)))
    # Where the group's share is not higher anyway, p says nothing that anybody would act on.
    assert stats.norm.sf(z).max() <= max(gap.p_value, 0.5) + 1e-12


def test_p_is_that_of_the_test_of_two_shares():
    """As a chi-squared test of the two by two table has it, without correction, for one side."""
    found = compare_shares(Counted.within(60, 40), Counted.within(100, 150))
    both_sides = stats.chi2_contingency([[60, 40], [100, 150]], correction=False).pvalue
    assert found.p_value == pytest.approx(both_sides / 2)
    assert compare_shares(Counted.within(10, 0), Counted.within(20, 0)).p_value == 1


def test_the_trait_and_its_lack_say_the_same():
    own, others = Counted.within(40, 25, 4, 8), Counted.within(100, 130, 4, 4)
    gap, other_way = compare_shares(own, others), compare_shares(others.turned, own.turned)
    assert (gap.value, gap.low, gap.high, gap.p_value) == pytest.approx(
        (other_way.value, other_way.low, other_way.high, other_way.p_value)
    )


def test_nobody_cannot_be_compared():
    with pytest.raises(ValueError, match="somebody has to be counted"):
        share_of(Counted.within(0, 0))
    with pytest.raises(ValueError, match="somebody has to be counted"):
        compare_shares(Counted.within(0, 4, 0, 4), Counted.within(5, 5))
