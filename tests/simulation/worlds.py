"""Invented networks at the level of counts: what is true of each group, and what a workspace would see of it.

A world fixes the truth; a workspace is one draw of the caseload and of the benchmark from it. Thirty groups share the
benchmark population between them. A planted group comes less often than its share, so the others come a little more.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Masks = NDArray[np.bool_]

SEED = 2026
GROUPS = 30
# Every fifth group from the fourth largest on: large and small groups are under-served alike.
PLANTED = np.arange(3, GROUPS, 5)
MILD = np.arange(1, GROUPS, 5)
# How often the planted groups come beside the other groups.
STRENGTHS = {"none": 1.0, "quarter": 0.25, "half": 0.5, "seven tenths": 0.7, "mild .94": 0.5, "mild .85": 0.5}
# The true ratio of six further groups, which are low but not materially.
MILD_RATIOS = {"mild .94": 0.94, "mild .85": 0.85}
CENTRES = 5
# The largest groups stand for age bands, where ages are missing. One loses them three times as often as the others,
# where they are not missing at random; it comes as often as the groups that are not planted.
AGE_BANDS, OFTEN_MISSING, TIMES_AS_OFTEN = 6, 2, 3.0
CENTRE_SPREAD, LATE_SPREAD, LATE_SHARE = 0.2, 0.5, 0.4
# One group, of those that are not planted, comes to the late centre 16 times as often as to another: four in five.
CONCENTRATED, TIMES_THERE = 2, 16.0
# Chances of one, two and three clients who come together.
HOUSEHOLDS = (0.7, 0.2, 0.1)
BENCHMARK_DRIFT = 0.15
ROUNDING = 5


@dataclass(frozen=True)
class World:
    """One kind of network. `n_eff` is the benchmark's effective sample, infinite for a census."""

    clients: int
    n_eff: float
    truth: str
    shares: str = "zipf"
    overlay: str = ""

    @property
    def seed(self) -> int:
        """Give a number that depends on what the world is, not on when it is drawn."""
        return zlib.crc32(repr(self).encode())


@dataclass(frozen=True, eq=False)
class Workspaces:
    """What many workspaces of one world see; arrays have the shape (workspaces, groups).

    `shares` is the benchmark as published, `ratios` the true ratio of each group, `sizes` the clients truly expected.
    `base` has one column. `rounded`: counts and base are those of a public brief.
    """

    members: Floats
    missing: Floats
    base: Floats
    shares: Floats
    n_eff: float
    ratios: Floats
    sizes: Floats
    rounded: bool

    @property
    def most_members(self) -> Floats:
        """Give the members if everybody who may belong does."""
        return np.minimum(self.members + self.missing, self.base)


def benchmark_shares(kind: str) -> Floats:
    """Give the groups' true shares of the benchmark population: all alike, or falling with their rank."""
    sizes = np.ones(GROUPS) if kind == "even" else 1 / np.arange(1, GROUPS + 1)
    return sizes / sizes.sum()


def true_ratios(truth: str, shares: Floats) -> Floats:
    """Give each group's share of all who come over its share of the benchmark."""
    rates = np.ones(GROUPS)
    rates[PLANTED] = STRENGTHS[truth]
    if truth in MILD_RATIOS:
        target, others = MILD_RATIOS[truth], np.setdiff1d(np.arange(GROUPS), MILD)
        rates[MILD] = target * (shares[others] @ rates[others]) / (1 - target * shares[MILD].sum())
    return rates / (shares @ rates)


def draw(world: World, runs: int) -> Workspaces:
    """Draw workspaces of one world; the same world and number give the same figures."""
    generator = np.random.default_rng([SEED, world.seed])
    shares = benchmark_shares(world.shares)
    ratios = true_ratios(world.truth, shares)
    counts = _counts(world, shares * ratios, runs, generator)
    members, missing = _recorded(world, counts, generator)
    base = counts.sum(axis=1, keepdims=True)
    if world.overlay == "rounded":
        members, base = rounded(members, generator), rounded(base, generator)
    return Workspaces(
        members=members,
        missing=missing,
        base=base,
        shares=_published(world, shares, runs, generator),
        n_eff=world.n_eff,
        ratios=ratios,
        sizes=world.clients * shares,
        rounded=world.overlay == "rounded",
    )


def _counts(world: World, chances: Floats, runs: int, generator: np.random.Generator) -> Floats:
    if world.overlay == "households":
        mean = sum(size * chance for size, chance in enumerate(HOUSEHOLDS, start=1))
        cells = np.outer(HOUSEHOLDS, chances).ravel()
        drawn = generator.multinomial(round(world.clients / mean), cells, size=runs).reshape(runs, -1, GROUPS)
        return np.einsum("rsg,s->rg", drawn, np.arange(1.0, len(HOUSEHOLDS) + 1))
    if world.overlay in {"over-dispersed", "late centre", "late centre of a group"}:
        return _of_centres(world, chances, runs, generator)
    return generator.multinomial(world.clients, chances, size=runs).astype(float)


def _of_centres(world: World, chances: Floats, runs: int, generator: np.random.Generator) -> Floats:
    spread = CENTRE_SPREAD if world.overlay == "over-dispersed" else LATE_SPREAD
    mixes = chances * generator.gamma(1 / spread**2, spread**2, size=(runs, CENTRES, GROUPS))
    clients = np.full((runs, CENTRES), world.clients / CENTRES)
    if world.overlay != "over-dispersed":
        # Together the centres see every group as often as is true; each serves its own part of the population.
        mixes[:, 0, CONCENTRATED] *= TIMES_THERE if world.overlay == "late centre of a group" else 1.0
        mixes *= chances / mixes.mean(axis=1, keepdims=True)
        clients *= mixes.sum(axis=2)
        clients[:, 0] *= LATE_SHARE
    mixes /= mixes.sum(axis=2, keepdims=True)
    return generator.multinomial(np.round(clients).astype(int), mixes).sum(axis=1).astype(float)


def _recorded(world: World, counts: Floats, generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Leave the ages of some clients out: at random, or more often for one age band."""
    missing = np.zeros_like(counts)
    kind, _, share = world.overlay.partition(" ")
    if kind not in {"missing", "selective"}:
        return counts, missing
    weights = np.ones(AGE_BANDS)
    weights[OFTEN_MISSING] = TIMES_AS_OFTEN if kind == "selective" else 1.0
    aged = counts[:, :AGE_BANDS]
    usual = aged.mean(axis=0)
    lost = generator.binomial(aged.astype(int), float(share) * weights * usual.sum() / (usual @ weights))
    missing[:, :AGE_BANDS] = lost.sum(axis=1, keepdims=True)
    return np.hstack([aged - lost, counts[:, AGE_BANDS:]]), missing


def rounded(counts: Floats, generator: np.random.Generator) -> Floats:
    """Round to a multiple of 5, up or down at random so that the mean stays."""
    down = np.floor(counts / ROUNDING)
    return ROUNDING * (down + (generator.random(counts.shape) < counts / ROUNDING - down))


def _published(world: World, shares: Floats, runs: int, generator: np.random.Generator) -> Floats:
    if world.overlay == "old benchmark":
        drifted = shares * generator.gamma(1 / BENCHMARK_DRIFT**2, BENCHMARK_DRIFT**2, size=(runs, GROUPS))
        shares = drifted / drifted.sum(axis=1, keepdims=True)
    if math.isinf(world.n_eff):
        return np.broadcast_to(shares, (runs, GROUPS))
    return generator.multinomial(int(world.n_eff), shares, size=runs) / world.n_eff
