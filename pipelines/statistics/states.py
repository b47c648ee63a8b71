"""The ten states of a finding, and which of them an interval of a ratio gives.

Answers rows 4 to 10 of the table of states, which depend on the interval alone: they are total and exclusive. Whether a
field was collected, whether a figure may be shown and whether a benchmark compares (rows 1 to 3) is for the caller.
The bounds here are the only ones: nothing else in the package may state a material difference or a least number.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.arrays import floats, together

# A ratio within the band is no material difference. The two ends are each other's reciprocal.
# Source: the four-fifths rule of fair selection, 29 CFR 1607.4(D), taken as the bound for "clearly".
MATERIAL_LOW, MATERIAL_HIGH = 0.8, 1.25
# The two-sided level of every interval, and the share of false flags that is accepted among all flags of a family.
LEVEL, FALSE_DISCOVERY_RATE = 0.95, 0.05
# Fewer expected clients cannot show under-service: with none seen the upper limit is 3.69, over 0.8 of 4.6.
LEAST_EXPECTED = 5.0
# Strata whose ratios differ at this level have no common ratio.
HOMOGENEITY_LEVEL = 0.05
# That strata differ is told at this q-value. The test rests on large numbers and errs far out in its tail: at 0.05 some
# 10 % of null editions claimed it, at 0.01 some 3 to 5 % (test_need_profiles repeats the measurement).
HOMOGENEITY_RATE = 0.01

CLEARLY_LOWER, LOWER_SIZE_UNSURE = "clearly_lower", "lower_size_unsure"
ABOUT_AS_EXPECTED, SMALL_DIFFERENCE = "about_as_expected", "small_difference"
CLEARLY_HIGHER, HIGHER_SIZE_UNSURE = "clearly_higher", "higher_size_unsure"
TOO_FEW_TO_SAY, CANNOT_TELL = "too_few_to_say", "cannot_tell"
NOT_COLLECTED, WITHHELD = "not_collected", "withheld"

# Rows 4 to 10, in order: what an interval alone can give.
INTERVAL_STATES = (
    CLEARLY_LOWER,
    LOWER_SIZE_UNSURE,
    ABOUT_AS_EXPECTED,
    SMALL_DIFFERENCE,
    CLEARLY_HIGHER,
    HIGHER_SIZE_UNSURE,
    TOO_FEW_TO_SAY,
)
# All ten, in the order in which the first that holds wins.
STATES = (NOT_COLLECTED, WITHHELD, CANNOT_TELL, *INTERVAL_STATES)


class CombinedState(NamedTuple):
    """What several corners say together.

    `low` and `high` are the union of the corners' intervals. `decided` is false when the bounds lead to different
    verdicts, that is when `state` is `cannot_tell`; which bound decides is for the caller to name.
    """

    state: str
    low: float
    high: float
    decided: bool


def states_of(low: ArrayLike, high: ArrayLike) -> NDArray[np.str_]:
    """Give the state of each interval of a ratio; ends are closed, and the upper one may be infinite.

    Raises:
        ValueError: an end is not known, or the lower one is above the upper one.
    Examples:
        >>> states_of([0.5, 0.7, 0.7], [0.79, 0.99, 1.0]).tolist()
        ['clearly_lower', 'lower_size_unsure', 'too_few_to_say']
    """
    lows, highs = together(low, high)
    if not np.all(lows <= highs):
        raise ValueError("an interval needs a lower end that is not above its upper end")
    inside = (lows >= MATERIAL_LOW) & (highs <= MATERIAL_HIGH)
    holds_one = (lows <= 1) & (highs >= 1)
    rows = [
        highs < MATERIAL_LOW,
        (lows < MATERIAL_LOW) & (highs >= MATERIAL_LOW) & (highs < 1),
        inside & holds_one,
        inside & ~holds_one,
        lows > MATERIAL_HIGH,
        (lows > 1) & (lows <= MATERIAL_HIGH) & (highs > MATERIAL_HIGH),
    ]
    return np.asarray(np.select(rows, INTERVAL_STATES[:-1], TOO_FEW_TO_SAY), dtype=np.str_)


def state_of(low: float, high: float) -> str:
    """Give the state of one interval of a ratio.

    Examples:
        >>> state_of(0.85, 1.2), state_of(0.85, 0.95), state_of(1.1, 1.3)
        ('about_as_expected', 'small_difference', 'higher_size_unsure')
    """
    return str(states_of(low, high))


def combined_state(lows: ArrayLike, highs: ArrayLike) -> CombinedState:
    """Give the state of a finding whose interval was worked out at every corner of its bounds.

    The interval is the union of the corners'. Its state stands unless it is `too_few_to_say` while some corner alone
    says more: then the bounds lead to different verdicts and the state is `cannot_tell`.

    Raises:
        ValueError: there is no corner, or a corner is no interval.
    Examples:
        >>> combined_state([0.5, 1.3], [0.7, 1.6]).state
        'cannot_tell'
        >>> combined_state([0.5, 0.6], [0.7, 0.9])
        CombinedState(state='lower_size_unsure', low=0.5, high=0.9, decided=True)
    """
    corners = states_of(lows, highs)
    if not corners.size:
        raise ValueError("a finding needs at least one corner")
    low, high = float(np.min(floats(lows))), float(np.max(floats(highs)))
    state = state_of(low, high)
    decided = state != TOO_FEW_TO_SAY or bool(np.all(corners == TOO_FEW_TO_SAY))
    return CombinedState(state if decided else CANNOT_TELL, low, high, decided)


def is_under_served(state: ArrayLike, q_value: ArrayLike, expected: ArrayLike) -> NDArray[np.bool_]:
    """Tell which groups carry the flag: clearly lower, with a small q-value, and enough expected clients.

    Args:
        state: the state of each group after all bounds.
        q_value: its Benjamini-Hochberg value in its family; NaN where it was not tested, which is never flagged.
        expected: clients expected at the benchmark share.
    """
    found = np.asarray(state) == CLEARLY_LOWER
    return np.asarray(
        found & (floats(q_value) <= FALSE_DISCOVERY_RATE) & (floats(expected) >= LEAST_EXPECTED), dtype=np.bool_
    )
