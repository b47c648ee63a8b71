"""Representation: is a group seen as often as its share of the benchmark population?

Answers with a ratio, its limits after chance and every bound, a state and a q-value. It works on plain figures, so that
a finding is a function of what was published, and a simulation can ask the same question of invented figures.

Source: the design of states and bounds is the project's own, see docs/statistics.md; each method names its paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.analysis.benchmarks import Share
from pipelines.analysis.recorded import Figures, Range
from pipelines.statistics.arrays import Floats, floats
from pipelines.statistics.intervals import clopper_pearson
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.representation import bounded_benchmark, highest_clearly_lower
from pipelines.statistics.states import (
    CANNOT_TELL,
    LEAST_EXPECTED,
    TOO_FEW_TO_SAY,
    combined_state,
    is_under_served,
    states_of,
)

MISSING, BENCHMARK, LOWER_BOUND = "missing", "benchmark", "lower_bound"


@dataclass(frozen=True)
class Comparison(Figures):
    """The figures of one comparison and the benchmark share.

    `is_lower_bound`: everybody else may belong as well, because membership is often not recorded.
    """

    share: Share
    is_lower_bound: bool = False

    @property
    def most_range(self) -> Range:
        """Give how many may belong if everybody who may belong does."""
        return self.base_range if self.is_lower_bound else self.possible_range

    @property
    def expected(self) -> float:
        """Give the clients expected at the benchmark share; at its lower end where it is a range."""
        return self.base * self.share.low


@dataclass(frozen=True)
class Assessment:
    """What one comparison shows.

    `observed` is the share of those for whom membership is known; None where nobody is, or where none was seen and some
    may be. `share_low` and `share_high` allow for chance, rounding and everybody not known; `ratio_low` and
    `ratio_high` also for the benchmark's range. `ratio` is None where the benchmark is a range. `q_value` is None where
    fewer than five clients are expected. `decided_by` names the bound that leaves the state open; `tipping` is the
    least number of those not known that would change what the recorded figures say. `must_be_below` is the most members
    that, with nobody not known, would still be clearly lower once they are published, or None.
    """

    observed: float | None
    share_low: float
    share_high: float
    missing_low: float
    missing_high: float
    ratio: float | None
    ratio_low: float
    ratio_high: float
    expected: float
    q_value: float | None
    state: str
    is_flagged: bool
    decided_by: tuple[str, ...]
    tipping: int | None
    must_be_below: int | None


def assess(comparisons: Sequence[Comparison], *, n_hidden: int = 0) -> list[Assessment]:
    """Assess all comparisons of an edition as one family.

    Args:
        comparisons: every comparison that has a benchmark and whose figures are published.
        n_hidden: further comparisons with at least five expected clients whose figures are not published. They stay in
            the family with p = 1, so that no q-value depends on what is hidden.
    Returns:
        One assessment per comparison, in their order.
    """
    if not comparisons:
        return []
    limits = _corner_limits(comparisons)
    expected = np.array([comparison.expected for comparison in comparisons])
    q_values = _q_values(limits.p_lower, expected, n_hidden)
    return [
        _assessment(comparison, limits.low[at], limits.high[at], float(q_values[at]))
        for at, comparison in enumerate(comparisons)
    ]


@dataclass(frozen=True, eq=False)
class CornerLimits:
    """Limits of the ratio at the four corners of each comparison, and the largest p-value of the four.

    `low` and `high` have the shape (comparisons, 4): fewest members at the low and high end of the benchmark, then most
    members at both.
    """

    low: Floats
    high: Floats
    p_lower: Floats


def corner_limits(recorded: Floats, most: Floats, base: Floats, shares: Floats, samples: Floats) -> CornerLimits:  # noqa: PLR0917
    """Work out the limits at every corner for many comparisons at once.

    All but the last have the shape (comparisons, 2): a least and a greatest value, the same where figures are exact.
    The limits of a corner hold for every value between them, so rounding widens each corner and adds none.

    Args:
        recorded: clients recorded in the group.
        most: clients if everybody who may belong does.
        base: clients compared.
        shares: benchmark shares, low and high.
        samples: effective sample size of the benchmark, infinite where it is no sample.
    """
    least, greatest = (np.stack([recorded[:, end], recorded[:, end], most[:, end], most[:, end]], 1) for end in (0, 1))
    q = np.concatenate([shares, shares], axis=1)
    found = bounded_benchmark((least, greatest), (base[:, :1], base[:, 1:]), q, samples[:, None])
    return CornerLimits(found.low, found.high, found.p_lower.max(axis=1))


def _corner_limits(comparisons: Sequence[Comparison]) -> CornerLimits:
    return corner_limits(
        floats([each.recorded_range for each in comparisons]),
        floats([each.most_range for each in comparisons]),
        floats([each.base_range for each in comparisons]),
        floats([(each.share.low, each.share.high) for each in comparisons]),
        floats([each.share.effective_sample or np.inf for each in comparisons]),
    )


def _q_values(p_lower: Floats, expected: Floats, n_hidden: int) -> Floats:
    """Adjust the p-values of the family; NaN for comparisons that do not belong to it."""
    tested = expected >= LEAST_EXPECTED
    family = np.concatenate([p_lower[tested], np.ones(n_hidden)])
    found = np.full(len(p_lower), np.nan)
    found[tested] = benjamini_hochberg(family)[: int(tested.sum())]
    return found


def _assessment(comparison: Comparison, low: Floats, high: Floats, q_value: float) -> Assessment:
    combined = combined_state(low, high)
    observed, middle = comparison.observed, (comparison.share.low + comparison.share.high) / 2
    share_low, share_high = _share_limits(comparison)
    decided_by = _deciding(comparison, low, high) if combined.state == CANNOT_TELL else ()
    return Assessment(
        observed=observed,
        share_low=share_low,
        share_high=share_high,
        missing_low=comparison.missing_low,
        missing_high=comparison.missing_high,
        ratio=observed / middle if comparison.share.is_exact and observed is not None else None,
        ratio_low=combined.low,
        ratio_high=combined.high,
        expected=comparison.expected,
        q_value=None if np.isnan(q_value) else q_value,
        state=combined.state,
        is_flagged=bool(is_under_served(combined.state, q_value, comparison.expected)),
        decided_by=decided_by,
        tipping=_tipping(comparison) if decided_by == (MISSING,) else None,
        must_be_below=_must_be_below(comparison),
    )


def _share_limits(comparison: Comparison) -> tuple[float, float]:
    """Give the limits of the share: the fewest members in the largest base, the most in the smallest."""
    fewest, most = comparison.recorded_range[0], comparison.most_range[1]
    smallest, largest = comparison.base_range
    high = float(clopper_pearson(most, smallest)[1]) if most < smallest else 1.0
    return float(clopper_pearson(fewest, largest)[0]), high


def _deciding(comparison: Comparison, low: Floats, high: Floats) -> tuple[str, ...]:
    """Name the bounds that lead to different verdicts: those without which each verdict would be settled."""
    if comparison.is_lower_bound:
        return (LOWER_BOUND,)
    few, many = slice(0, 2), slice(2, 4)
    settled_without_missing = all(combined_state(low[side], high[side]).decided for side in (few, many))
    settled_without_range = all(combined_state(low[end::2], high[end::2]).decided for end in (0, 1))
    if settled_without_missing and not settled_without_range:
        return (MISSING,)
    if settled_without_range and not settled_without_missing:
        return (BENCHMARK,)
    has_range = not comparison.share.is_exact
    return tuple(name for name, counts in ((MISSING, comparison.missing > 0), (BENCHMARK, has_range)) if counts)


def _tipping(comparison: Comparison) -> int | None:
    """Find the least number of those not known who would have to belong for the recorded verdict to change."""
    added = np.arange(comparison.missing + 1, dtype=np.float64)[:, None]
    members = np.minimum(floats([comparison.recorded_range]) + added, comparison.base_range[1])
    share, n = comparison.share, len(added)
    base, shares = (np.repeat(floats([ends]), n, axis=0) for ends in (comparison.base_range, (share.low, share.high)))
    limits = corner_limits(members, members, base, shares, np.full(n, share.effective_sample or np.inf))
    union = states_of(limits.low.min(axis=1), limits.high.max(axis=1))
    is_open = (union == TOO_FEW_TO_SAY) & ~(states_of(limits.low, limits.high) == TOO_FEW_TO_SAY).all(axis=1)
    states = np.where(is_open, CANNOT_TELL, union)
    changed = np.flatnonzero(states != states[0])
    return int(changed[0]) if changed.size else None


def _must_be_below(comparison: Comparison) -> int | None:
    """Find the most members, as they would be shown, that are clearly lower for every number behind them."""
    share, step = comparison.share, comparison.reach_members + 1
    most = float(highest_clearly_lower(comparison.base_range[0], share.low, share.effective_sample or np.inf))
    shown = most - comparison.reach_members - comparison.reach_missing
    return int(shown // step) * step if shown >= 0 else None
