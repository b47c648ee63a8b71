"""How often intervals hold the truth, and how often the rule for change is wrong.

Intervals of one share or count are not simulated: the chance of each count is known, so their coverage is exact. The
others are simulated.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom, poisson
from simulation.worlds import SEED, Floats

from pipelines.statistics.change import exact_change, xmr
from pipelines.statistics.intervals import (
    byar,
    clopper_pearson,
    count_interval,
    garwood,
    newcombe_difference,
    score_ratio,
    wilson,
)

SHARES = np.linspace(0.005, 0.5, 100)
MEANS = np.linspace(0.5, 30, 119)
BASES = (20, 50, 300, 1_250, 5_000)
PAIRS = 20_000
SERIES = 4_000


@dataclass(frozen=True)
class Covered:
    """Mean and lowest coverage of one interval over a grid of truths."""

    name: str
    where: str
    mean: float
    least: float


@dataclass(frozen=True)
class ChangeResult:
    """False alarms and power of the rule for falls, and of chart limits, at one mean and length of series."""

    mean: float
    earlier: int
    false_alarm: float
    power: float
    chart_false_alarm: float
    chart_power: float


def exact_coverages() -> list[Covered]:
    """Work out the coverage of the intervals of one share and of one count, at every point of a grid."""
    found = [_of_shares(name, method, n) for name, method in SHARE_METHODS for n in BASES]
    return found + [_of_counts(name, method) for name, method in COUNT_METHODS]


Method = Callable[..., tuple[Floats, Floats]]
SHARE_METHODS: tuple[tuple[str, Method], ...] = (("Wilson", wilson), ("exact (Clopper-Pearson)", clopper_pearson))
COUNT_METHODS: tuple[tuple[str, Method], ...] = (
    ("Garwood", garwood),
    ("Byar", byar),
    ("Garwood below 10, Byar from 10", count_interval),
)


def _of_shares(name: str, method: Method, n: int) -> Covered:
    x = np.arange(n + 1)
    low, high = method(x, n)
    holds = (low[:, None] <= SHARES) & (high[:, None] >= SHARES)
    coverage = (binom.pmf(x[:, None], n, SHARES) * holds).sum(axis=0)
    return Covered(name, f"a share of {n:,} clients", float(coverage.mean()), float(coverage.min()))


def _of_counts(name: str, method: Method) -> Covered:
    x = np.arange(150)
    low, high = method(x)
    holds = (low[:, None] <= MEANS) & (high[:, None] >= MEANS)
    coverage = (poisson.pmf(x[:, None], MEANS) * holds).sum(axis=0)
    return Covered(name, "a count with a mean of 0.5 to 30", float(coverage.mean()), float(coverage.min()))


def pair_coverages() -> list[Covered]:
    """Simulate the intervals that compare two shares, over truths drawn at random in each of four sizes."""
    generator = np.random.default_rng([SEED, 1])
    found: dict[str, list[float]] = {"difference of two shares (Newcombe 10)": [], "ratio of two shares (score)": []}
    for n in (30, 100, 300, 1_000):
        share1, share2 = generator.uniform(0.05, 0.6, (2, PAIRS))
        x1, x2 = generator.binomial(n, share1), generator.binomial(2 * n, share2)
        limits = newcombe_difference(x1, n, x2, 2 * n), score_ratio(x1, n, x2, 2 * n)
        for values, (low, high), truth in zip(found.values(), limits, (share1 - share2, share1 / share2), strict=True):
            values.append(float(np.mean((low <= truth) & (truth <= high))))
    where = "30 to 1,000 clients against twice as many"
    return [Covered(name, where, float(np.mean(values)), min(values)) for name, values in found.items()]


def change_results() -> list[ChangeResult]:
    """Simulate quarterly counts that stay or halve, and ask the rule for falls and limits of a chart."""
    return [_change(mean, quarters) for mean in (5.0, 10.0, 20.0, 50.0) for quarters in (8, 12, 20)]


def _change(mean: float, earlier: int) -> ChangeResult:
    generator = np.random.default_rng([SEED, 2, int(mean), earlier])
    series = generator.poisson(mean, (SERIES, earlier))
    same, halved = generator.poisson(mean, SERIES), generator.poisson(mean / 2, SERIES)
    total = series.sum(axis=1)
    alarm, seen = (exact_change(now, total, 1, earlier + 1).p_fall <= 0.05 for now in (same, halved))
    charts = [xmr(row, require_enough=False) for row in series.astype(float)]
    low = np.array([chart.low if chart else -np.inf for chart in charts])
    return ChangeResult(mean, earlier, *(float(np.mean(part)) for part in (alarm, seen, same < low, halved < low)))
