"""Pooling over strata: what one cell gives, many give; what may not be pooled is not; limits cover.

The ratio with its limits is checked against a published example (worked_examples.toml). None was found for the limits
where one side has nobody, nor for the test of agreement: these are checked by simulation.
"""

from __future__ import annotations

import time

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from pipelines.statistics.standardisation import TooFewEvents
from pipelines.statistics.stratified import exact_stratified, odds_ratio, pool_many, pool_ratios, robust_poisson

Tables = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
FIELDS = ("ratio", "low", "high", "p_value", "crude_ratio", "crude_high", "homogeneity_p", "odds_homogeneity_p")


def _draw(ratio: float | np.ndarray, *, cells: int = 2_000, strata: int = 12, size: int = 8) -> Tables:
    """Cells whose strata differ in size and in the share of the others, with a given ratio of shares."""
    random = np.random.default_rng(7)
    ours = random.poisson(size, (cells, strata)) * random.integers(1, 4, (cells, strata))
    others = random.poisson(5 * size, (cells, strata))
    share = random.uniform(0.05, 0.5, (cells, strata))
    with_a, with_b = random.binomial(ours, share * ratio), random.binomial(others, share)
    return with_a, ours - with_a, with_b, others - with_b


@pytest.mark.parametrize("ratio", [0.3, 0.7, 1.0, 1.6])
@pytest.mark.parametrize("strata", [4, 40])
def test_limits_of_a_pooled_ratio_cover(ratio: float, strata: int):
    pooled = pool_many(*_draw(ratio, strata=strata), guard="none")
    assert 0.935 <= ((pooled.low <= ratio) & (ratio <= pooled.high)).mean() <= 0.97


@pytest.mark.parametrize("ratio", [0.3, 1.0, 1.6])
@pytest.mark.parametrize("strata", [2, 12, 60])
def test_the_guard_seldom_fires_where_ratios_agree(ratio: float, strata: int):
    pooled = pool_many(*_draw(ratio, strata=strata), guard="ratios")
    assert 1 - pooled.may_pool.mean() <= 0.085


@pytest.mark.parametrize(("strata", "least"), [(12, 0.65), (60, 0.98)])
def test_the_guard_fires_where_half_of_the_strata_differ(strata: int, least: float):
    ratio = np.where(np.arange(strata) < strata / 2, 0.5, 1.6)
    pooled = pool_many(*_draw(ratio, strata=strata))
    assert 1 - pooled.may_pool.mean() >= least
    assert np.isnan(pooled.ratio[~pooled.may_pool]).all()


def test_the_test_of_no_difference_is_true_to_its_level():
    p_value = pool_many(*_draw(1.0, cells=6_000)).p_value
    for level in (0.01, 0.05, 0.2):
        assert (p_value <= level).mean() <= 1.25 * level


def test_a_group_in_which_nobody_has_the_trait_has_a_useful_upper_limit():
    """Zero in all strata: the upper limit is finite, and lies below the ratio no more often than it should."""
    for ratio in (0.05, 0.1, 0.2, 0.3):
        tables = _draw(ratio, cells=3_000, strata=4, size=4)
        pooled = pool_many(*tables, guard="none")
        none = tables[0].sum(axis=1) == 0
        assert none.any()
        assert (pooled.ratio[none] == 0).all()
        assert (pooled.low[none] == 0).all()
        assert np.isfinite(pooled.high[none]).all()
        assert (pooled.high < ratio).mean() <= 0.03


def test_many_cells_give_what_each_gives_alone():
    tables = _draw(0.7, cells=30, strata=5)
    many = pool_many(*tables)
    for cell in range(30):
        alone = pool_ratios(*(table[cell] for table in tables))
        for name in (*FIELDS, "ratio_least", "ratio_most", "n_strata", "may_pool"):
            np.testing.assert_array_equal(getattr(alone, name), getattr(many, name)[cell])


def test_the_ratio_and_the_test_agree_with_another_library():
    for cell in np.stack(_draw(0.7, cells=20, strata=6), axis=-1):
        table = StratifiedTable(cell.T.reshape(2, 2, -1).astype(float))
        pooled = pool_ratios(*cell.T, guard="none")
        assert pooled.ratio == pytest.approx(table.riskratio_pooled, rel=1e-12)
        uncorrected = table.test_null_odds(correction=False).pvalue
        if uncorrected < 0.5:  # nearer to no difference than one half, the other library corrects too far
            assert pooled.p_value == pytest.approx(table.test_null_odds(correction=True).pvalue, rel=1e-9)


def test_a_stratum_with_one_side_only_changes_nothing_but_the_crude_ratio():
    one = pool_ratios([5, 8], [20, 30], [30, 40], [60, 70])
    two = pool_ratios([5, 8, 9, 0], [20, 30, 1, 0], [30, 40, 0, 0], [60, 70, 0, 0])
    assert (two.ratio, two.low, two.high, two.p_value) == (one.ratio, one.low, one.high, one.p_value)
    assert two.n_strata == 2
    assert two.crude_ratio > one.crude_ratio


def test_one_stratum_is_its_own_ratio():
    pooled = pool_ratios([10], [40], [30], [70])
    assert pooled.ratio == pytest.approx((10 / 50) / (30 / 100))
    assert pooled.ratio == pooled.ratio_least == pooled.ratio_most == pooled.crude_ratio
    assert np.isnan(pooled.homogeneity_p)


@pytest.mark.parametrize("tables", [([0], [0], [3], [4]), ([0, 3], [0, 1], [5, 0], [5, 0]), ([], [], [], [])])
def test_where_no_stratum_compares_nothing_is_known(tables: tuple[list[int], ...]):
    pooled = pool_ratios(*tables)
    assert np.isnan([pooled.ratio, pooled.low, pooled.high, pooled.ratio_least]).all()
    assert not pooled.may_pool


def test_where_nobody_has_the_trait_the_ratio_is_not_known_and_does_not_fail():
    pooled = pool_ratios([0, 0], [20, 30], [0, 0], [50, 60])
    assert np.isnan([pooled.ratio, pooled.low, pooled.high, pooled.p_value]).all()


def test_the_range_speaks_of_large_strata_only():
    pooled = pool_ratios([9, 1, 20], [0, 19, 20], [10, 20, 40], [10, 20, 40])
    assert (pooled.ratio_least, pooled.ratio_most) == pytest.approx((0.1, 1.0))


def test_thousands_of_cells_take_no_time():
    tables = _draw(0.8, cells=2_000, strata=200, size=4)
    start = time.perf_counter()
    pool_many(*tables)
    assert time.perf_counter() - start < 5


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="below 0"):
        pool_ratios([-1], [3], [3], [3])


def test_the_exact_test_of_one_stratum_is_fishers():
    from scipy.stats import fisher_exact

    found = exact_stratified([3], [9], [12], [5])
    assert found.p_two_sided == pytest.approx(fisher_exact([[3, 9], [12, 5]]).pvalue)
    assert found.p_lower == pytest.approx(fisher_exact([[3, 9], [12, 5]], alternative="less").pvalue)
    assert found.p_higher == pytest.approx(fisher_exact([[3, 9], [12, 5]], alternative="greater").pvalue)


def test_the_exact_test_never_rejects_too_often():
    tables = _draw(1.0, cells=400, strata=5, size=3)
    found = [exact_stratified(*cell).p_two_sided for cell in np.stack(tables, axis=1)]
    assert np.mean(np.array(found) <= 0.05) <= 0.07, "0.05 and the error of 400 draws"


def test_an_odds_ratio_needs_a_stratum_that_compares():
    with pytest.raises(TooFewEvents):
        odds_ratio([0, 3], [0, 1], [5, 0], [5, 0])


def test_the_odds_ratio_of_one_stratum_has_nothing_to_agree_with():
    found = odds_ratio([10], [40], [30], [70])
    assert found.ratio == pytest.approx((10 * 70) / (40 * 30))
    assert np.isnan([found.breslow_day_p, found.woolf_p]).all()


def _clients(n: int = 4_000) -> tuple[np.ndarray, np.ndarray]:
    """Clients of two centres, of which the second sees more of the group and gives twice as much of the trait."""
    random = np.random.default_rng(3)
    centre = random.integers(0, 2, n)
    group = random.random(n) < np.where(centre == 1, 0.5, 0.1)
    trait = random.random(n) < 0.2 * (1 + centre) * np.where(group, 0.7, 1.0)
    return trait.astype(float), np.column_stack([group, centre]).astype(float)


def test_a_model_finds_the_ratio_that_pooling_finds():
    trait, design = _clients()
    group, centre = design.T
    effects = robust_poisson(trait, design, ["group", "second_centre"])
    counts = [[(trait[(centre == c) & (group == g)] == t).sum() for c in (0, 1)] for g in (1, 0) for t in (1, 0)]
    pooled = pool_ratios(*counts, guard="none")
    assert [effect.name for effect in effects] == ["group", "second_centre"]
    assert effects[0].ratio == pytest.approx(float(pooled.ratio), rel=0.03)
    assert (effects[0].low, effects[0].high) == pytest.approx((float(pooled.low), float(pooled.high)), rel=0.05)
    assert effects[0].low <= 0.7 <= effects[0].high
    assert pooled.crude_low > 0.7, "without the centre the group seems to get more than it does"


def test_one_binary_covariate_gives_the_crude_ratio_with_its_usual_limits():
    trait = np.repeat([1.0, 0.0, 1.0, 0.0], [40, 160, 90, 210])
    (effect,) = robust_poisson(trait, np.repeat([1.0, 0.0], [200, 300])[:, None], ["group"])
    error = np.sqrt(1 / 40 - 1 / 200 + 1 / 90 - 1 / 300)
    assert effect.ratio == pytest.approx((40 / 200) / (90 / 300))
    assert np.log([effect.low, effect.high]) == pytest.approx(
        np.log(effect.ratio) + 1.96 * np.array([-error, error]), abs=2e-3
    )


def test_too_few_events_fit_no_model():
    trait, design = _clients(60)
    with pytest.raises(TooFewEvents):
        robust_poisson(trait, design, ["group", "second_centre"])


@pytest.mark.parametrize("names", [["group"], ["group", "centre", "centre_again"]])
def test_columns_must_fit_their_names_and_not_repeat_each_other(names: list[str]):
    trait, design = _clients()
    columns = np.column_stack([design, design[:, 1]]) if len(names) == 3 else design
    with pytest.raises(ValueError, match="column of its own"):
        robust_poisson(trait, columns, names)
