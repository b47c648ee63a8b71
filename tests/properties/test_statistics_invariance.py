"""What must not change does not, and what must, does so in the right direction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipelines.statistics.change import exact_change
from pipelines.statistics.intervals import clopper_pearson, count_interval, newcombe_difference, score_ratio, wilson
from pipelines.statistics.multiplicity import benjamini_hochberg, benjamini_yekutieli
from pipelines.statistics.representation import bounded_benchmark, fixed_benchmark, sampled_benchmark
from pipelines.statistics.shrinkage import fit_gamma, posterior
from pipelines.statistics.standardisation import TooFewEvents, direct, funnel_limits, indirect
from pipelines.statistics.states import combined_state, state_of
from pipelines.statistics.stratified import exact_stratified, pool_ratios

settings.register_profile("statistics", max_examples=50, deadline=None)
settings.load_profile("statistics")

SHARES = st.floats(0.01, 0.9)
SAMPLES = st.one_of(st.just(np.inf), st.floats(100, 50_000))
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=40)
POOLED = ("ratio", "low", "high", "p_value", "homogeneity_p", "ratio_least", "ratio_most", "crude_ratio")


@st.composite
def counts(draw: st.DrawFn, most: int = 2_000) -> tuple[int, int]:
    base = draw(st.integers(1, most))
    return draw(st.integers(0, base)), base


@st.composite
def strata(draw: st.DrawFn) -> np.ndarray:
    size = draw(st.integers(1, 6))
    return np.array(draw(st.lists(st.lists(st.integers(0, 40), min_size=size, max_size=size), min_size=4, max_size=4)))


def _close(first: object, second: object, **tolerance: float) -> None:
    np.testing.assert_allclose(np.asarray(first), np.asarray(second), **{"rtol": 1e-9, "atol": 1e-12, **tolerance})


@given(counts(), SHARES, SAMPLES)
def test_doubling_all_counts_keeps_the_ratio_and_narrows_its_limits(count: tuple[int, int], q: float, n_eff: float):
    x, n = count
    assume(x > 0)
    once, twice = sampled_benchmark(x, n, q, n_eff), sampled_benchmark(2 * x, 2 * n, q, 2 * n_eff)
    assert once.low <= x / n / q <= once.high
    assert twice.low <= x / n / q <= twice.high
    assert twice.high / twice.low <= once.high / once.low


@given(counts(), SHARES, SAMPLES)
def test_more_clients_of_a_group_never_make_it_look_less_served(count: tuple[int, int], q: float, n_eff: float):
    x, n = count
    found = sampled_benchmark([x, min(x + 1, n)], n, q, n_eff)
    for series in (found.low, found.high, found.p_lower):
        assert series[0] <= series[1]


@given(counts(), SHARES, SAMPLES)
def test_a_larger_benchmark_share_never_makes_a_group_look_better_served(
    count: tuple[int, int], q: float, n_eff: float
):
    found = sampled_benchmark(*count, [q, q * 1.1], n_eff)
    for series in (found.low, found.high, found.p_lower):
        assert series[0] >= series[1] - 1e-12


@given(counts(), SHARES, SAMPLES)
def test_a_public_finding_is_never_more_certain_than_the_true_one(count: tuple[int, int], q: float, n_eff: float):
    ends = [(max(shown - 4, 0), shown + 4) for shown in count]
    true, public = sampled_benchmark(*count, q, n_eff), bounded_benchmark(*ends, q, n_eff)
    assert public.low <= true.low
    assert public.high >= true.high
    assert public.p_lower >= true.p_lower
    if state_of(float(public.low), float(public.high)) == "clearly_lower":
        assert state_of(float(true.low), float(true.high)) == "clearly_lower"


@given(counts(), st.sampled_from([0.8, 0.95, 0.998]))
def test_every_interval_holds_its_share_and_mirrors_its_complement(count: tuple[int, int], level: float):
    x, n = count
    for method in (wilson, clopper_pearson):
        low, high = method(x, n, level)
        assert 0 <= low <= x / n <= high <= 1
        _close(method(n - x, n, level), (1 - high, 1 - low), atol=1e-9)


@given(st.integers(0, 5_000))
def test_every_interval_of_a_count_holds_it_and_widens_with_the_level(x: int):
    low, high = count_interval(x)
    outer_low, outer_high = count_interval(x, 0.998)
    assert outer_low <= low <= x <= high <= outer_high


@given(counts(300), counts(300))
def test_swapping_two_groups_turns_their_comparison_round(first: tuple[int, int], second: tuple[int, int]):
    low, high = newcombe_difference(*first, *second)
    _close(newcombe_difference(*second, *first), (-high, -low), atol=1e-9)
    assume(first[0] and second[0])
    low, high = score_ratio(*first, *second)
    _close(score_ratio(*second, *first), (1 / high, 1 / low), rtol=1e-6)
    assert low <= (first[0] / first[1]) / (second[0] / second[1]) * (1 + 1e-9)


@given(P_VALUES, st.randoms(use_true_random=False))
def test_q_values_follow_their_p_values_whatever_the_order(p: list[float], random):
    order = list(range(len(p)))
    random.shuffle(order)
    q = benjamini_hochberg(p)
    _close(benjamini_hochberg([p[i] for i in order]), q[order])
    assert (q >= np.asarray(p) - 1e-12).all()
    assert (np.diff(q[np.argsort(p, kind="stable")]) >= 0).all()
    assert (benjamini_yekutieli(p) >= q).all()


@given(P_VALUES, st.integers(0, 39), st.floats(0, 1))
def test_a_smaller_p_value_never_raises_a_q_value(p: list[float], place: int, factor: float):
    smaller = list(p)
    smaller[place % len(p)] *= factor
    assert (benjamini_hochberg(smaller) <= benjamini_hochberg(p) + 1e-15).all()


@given(strata(), st.randoms(use_true_random=False))
def test_the_order_and_the_names_of_strata_do_not_matter(tables: np.ndarray, random):
    order = list(range(tables.shape[1]))
    random.shuffle(order)
    once, again = pool_ratios(*tables), pool_ratios(*tables[:, order])
    assert once.may_pool == again.may_pool
    for name in POOLED:
        _close(getattr(once, name), getattr(again, name), rtol=1e-7)


@given(strata())
def test_an_empty_stratum_adds_nothing(tables: np.ndarray):
    more = np.concatenate([tables, np.zeros((4, 1), dtype=int)], axis=1)
    for name in POOLED:
        _close(getattr(pool_ratios(*more), name), getattr(pool_ratios(*tables), name))


@given(strata())
def test_doubling_all_strata_keeps_the_pooled_ratio_and_narrows_its_limits(tables: np.ndarray):
    once, twice = pool_ratios(*tables, guard="none"), pool_ratios(*(2 * tables), guard="none")
    assume(np.isfinite(once.ratio) and once.ratio > 0)
    _close(once.ratio, twice.ratio)
    assert once.low <= once.ratio <= once.high
    assert twice.low >= once.low * (1 - 1e-12)
    assert twice.high <= once.high * (1 + 1e-12)


@given(strata())
def test_swapping_the_two_sides_inverts_the_pooled_ratio(tables: np.ndarray):
    once, swapped = pool_ratios(*tables, guard="none"), pool_ratios(*tables[[2, 3, 0, 1]], guard="none")
    with np.errstate(divide="ignore"):
        _close(1 / np.asarray(swapped.ratio), once.ratio)
        _close(1 / np.asarray([swapped.high, swapped.low]), [once.low, once.high], rtol=1e-6)
    _close(swapped.p_value, once.p_value)


@given(strata())
def test_an_exact_test_gives_chances_and_its_tails_overlap_in_what_was_seen(tables: np.ndarray):
    found = exact_stratified(*tables)
    assert 0 < found.p_two_sided <= 1
    assert found.p_lower + found.p_higher >= 1 - 1e-9


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(60, 900), st.integers(1, 99)), min_size=1, max_size=8),
    st.integers(2, 5),
)
def test_standardised_rates_scale(rows: list[tuple[int, int, int]], times: int):
    events, base, weights = (np.array(column) for column in zip(*rows, strict=True))
    try:
        once = direct(events, base, weights)
    except TooFewEvents:
        assert events.sum() < 10
        return
    more = direct(times * events, times * base, times * weights)
    assert more.rate == pytest.approx(once.rate)
    assert more.high - more.low < once.high - once.low
    assert direct(events, base, weights, per=1_000).high == pytest.approx(1_000 * once.high)
    assert indirect(events, base, events, base).ratio == pytest.approx(1)


@given(st.integers(1, 5_000), st.floats(0.01, 0.99), st.floats(0, 0.05))
def test_a_funnel_holds_its_share(n: int, share: float, tau2: float):
    low, high = funnel_limits(n, share, tau2)
    wide_low, wide_high = funnel_limits(n, share, tau2, 0.998)
    assert 0 <= wide_low <= low <= share <= high <= wide_high <= 1


@given(st.integers(0, 200), st.integers(0, 2_000), st.integers(1, 30))
def test_a_fall_and_a_rise_are_each_others_opposite(now: int, earlier: int, quarters: int):
    found = exact_change([now, now + 1], earlier, 1, quarters + 1)
    assert found.p_fall[0] <= found.p_fall[1]
    assert found.p_rise[0] >= found.p_rise[1]
    assert found.p_fall[0] + found.p_rise[0] >= 1 - 1e-12


@given(st.lists(st.tuples(st.integers(0, 80), st.floats(0.5, 50)), min_size=1, max_size=25))
@settings(max_examples=25)
def test_shrinkage_moves_each_ratio_towards_the_common_one_and_none_past_it(rows: list[tuple[int, float]]):
    x, expected = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    prior = fit_gamma(x, expected)
    found = posterior(x, expected, prior)
    least, most = np.minimum(x / expected, prior.mean), np.maximum(x / expected, prior.mean)
    assert ((found.mean >= least * (1 - 1e-9)) & (found.mean <= most * (1 + 1e-9))).all()
    assert (found.low <= found.high).all()
    assert (found.p_below + found.p_above <= 1 + 1e-12).all()


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3)).map(sorted), min_size=1, max_size=6), st.data())
def test_corners_may_come_in_any_order_and_twice(corners: list[list[float]], data: st.DataObject):
    again = [*data.draw(st.permutations(corners)), corners[0]]
    assert combined_state(*zip(*corners, strict=True)) == combined_state(*zip(*again, strict=True))


@given(st.integers(0, 100), st.integers(2_000, 20_000), st.floats(0.001, 0.05))
def test_for_a_small_group_a_census_is_the_limit_of_ever_larger_samples(x: int, n: int, q: float):
    census, sample = fixed_benchmark(x, n, q), sampled_benchmark(x, n, q, 1e9)
    _close((sample.low, sample.high), (census.low, census.high), rtol=0.02)
