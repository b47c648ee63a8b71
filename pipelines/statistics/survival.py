"""How long something takes where some are still waiting: survival curves, life tables and their comparison.

Whoever is still waiting when the records end counts as waiting up to that day ("censored") and as nothing after it.
Times are in any unit. A time at which something came and a time at which somebody left may be the same: whoever left
then was still waiting when it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.arrays import Floats, counts_of, floats, not_negative, quantile_of, ratio, together
from pipelines.statistics.states import LEVEL


@dataclass(frozen=True, eq=False)
class Curve:
    """The share still waiting after each time at which something came.

    Grain: one place per such time, in order. `at_risk` are those waiting just before it, `events` those for whom it
    came then, `share` those still waiting after it, with its standard `error` and its limits.
    """

    times: Floats
    at_risk: Floats
    events: Floats
    share: Floats
    error: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Median:
    """The time by which half have stopped waiting, and its limits; None where the curve does not come down so far."""

    time: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class LogRank:
    """Members of a group beside all others: what came for them, what would have come without a difference, and p.

    `statistic` is chi-squared with one degree of freedom; `z` is below 0 where members wait longer.
    """

    observed: float
    expected: float
    statistic: float
    z: float
    p_value: float


@dataclass(frozen=True, eq=False)
class LifeTable:
    """The share still waiting at the end of each interval, with its standard error; `exposed` are at risk in it."""

    exposed: Floats
    share: Floats
    error: Floats


def kaplan_meier(times: ArrayLike, has_come: ArrayLike, n: ArrayLike = 1, *, level: float = LEVEL) -> Curve:
    """Give the share still waiting after each time at which something came.

    Args:
        times: how long each has waited.
        has_come: whether it came then; otherwise the records of this one end then.
        n: how many each row stands for.
        level: two-sided, for the limits.
    Raises:
        ValueError: a time or a number below 0.
    Source: Kaplan and Meier 1958, J Am Stat Assoc 53:457; standard error by Greenwood 1926; limits as for
        `waiting_limits`.
    """
    waited, came, rows = _rows(times, has_come, n)
    moments, at_risk, events = _moments(waited, came, rows)
    share = floats(np.cumprod(1 - ratio(events, at_risk)))
    error = _greenwood(share, events, at_risk)
    low, high = waiting_limits(share, error, level=level)
    return Curve(moments, at_risk, events, share, error, low, high)


def median_of(curve: Curve) -> Median:
    """Give the first time after which no more than half are still waiting; its limits are those of the curve.

    Source: Brookmeyer and Crowley 1982, Biometrics 38:29.
    """
    found = (_first(curve.times, line) for line in (curve.share, curve.low, curve.high))
    return Median(*found)


def log_rank(
    times: ArrayLike, has_come: ArrayLike, is_member: ArrayLike, n: ArrayLike = 1, *, strata: Sequence[str] = ()
) -> LogRank:
    """Test whether members of a group wait as long as all others, within strata where there are some.

    Args:
        times: how long each has waited.
        has_come: whether it came then.
        is_member: who belongs to the group.
        n: how many each row stands for.
        strata: the stratum of each; nobody is compared with somebody of another one.
    Returns:
        The test; where nothing can be compared, z is 0 and p is 1.
    Raises:
        ValueError: a time or a number below 0.
    Source: Mantel 1966, Cancer Chemother Rep 50:163; Peto and Peto 1972, J R Stat Soc A 135:185.
    """
    waited, came, rows = _rows(times, has_come, n)
    members = np.broadcast_to(np.asarray(is_member, dtype=bool), waited.shape)
    named = np.asarray(strata if len(strata) else [""] * len(waited))
    parts = [_log_rank_of(waited[at], came[at], members[at], rows[at]) for at in _places(named)]
    observed, expected, variance = (float(sum(part[place] for part in parts)) for place in range(3))
    z = (observed - expected) / variance**0.5 if variance > 0 else 0.0
    return LogRank(observed, expected, z**2, z, 2 * NormalDist().cdf(-abs(z)))


def life_table(entered: ArrayLike, events: ArrayLike, left: ArrayLike) -> LifeTable:
    """Give the share still waiting at the end of each interval, from grouped times.

    Those whose records end within an interval are taken as at risk for half of it.

    Args:
        entered: those waiting at the beginning of the first interval; the last dimension of the others is intervals.
        events: for how many it came in each interval.
        left: for how many the records end in each interval.
    Raises:
        ValueError: more came or left than were there.
    Source: Cutler and Ederer 1958, J Chronic Dis 8:699; standard error by Greenwood 1926.
    """
    came, gone = together(not_negative(events, "a count"), not_negative(left, "a count"))
    before = floats(entered)[..., None] - np.cumsum(came + gone, axis=-1) + came + gone
    counts_of(came + gone, before)
    exposed = floats(before - gone / 2)
    share = floats(np.cumprod(1 - np.where(exposed > 0, ratio(came, exposed), 0.0), axis=-1))
    return LifeTable(exposed, share, _greenwood(share, came, exposed))


def waiting_limits(share: ArrayLike, error: ArrayLike, *, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Give the limits of a share still waiting: symmetric on the scale of log(-log), so that they stay within 0 and 1.

    Where the share is 0 or 1 chance is not estimated, and it may be any.

    Source: Kalbfleisch and Prentice 1980, The Statistical Analysis of Failure Time Data, 1.3.
    """
    shares, errors = together(share, error)
    is_open = (shares <= 0) | (shares >= 1)
    inside = np.where(is_open, 0.5, shares)
    reach = np.exp(quantile_of(level) * np.abs(errors / (inside * np.log(inside))))
    low, high = inside**reach, inside ** (1 / reach)
    return floats(np.where(is_open, 0.0, low)), floats(np.where(is_open, 1.0, high))


def difference_limits(
    first: tuple[ArrayLike, ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike, ArrayLike]
) -> tuple[Floats, Floats]:
    """Give the limits of a difference of two independent estimates from those of each.

    Args:
        first: an estimate, its lower and its upper limit.
        second: what is subtracted, with its limits at the same level.
    Source: Zou and Donner 2008, Stat Med 27:1693; for shares it is method 10 of Newcombe 1998.
    """
    one, low1, high1 = together(*first)
    other, low2, high2 = together(*second)
    apart = one - other
    return floats(apart - np.hypot(one - low1, high2 - other)), floats(apart + np.hypot(high1 - one, other - low2))


def _rows(times: ArrayLike, has_come: ArrayLike, n: ArrayLike) -> tuple[Floats, NDArray[np.bool_], Floats]:
    waited = not_negative(times, "a time")
    came = np.broadcast_to(np.asarray(has_come, dtype=bool), waited.shape)
    return waited, came, floats(np.broadcast_to(not_negative(n, "a count"), waited.shape))


def _moments(waited: Floats, came: NDArray[np.bool_], rows: Floats) -> tuple[Floats, Floats, Floats]:
    """Give the times at which something came, those waiting just before each, and for how many it came."""
    moments, place = np.unique(waited, return_inverse=True)
    events = np.bincount(place[came], rows[came], len(moments))
    at_risk = np.bincount(place, rows, len(moments))[::-1].cumsum()[::-1]
    has_event = events > 0
    return floats(moments[has_event]), floats(at_risk[has_event]), floats(events[has_event])


def _log_rank_of(
    waited: Floats, came: NDArray[np.bool_], members: NDArray[np.bool_], rows: Floats
) -> tuple[float, float, float]:
    """Give what came for members of one stratum, what was expected, and the variance of their difference."""
    moments, at_risk, events = _moments(waited, came, rows)
    order = np.argsort(waited[members])
    behind = np.append(rows[members][order][::-1].cumsum()[::-1], 0.0)
    own = behind[np.searchsorted(waited[members][order], moments)]
    expected = events * own / at_risk
    apart = expected * (1 - own / at_risk) * ratio(at_risk - events, at_risk - 1)
    return float(rows[members & came].sum()), float(expected.sum()), float(apart[at_risk > 1].sum())


def _greenwood(share: Floats, events: Floats, at_risk: Floats) -> Floats:
    """Give the standard error of a share still waiting; 0 once nobody is."""
    is_open = (events > 0) & (events < at_risk)
    parts = np.where(is_open, ratio(events, at_risk * (at_risk - events)), 0.0)
    return floats(share * np.sqrt(np.cumsum(parts, axis=-1)))


def _first(times: Floats, line: Floats) -> float | None:
    below = np.flatnonzero(line <= 0.5)
    return float(times[below[0]]) if below.size else None


def _places(named: NDArray[np.str_]) -> Iterator[NDArray[np.bool_]]:
    yield from (named == name for name in np.unique(named))
