"""Like for like: rates as if two populations had the same make-up, and centres beside their network.

Direct standardisation compares rates under one make-up; indirect standardisation compares a count with what reference
rates would give, for when strata are thin. The funnel says which centres differ by more than chance and the usual
variation between centres explain; it never ranks them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from pipelines.statistics.arrays import Floats, counts_of, floats, not_negative, ratio, tail_of, together
from pipelines.statistics.intervals import byar, count_interval
from pipelines.statistics.states import LEVEL

# Fewer events give no directly standardised rate. Source: PHEindicatormethods, phe_dsr.
LEAST_EVENTS = 10
# The share of centres at each end whose distance is drawn in before the usual variation is measured.
WINSORISED = 0.1


class TooFewEvents(ValueError):  # noqa: N818 - says what is so, as the errors of the package do
    """There is too little to work a rate or a model from, or nobody in a stratum that has weight."""


@dataclass(frozen=True)
class Standardised:
    """A directly standardised rate with its limits, per so many people, and the events it rests on."""

    rate: float
    low: float
    high: float
    events: float


@dataclass(frozen=True)
class StandardisedRatio:
    """Events observed over those that reference rates would give, with limits."""

    observed: float
    expected: float
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class OverDispersion:
    """How much more centres vary than chance explains: `phi` is 1 and `tau2` is 0 when chance explains all."""

    phi: float
    tau2: float


def direct(
    events: ArrayLike, base: ArrayLike, weights: ArrayLike, level: float = LEVEL, *, per: float = 1.0
) -> Standardised:
    """Give the rate that a standard population would have at this population's stratum rates.

    Args:
        events: events of each stratum.
        base: people of each stratum.
        weights: people of each stratum in the standard population.
        level: two-sided.
        per: people the rate is per.
    Raises:
        TooFewEvents: fewer than 10 events, or a stratum with weight has nobody.
    Source: Dobson, Kuulasmaa, Eberle and Scherer 1991, Stat Med 10:457, with Byar's limits.
    """
    counts, bases, shares = together(
        not_negative(events, "a count"), not_negative(base, "a base"), not_negative(weights, "a weight")
    )
    total = float(counts.sum())
    if total < LEAST_EVENTS:
        raise TooFewEvents(f"a standardised rate needs at least {LEAST_EVENTS} events")
    if np.any((bases == 0) & (shares > 0)) or not shares.sum():
        raise TooFewEvents("every stratum that has weight needs people, and some stratum needs weight")
    weight = shares / shares.sum()
    rate = float((weight * _rates(counts, bases)).sum())
    scale = float(np.sqrt((weight**2 * _rates(counts, bases**2)).sum() / total))
    low, high = (rate + scale * (float(limit) - total) for limit in byar(total, level))
    return Standardised(per * rate, per * low, per * high, total)


def indirect(
    events: ArrayLike, base: ArrayLike, ref_events: ArrayLike, ref_base: ArrayLike, *, level: float = LEVEL
) -> StandardisedRatio:
    """Give the events observed over those expected at the reference's stratum rates.

    Args:
        events: events of each stratum, or their total.
        base: people of each stratum.
        ref_events: events of each stratum of the reference.
        ref_base: people of each stratum of the reference.
        level: two-sided.
    Raises:
        TooFewEvents: nothing is expected, or a stratum with people has nobody in the reference.
    Source: Breslow and Day 1987, Statistical Methods in Cancer Research II; PHEindicatormethods, phe_isr.
    """
    observed = float(not_negative(events, "a count").sum())
    bases, counts, people = together(
        not_negative(base, "a base"), not_negative(ref_events, "a count"), not_negative(ref_base, "a base")
    )
    if np.any((people == 0) & (bases > 0)):
        raise TooFewEvents("every stratum that has people needs people in the reference")
    expected = float((bases * _rates(counts, people)).sum())
    if not expected:
        raise TooFewEvents("the reference expects no events")
    low, high = (float(limit) / expected for limit in count_interval(observed, level))
    return StandardisedRatio(observed, expected, observed / expected, low, high)


def _rates(counts: Floats, bases: Floats) -> Floats:
    """Give counts over bases; a stratum without people, which then has no weight, adds nothing."""
    return floats(np.where(bases > 0, ratio(counts, bases), 0.0))


def over_dispersion(x: ArrayLike, n: ArrayLike, share: float) -> OverDispersion:
    """Measure how much centres vary beyond chance around the network's share.

    The most distant tenth at each end is drawn in first, so that the centres to be found do not hide themselves.

    Args:
        x: clients with the trait, by centre.
        n: clients, by centre; a centre without any is left out.
        share: the network's share, between 0 and 1.
    Source: Spiegelhalter 2005, Stat Med 24:1185; variance between centres by moments, DerSimonian and Laird
        1986, Control Clin Trials 7:177.
    """
    counts, bases = counts_of(x, n)
    counts, bases = counts[bases > 0], bases[bases > 0]
    variance = _inner(share) * (1 - share) / bases
    size = counts.size
    if size < 2:
        return OverDispersion(1.0, 0.0)
    z = (counts / bases - share) / np.sqrt(variance)
    phi = float(np.mean(np.clip(z, *np.quantile(z, [WINSORISED, 1 - WINSORISED])) ** 2))
    weights = 1 / variance
    tau2 = (size * phi - (size - 1)) / (weights.sum() - (weights**2).sum() / weights.sum())
    return OverDispersion(max(phi, 1.0), max(float(tau2), 0.0) if phi > 1 else 0.0)


def funnel_limits(n: ArrayLike, share: float, tau2: float = 0.0, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Give the limits between which a centre of n clients lies if only chance and usual variation set it apart.

    Without variation between centres the limits are exact: a centre falls below the lower one, or above the upper one,
    no more often than the level says. With it they stand so much further off as the standard deviation grows.

    Args:
        n: clients of the centre; with none, any share is within.
        share: the network's share, between 0 and 1.
        tau2: variance between centres, from `over_dispersion`.
        level: two-sided; 0.95 and 0.998 are usual.
    Source: Spiegelhalter 2005, Stat Med 24:1185 (limits between whole counts; the upper one is here the
        lower one of the clients without the trait, so that both ends are exact).
    """
    bases = not_negative(n, "a base")
    wider = np.sqrt(1 + tau2 * bases / (_inner(share) * (1 - share)))
    low = share - wider * (share - _lower_end(bases, share, level))
    high = share + wider * (1 - share - _lower_end(bases, 1 - share, level))
    empty = bases == 0
    return floats(np.where(empty, 0.0, np.clip(low, 0.0, 1.0))), floats(np.where(empty, 1.0, np.clip(high, 0.0, 1.0)))


def _lower_end(n: Floats, share: float, level: float) -> Floats:
    # Not scipy.stats, which takes as long to load as the rest of the statistics of a run together.
    from scipy.special import bdtr, bdtrik

    tail = tail_of(level)
    above = np.ceil(bdtrik(tail, n, share))
    before = np.maximum(above - 1, 0)
    count = np.where(bdtr(before, n, share) >= tail, before, above)
    below, upto = np.where(count > 0, bdtr(np.maximum(count - 1, 0), n, share), 0.0), bdtr(count, n, share)
    return floats(np.maximum(ratio(count - ratio(upto - tail, upto - below), n), 0.0))


def _inner(share: float) -> float:
    if not 0 < share < 1:
        raise ValueError("the network's share lies between 0 and 1, both excluded")
    return share
