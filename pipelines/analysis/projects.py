"""Project against project: what share of its clients belongs to a group or asks for something, like for like.

Answers with rates as if every project had the ages and genders of all clients, so that a project for older people is
not told apart for being one. The crude share stands beside. Projects are never ranked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.analysis.cells import GROUP, STRATA, Floats, Trait, places_of, read_cells, read_conditions, traits_of
from pipelines.periods import Period
from pipelines.statistics.intervals import wilson
from pipelines.statistics.standardisation import TooFewEvents, direct, indirect
from pipelines.statistics.states import CANNOT_TELL, TOO_FEW_TO_SAY, combined_state

DIRECT, INDIRECT, NONE = "direct", "indirect", "none"
# What is part of what makes a group is not held equal: everybody aged 55 and over is.
DEFINED_BY = {name: name for name in STRATA} | {"is_aged_55_plus_code": "age_group_code"}
SCHEMA = {
    "period": pl.String,
    "project_id": pl.String,
    "series": pl.String,
    "code": pl.String,
    "part_of": pl.String,
    "unit": pl.String,
    "n": pl.Int64,
    "base": pl.Int64,
    "n_unknown": pl.Int64,
    "share": pl.Float64,
    "share_low": pl.Float64,
    "share_high": pl.Float64,
    "network_share": pl.Float64,
    "method": pl.String,
    "standardised_by": pl.String,
    "rate": pl.Float64,
    "rate_low": pl.Float64,
    "rate_high": pl.Float64,
    "expected": pl.Float64,
    "ratio": pl.Float64,
    "ratio_low": pl.Float64,
    "ratio_high": pl.Float64,
    "state": pl.String,
}


@dataclass(frozen=True)
class Ratio:
    """A project's standardised rate over the network's, with limits of chance; `expected` clients at network rates."""

    method: str
    ratio: float
    low: float
    high: float
    expected: float


@dataclass(frozen=True, eq=False)
class Corner:
    """One way to fill in what is not known: clients with a trait and their base by stratum, here and in the network."""

    members: Floats
    base: Floats
    network_members: Floats
    network_base: Floats


def compare_projects(database: Path, period: Period) -> pl.DataFrame:
    """Compare every project with all clients of the network.

    Grain: one row per project and trait; a trait is a group, a part of one, or a family of advice types.

    Args:
        database: a warehouse whose marts are built.
        period: one of its publication periods.
    Returns:
        The columns of `SCHEMA`, in order of project, groups before advice, then code; without a row where fewer than
        two projects have clients. `share` is crude, of those of whom it is known. `rate` is standardised (see
        `method`), with limits of chance. `ratio_low` and `ratio_high` also allow for everybody not known, and give the
        state.
    Source: direct, Dobson and others 1991, Stat Med 10:457; indirect, Breslow and Day 1987, section 2.3; states and
        bounds are the project's own, see docs/statistics.md.
    """
    return compare_cells(read_cells(database, period), read_conditions(database), period)


def compare_cells(cells: pl.DataFrame, conditions: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Compare the projects of some cells; see `compare_projects`.

    Args:
        cells: see `cells.read_cells`.
        conditions: see `cells.read_conditions`.
        period: the publication period, for the column of that name.
    """
    projects = places_of(cells, "project_id")
    parts = dict(conditions.select("group_code", "part_of").unique().iter_rows())
    rows: list[Mapping[str, object]] = []
    for trait in traits_of(cells, "project_id") if len(projects) > 1 else ():
        standard = _held_equal(trait, conditions)
        told = {"period": str(period), "unit": "clients", "part_of": parts.get(trait.code, "")}
        told |= {"series": trait.series, "code": trait.code, "standardised_by": " x ".join(standard) or NONE}
        rows += [told | {"project_id": projects[at]} | row for at, row in enumerate(_rows(trait.by(standard)))]
    order = (pl.col("project_id"), pl.col("series") != GROUP, pl.col("code"))
    return pl.DataFrame(rows, schema=SCHEMA).sort(order)


def _held_equal(trait: Trait, conditions: pl.DataFrame) -> list[str]:
    made_of = conditions.filter(pl.col("group_code") == trait.code)["dimension"] if trait.series == GROUP else ()
    defining = {DEFINED_BY.get(dimension) for dimension in made_of}
    return [column for column in STRATA if column not in defining]


def _rows(trait: Trait) -> Iterator[dict[str, object]]:
    """Give the figures of each place beside those of all clients, which are the last row of the trait."""
    weights = trait.known[-1] + trait.unknown[-1]
    network = _weighted(trait.members[-1], trait.known[-1], weights)
    for at in range(len(trait.known) - 1):
        n, base, unknown = (float(values[at].sum()) for values in (trait.members, trait.known, trait.unknown))
        low, high = wilson(n, base)
        counted = {"n": n, "base": base, "n_unknown": unknown, "network_share": network}
        crude = {"share": n / base, "share_low": float(low), "share_high": float(high)} if base else {}
        yield counted | crude | _standardised(trait, at, weights, network)


def _standardised(trait: Trait, at: int, weights: Floats, network: float) -> dict[str, object]:
    as_known, *extremes = _corners(trait, at)
    if not as_known.base.sum():
        return {"method": NONE, "state": CANNOT_TELL}
    try:
        told = _ratio(as_known, weights)
        found = [told, *(_ratio(corner, weights, told.method) for corner in extremes)]
    except TooFewEvents:
        return {"method": NONE, "state": TOO_FEW_TO_SAY}
    state = combined_state([each.low for each in found], [each.high for each in found])
    rates = {"rate": told.ratio * network, "rate_low": told.low * network, "rate_high": told.high * network}
    ratio = {"ratio": told.ratio, "ratio_low": state.low, "ratio_high": state.high, "state": state.state}
    return {"method": told.method, "expected": told.expected, **rates, **ratio}


def _corners(trait: Trait, at: int) -> Iterator[Corner]:
    """Give what is known, then the two extremes: nobody not known here has it and all elsewhere do, and the reverse."""
    members, known, unknown = trait.members, trait.known, trait.unknown
    yield Corner(members[at], known[at], members[-1], known[-1])
    if not unknown[-1].any():
        return
    everybody, elsewhere = known[-1] + unknown[-1], unknown[-1] - unknown[at]
    yield Corner(members[at], known[at] + unknown[at], members[-1] + elsewhere, everybody)
    yield Corner(members[at] + unknown[at], known[at] + unknown[at], members[-1] + unknown[at], everybody)


def _ratio(corner: Corner, weights: Floats, method: str = "") -> Ratio:
    """Give the ratio by the direct method where the figures bear it, else by the indirect one.

    Raises:
        TooFewEvents: the figures bear neither.
    """
    expected = float((corner.base * _rates(corner)).sum())
    if method != INDIRECT:
        try:
            found = direct(corner.members, corner.base, weights)
            network = _weighted(corner.network_members, corner.network_base, weights)
            return Ratio(DIRECT, found.rate / network, found.low / network, found.high / network, expected)
        except TooFewEvents:
            pass
    other = indirect(corner.members, corner.base, corner.network_members, corner.network_base)
    return Ratio(INDIRECT, other.ratio, other.low, other.high, expected)


def _rates(corner: Corner) -> Floats:
    return np.divide(
        corner.network_members, corner.network_base, out=np.zeros_like(corner.base), where=corner.network_base > 0
    )


def _weighted(members: Floats, base: Floats, weights: Floats) -> float:
    """Give the rate of the network under the weights; a stratum of which nothing is known has no weight."""
    weight = np.where(base > 0, weights, 0.0)
    rates = np.divide(members, base, out=np.zeros_like(weights), where=base > 0)
    return float((weight * rates).sum() / weight.sum()) if weight.any() else 0.0
