"""Every interval of a ratio has exactly one state, corners combine as declared, and the flag asks for three things."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from pipelines.statistics.states import (
    INTERVAL_STATES,
    STATES,
    combined_state,
    is_under_served,
    state_of,
    states_of,
)

# The rows of the table of states in words of their own: low, high, and whether the row holds.
ROWS = {
    "clearly_lower": lambda _, high: high < 0.8,
    "lower_size_unsure": lambda low, high: low < 0.8 <= high < 1,
    "about_as_expected": lambda low, high: low >= 0.8 and high <= 1.25 and low <= 1 <= high,
    "small_difference": lambda low, high: low >= 0.8 and high <= 1.25 and not low <= 1 <= high,
    "clearly_higher": lambda low, _: low > 1.25,
    "higher_size_unsure": lambda low, high: 1 < low <= 1.25 < high,
    "too_few_to_say": lambda low, high: low <= 1 <= high and (low < 0.8 or high > 1.25),
}
EDGES = [
    0.0,
    0.5,
    0.8,
    np.nextafter(0.8, 0),
    0.9,
    1.0,
    np.nextafter(1, 0),
    1.1,
    1.25,
    np.nextafter(1.25, 2),
    2.0,
    np.inf,
]


def _intervals() -> tuple[np.ndarray, np.ndarray]:
    drawn = np.sort(np.random.default_rng(4).uniform(0, 2.5, (20_000, 2)), axis=1)
    edges = np.array([(low, high) for low, high in itertools.product(EDGES, EDGES) if low <= high])
    return np.concatenate([drawn[:, 0], edges[:, 0]]), np.concatenate([drawn[:, 1], edges[:, 1]])


def test_each_interval_has_exactly_one_state():
    lows, highs = _intervals()
    found = states_of(lows, highs).tolist()
    for low, high, state in zip(lows, highs, found, strict=True):
        assert [name for name, holds in ROWS.items() if holds(low, high)] == [state]
    assert set(found) == set(INTERVAL_STATES)


def test_there_are_ten_states():
    assert len(set(STATES)) == 10


@pytest.mark.parametrize(
    ("low", "high", "state"),
    [
        (0.2, 0.7999, "clearly_lower"),
        (0.2, 0.8, "lower_size_unsure"),
        (0.8, 0.9999, "small_difference"),
        (0.7999, 1.0, "too_few_to_say"),
        (0.8, 1.25, "about_as_expected"),
        (1.0, 1.26, "too_few_to_say"),
        (1.0001, 1.26, "higher_size_unsure"),
        (1.25, 1.26, "higher_size_unsure"),
        (1.2501, np.inf, "clearly_higher"),
        (0.0, np.inf, "too_few_to_say"),
    ],
)
def test_a_bound_belongs_to_the_band(low: float, high: float, state: str):
    assert state_of(low, high) == state


@pytest.mark.parametrize(("low", "high"), [(1.0, 0.9), (np.nan, 1.0), (0.5, np.nan)])
def test_what_is_no_interval_has_no_state(low: float, high: float):
    with pytest.raises(ValueError, match="interval"):
        state_of(low, high)


@pytest.mark.parametrize(
    ("lows", "highs", "state", "decided"),
    [
        ([0.4, 0.5], [0.7, 0.79], "clearly_lower", True),
        ([0.4, 0.9], [0.7, 0.95], "lower_size_unsure", True),
        ([0.5, 0.6], [1.4, 1.5], "too_few_to_say", True),
        ([0.5, 0.6], [0.7, 1.5], "cannot_tell", False),
        ([0.5, 1.3], [0.7, 1.6], "cannot_tell", False),
        ([0.85], [1.1], "about_as_expected", True),
        ([0.85, 1.05], [0.95, 1.2], "about_as_expected", True),
    ],
)
def test_corners_combine_to_the_state_of_their_union(lows: list[float], highs: list[float], state: str, decided: bool):
    combined = combined_state(lows, highs)
    assert combined == (state, min(lows), max(highs), decided)


def test_a_clear_state_needs_every_corner_to_be_clear():
    """With a bound that cannot be known, no group is clearly lower unless both ends agree."""
    random = np.random.default_rng(5)
    for corners in np.sort(random.uniform(0.3, 1.6, (5_000, 4, 2)), axis=2):
        lows, highs = corners[:, 0], corners[:, 1]
        combined = combined_state(lows, highs)
        for clear in ("clearly_lower", "clearly_higher"):
            assert (combined.state == clear) == bool((states_of(lows, highs) == clear).all())
        assert combined.state in {*INTERVAL_STATES, "cannot_tell"}
        assert combined.decided == (combined.state != "cannot_tell")


def test_no_corner_is_no_finding():
    with pytest.raises(ValueError, match="corner"):
        combined_state([], [])


def test_the_flag_asks_for_a_clear_state_a_small_q_value_and_enough_expected():
    states = ["clearly_lower", "clearly_lower", "clearly_lower", "clearly_lower", "lower_size_unsure"]
    flags = is_under_served(states, [0.05, 0.051, 0.01, np.nan, 0.01], [5.0, 50.0, 4.9, 50.0, 50.0])
    assert flags.tolist() == [True, False, False, False, False]
