"""The product's rule and the rules that most briefs use, applied to many workspaces at once.

The product's rule is made of the product's own parts; `tests/properties/test_simulation.py` proves that it says what
`pipelines.analysis.representation.assess` says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from simulation.worlds import Floats, Masks, Workspaces

from pipelines.analysis.representation import corner_limits
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.representation import RatioLimits, bounded_benchmark, sampled_benchmark
from pipelines.statistics.states import (
    CANNOT_TELL,
    LEAST_EXPECTED,
    MATERIAL_LOW,
    TOO_FEW_TO_SAY,
    is_under_served,
    states_of,
)

# A count controlled to base 5 lies less than 5 from its published figure.
ROUNDING_REACH = 4


@dataclass(frozen=True, eq=False)
class Judged:
    """What the product says of each group in each workspace; `q_value` is NaN where it was not tested."""

    low: Floats
    high: Floats
    p_lower: Floats
    q_value: Floats
    state: NDArray[np.str_]
    flagged: Masks


def judge(seen: Workspaces) -> Judged:
    """Apply the product's rule: limits at every corner, one family per workspace, the flag."""
    lows, highs, p_lower = _corners(seen)
    expected = seen.base * seen.shares
    q_value = _q_values(p_lower, expected >= LEAST_EXPECTED)
    low, high = lows.min(axis=0), highs.max(axis=0)
    state = _states(lows, highs)
    return Judged(low, high, p_lower, q_value, state, is_under_served(state, q_value, expected))


def flags_of(seen: Workspaces, judged: Judged) -> dict[str, Masks]:
    """Give the flags of every rule, by its name."""
    ratio = seen.members / np.maximum(seen.base - seen.missing, 1) / np.where(seen.shares > 0, seen.shares, np.nan)
    return {
        "product": judged.flagged,
        "below benchmark": ratio < 1,
        "below 0.8": ratio < MATERIAL_LOW,
        "p < .05": judged.p_lower < 0.05,
    }


def without_unknown(seen: Workspaces) -> Workspaces:
    """Leave clients out whose field is empty, as most briefs do."""
    return replace(seen, base=seen.base - seen.missing, missing=np.zeros_like(seen.missing))


def _corners(seen: Workspaces) -> tuple[Floats, Floats, Floats]:
    """Give limits of the shape (corners, workspaces, groups), and the largest p-value of the corners."""
    if seen.rounded:
        # Nobody is shown to be not known, but rounding may hide that some are.
        counts = np.maximum(seen.members - ROUNDING_REACH, 0), seen.members + 2 * ROUNDING_REACH
        bases = seen.base - ROUNDING_REACH, seen.base + ROUNDING_REACH
        return _one_corner(bounded_benchmark(counts, bases, seen.shares, seen.n_eff))
    if not seen.missing.any():
        return _one_corner(sampled_benchmark(seen.members, seen.base, seen.shares, seen.n_eff))
    shape, reach = seen.members.shape, ROUNDING_REACH if seen.rounded else 0
    fewest = np.maximum(seen.members - reach, 0)
    ends = (
        (fewest, np.minimum(seen.members + 2 * reach, seen.base + reach)),
        (fewest + np.maximum(seen.missing - reach, 0), np.minimum(seen.most_members + 2 * reach, seen.base + reach)),
        (seen.base - reach, seen.base + reach),
    )
    recorded, most, base = (
        np.stack([np.broadcast_to(end, shape).reshape(-1) for end in pair], axis=1) for pair in ends
    )
    recorded, most = np.minimum(recorded, base[:, 1:]), np.minimum(most, base[:, 1:])
    shares = np.repeat(seen.shares.reshape(-1, 1), 2, axis=1)
    found = corner_limits(recorded, most, base, shares, np.full(len(shares), seen.n_eff))
    return (
        found.low.T.reshape(-1, *shape),
        found.high.T.reshape(-1, *shape),
        found.p_lower.reshape(shape),
    )


def _one_corner(found: RatioLimits) -> tuple[Floats, Floats, Floats]:
    return found.low[None], found.high[None], found.p_lower


def _states(lows: Floats, highs: Floats) -> NDArray[np.str_]:
    """Apply the rule of the union: its state stands unless it is too few to say while some corner says more."""
    union = states_of(lows.min(axis=0), highs.max(axis=0))
    says_more = (states_of(lows, highs) != TOO_FEW_TO_SAY).any(axis=0)
    return np.where((union == TOO_FEW_TO_SAY) & says_more, CANNOT_TELL, union)


def _q_values(p_lower: Floats, tested: Masks) -> Floats:
    """Adjust within each workspace; what is not tested is no part of its family. Families of one size go together."""
    found, sizes = np.full(p_lower.shape, np.nan), tested.sum(axis=1)
    for size in np.unique(sizes[sizes > 0]):
        own = tested & (sizes == size)[:, None]
        found[own] = benjamini_hochberg(p_lower[own].reshape(-1, size)).ravel()
    return found
