"""Has a series changed: an exact test of the newest count, and charts of a series around its baseline.

The test is for small counts and carries the findings. Limits of a chart need a mean and a length that bear them: below
those a chart has no limits. A baseline is fixed by the caller, and never moved without a person's dated event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.arrays import Floats, floats, not_negative, together

# Limits from moving ranges: 3/1.128 and 3.267 are the constants of ranges of two values.
MOVING_RANGE_FACTOR, MOVING_RANGE_LIMIT = 2.66, 3.267
# On smaller or shorter baselines such limits raise false alarms, or lie below 0 and can show no fall.
LEAST_MEAN, LEAST_POINTS = 10.0, 12
EWMA_WIDTH = 3.0


@dataclass(frozen=True, eq=False)
class Change:
    """One-sided p-values of the newest count: for a fall, and for a rise."""

    p_fall: Floats
    p_rise: Floats


@dataclass(frozen=True)
class Xmr:
    """The mean of a baseline and its natural limits; the lower one may be below 0."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Ewma:
    """A series of weighted means, each with the past in it, and its limits."""

    series: Floats
    low: float
    high: float


def exact_change(y: ArrayLike, earlier_total: ArrayLike, exposure_now: ArrayLike, exposure_all: ArrayLike) -> Change:
    """Test whether the newest count fits the earlier ones, given their total.

    If nothing changed, the newest period has its share of all events as a binomial with the share of its exposure.

    Args:
        y: the newest count.
        earlier_total: the sum of the earlier counts.
        exposure_now: exposure of the newest period, such as the centres that reported.
        exposure_all: exposure of all periods, the newest included.
    Raises:
        ValueError: a negative count, or an exposure that leaves none for either side.
    Source: Przyborowski and Wilenski 1940, Biometrika 31:313.
    Examples:
        >>> round(float(exact_change(0, 9, 1, 10).p_fall), 4)
        0.3874
    """
    from scipy.special import betainc

    now, earlier = not_negative(y, "a count"), not_negative(earlier_total, "a count")
    now, earlier, exposed, all_exposed = together(now, earlier, exposure_now, exposure_all)
    if not np.all((exposed > 0) & (exposed < all_exposed)):
        raise ValueError("both the newest period and the earlier ones need exposure")
    share = exposed / all_exposed
    fall = np.where(earlier == 0, 1.0, betainc(np.where(earlier == 0, 1, earlier), now + 1, 1 - share))
    rise = np.where(now == 0, 1.0, betainc(np.where(now == 0, 1, now), earlier + 1, share))
    return Change(floats(fall), floats(rise))


def xmr(values: ArrayLike, *, require_enough: bool = True) -> Xmr | None:
    """Give the natural limits of a baseline: its mean, plus and minus 2.66 mean moving ranges.

    Moving ranges above 3.267 times their mean are dropped once, so that one jump does not widen the limits.

    Args:
        values: the baseline in order of time.
        require_enough: give nothing for a mean below 10 or fewer than 12 points.
    Returns:
        None where the baseline cannot bear limits; never limits for fewer than two points.
    Raises:
        ValueError: a value is not known.
    Source: Shewhart charts of individual values, ISO 7870-2:2013; screening of ranges as in
        NHSRplotthedots, ptd_spc_standard.
    """
    points = floats(values)
    if np.isnan(points).any():
        raise ValueError("a baseline cannot have a value that is not known")
    mean = float(points.mean()) if points.size else 0.0
    if points.size < 2 or (require_enough and (mean < LEAST_MEAN or points.size < LEAST_POINTS)):
        return None
    ranges = np.abs(np.diff(points))
    screened = ranges[ranges <= MOVING_RANGE_LIMIT * ranges.mean()]
    reach = MOVING_RANGE_FACTOR * float(screened.mean())
    return Xmr(mean, mean - reach, mean + reach)


def ewma(values: ArrayLike, target: float, sd: float, weight: float) -> Ewma:
    """Give exponentially weighted means of a series that starts at its target, with three-sigma limits.

    Args:
        values: the series in order of time.
        target: what the series should be.
        sd: the standard deviation of one value.
        weight: the weight of the newest value, above 0 and at most 1.
    Raises:
        ValueError: a weight outside its range, or a negative standard deviation.
    Source: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4.
    """
    if not 0 < weight <= 1 or sd < 0:
        raise ValueError("a weight lies above 0 and at most at 1, a standard deviation is not below 0")
    series, mean = [], target
    for value in floats(values).tolist():
        mean = weight * value + (1 - weight) * mean
        series.append(mean)
    reach = EWMA_WIDTH * sd * float(np.sqrt(weight / (2 - weight)))
    return Ewma(floats(series), target - reach, target + reach)
