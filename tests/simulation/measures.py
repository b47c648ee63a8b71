"""What is measured in each world: false alarms, power, coverage, and what the states claim.

A flag is false when the group's true ratio is 0.8 or more: mildly low groups count as false. Each mean over workspaces
comes with its Monte-Carlo error, the standard deviation of the workspaces over the root of their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from simulation.rules import Judged, flags_of, judge, without_unknown
from simulation.worlds import Floats, Masks, Workspaces, World, draw

from pipelines.statistics.states import (
    ABOUT_AS_EXPECTED,
    CANNOT_TELL,
    CLEARLY_HIGHER,
    CLEARLY_LOWER,
    HIGHER_SIZE_UNSURE,
    LOWER_SIZE_UNSURE,
    MATERIAL_HIGH,
    MATERIAL_LOW,
    SMALL_DIFFERENCE,
    TOO_FEW_TO_SAY,
)

RUNS = 5_000
BANDS = ((5, 10), (10, 20), (20, 40), (40, 80), (80, 160), (160, np.inf))
LEFT_OUT = "unknown left out"
# True ratios are worked out in floating point: a group that comes as often as expected has no exact 1.
CLOSE = 1e-9


@dataclass(frozen=True)
class Estimate:
    """A mean over workspaces and its Monte-Carlo error."""

    mean: float
    error: float


BySize = tuple[tuple[float, int], ...]


@dataclass(frozen=True)
class RuleResult:
    """How one rule did. By size: for each of `BANDS`, the mean and the number of groups it is of, which may be 0."""

    fdr: Estimate
    any_false: Estimate
    power: Estimate
    power_by_size: BySize
    alarms_by_size: BySize


@dataclass(frozen=True)
class Result:
    """What was measured in one world; the last four are shares of all groups in all workspaces."""

    world: World
    rules: Mapping[str, RuleResult]
    coverage: Estimate
    covered_least: float
    right: float
    wrong: Estimate
    too_few: float
    cannot_tell: float


@cache
def measure(world: World, runs: int = RUNS) -> Result:
    """Draw the workspaces of a world and measure every rule on them."""
    seen = draw(world, runs)
    judged = judge(seen)
    flags = flags_of(seen, judged)
    if seen.missing.any():
        flags[LEFT_OUT] = judge(without_unknown(seen)).flagged
    holds = (judged.low <= seen.ratios + CLOSE) & (judged.high >= seen.ratios - CLOSE)
    tested = seen.sizes >= BANDS[0][0]
    right, wrong = claims(judged, seen.ratios)
    return Result(
        world=world,
        rules={name: _rule_result(flagged, seen) for name, flagged in flags.items()},
        coverage=estimate(holds[:, tested].mean(axis=1)) if tested.any() else Estimate(np.nan, np.nan),
        covered_least=float(holds[:, tested].mean(axis=0).min()) if tested.any() else np.nan,
        right=float(right.mean()),
        wrong=estimate(wrong.mean(axis=1)),
        too_few=float((judged.state == TOO_FEW_TO_SAY).mean()),
        cannot_tell=float((judged.state == CANNOT_TELL).mean()),
    )


def pooled(results: Iterable[BySize]) -> list[float]:
    """Pool what was measured by size over several worlds; NaN where no world has a group of that size."""
    cells = zip(*results, strict=True)
    totals = [(sum(mean * n for mean, n in cell), sum(n for _, n in cell)) for cell in map(list, cells)]
    return [total / n if n else float("nan") for total, n in totals]


def estimate(values: Floats) -> Estimate:
    """Give the mean over workspaces with its Monte-Carlo error."""
    return Estimate(float(np.mean(values)), float(np.std(values) / np.sqrt(len(values))))


def claims(judged: Judged, ratios: Floats) -> tuple[Masks, Masks]:
    """Tell which states claim what is true, and which claim what is not; two states claim nothing."""
    lower, higher = ratios < 1 - CLOSE, ratios > 1 + CLOSE
    inside = (ratios >= MATERIAL_LOW) & (ratios <= MATERIAL_HIGH)
    truths = {
        CLEARLY_LOWER: ratios < MATERIAL_LOW,
        LOWER_SIZE_UNSURE: lower,
        ABOUT_AS_EXPECTED: inside,
        SMALL_DIFFERENCE: inside & (lower | higher),
        HIGHER_SIZE_UNSURE: higher,
        CLEARLY_HIGHER: ratios > MATERIAL_HIGH,
    }
    right = np.zeros(judged.state.shape, dtype=bool)
    for state, is_true in truths.items():
        right |= (judged.state == state) & is_true
    return right, np.isin(judged.state, list(truths)) & ~right


def _rule_result(flagged: Masks, seen: Workspaces) -> RuleResult:
    served = seen.ratios >= MATERIAL_LOW
    false = (flagged & served).sum(axis=1)
    return RuleResult(
        fdr=estimate(false / np.maximum(flagged.sum(axis=1), 1)),
        any_false=estimate(false > 0),
        power=estimate(flagged[:, ~served].mean(axis=1)) if not served.all() else Estimate(np.nan, np.nan),
        power_by_size=_by_size(flagged, seen.sizes, ~served),
        alarms_by_size=_by_size(flagged, seen.sizes, served),
    )


def _by_size(flagged: Masks, sizes: Floats, counted: Masks) -> BySize:
    masks = [counted & (sizes >= low) & (sizes < high) for low, high in BANDS]
    return tuple((float(flagged[:, mask].mean()) if mask.any() else 0.0, int(mask.sum())) for mask in masks)
