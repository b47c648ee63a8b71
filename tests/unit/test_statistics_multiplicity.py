"""Many tests: q-values as others work them out, and a false discovery rate that holds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import false_discovery_control

from pipelines.statistics.multiplicity import benjamini_hochberg, benjamini_yekutieli, selected_level


@pytest.mark.parametrize("size", [1, 2, 15, 300])
def test_q_values_agree_with_another_library(size: int):
    p = np.random.default_rng(size).uniform(size=size) ** 2
    np.testing.assert_allclose(benjamini_hochberg(p), false_discovery_control(p), rtol=1e-12)
    np.testing.assert_allclose(benjamini_yekutieli(p), false_discovery_control(p, method="by"), rtol=1e-12)


def test_families_beside_each_other_do_not_mix():
    p = np.random.default_rng(1).uniform(size=(6, 20))
    np.testing.assert_array_equal(benjamini_hochberg(p), [benjamini_hochberg(row) for row in p])


def test_a_hidden_group_in_the_family_never_helps_another():
    p = np.random.default_rng(2).uniform(size=30) ** 3
    assert (benjamini_hochberg([*p, 1.0])[:-1] >= benjamini_hochberg(p)).all()


def test_the_false_discovery_rate_holds():
    """Thirty independent tests, six of them of something: the share of false ones among those flagged."""
    random = np.random.default_rng(3)
    p = random.uniform(size=(5_000, 30))
    p[:, :6] **= 8
    flagged = benjamini_hochberg(p) <= 0.05
    false = flagged[:, 6:].sum(axis=1) / np.maximum(flagged.sum(axis=1), 1)
    assert false.mean() <= 0.05
    assert flagged[:, :6].mean() > 0.4


@pytest.mark.parametrize("p", [[0.5, np.nan], [-0.1], [1.1]])
def test_what_is_no_p_value_is_refused(p: list[float]):
    with pytest.raises(ValueError, match="p-value"):
        benjamini_hochberg(p)


def test_an_empty_family_has_no_q_values():
    assert benjamini_hochberg([]).size == 0
    assert benjamini_yekutieli([]).size == 0


def test_intervals_of_a_few_chosen_ones_are_wider():
    assert selected_level(30, 30) == pytest.approx(0.95)
    assert selected_level(3, 30) == pytest.approx(0.995)
    assert selected_level(0, 30) == selected_level(1, 30)


@pytest.mark.parametrize(("selected", "tested"), [(4, 3), (0, 0), (-1, 5)])
def test_more_flagged_than_tested_is_refused(selected: int, tested: int):
    with pytest.raises(ValueError, match="among those tested"):
        selected_level(selected, tested)
