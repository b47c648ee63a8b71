"""Centres beside their network: which differ by more than chance and the usual variation between centres explain.

Answers with a funnel for each group: limits by size of the centre, exact where chance explains everything, wider where
centres vary. It never ranks centres.
"""

from __future__ import annotations

from pathlib import Path
from statistics import NormalDist

import numpy as np
import polars as pl

from pipelines.analysis.cells import GROUP, Floats, Trait, places_of, read_cells, read_conditions, traits_of
from pipelines.analysis.change_rules import rules
from pipelines.periods import Period
from pipelines.statistics.multiplicity import benjamini_hochberg
from pipelines.statistics.representation import fixed_benchmark
from pipelines.statistics.standardisation import funnel_limits, over_dispersion
from pipelines.statistics.states import FALSE_DISCOVERY_RATE

DIFFERS, WITHIN, MISSING = "differs_more_than_usual", "within_usual_variation", "missing_decides"
TOO_FEW, CANNOT_TELL = "too_few_to_say", "cannot_tell"
SCHEMA = {
    "period": pl.String,
    "group_code": pl.String,
    "part_of": pl.String,
    "centre_id": pl.String,
    "unit": pl.String,
    "n": pl.Int64,
    "base": pl.Int64,
    "n_unknown": pl.Int64,
    "share": pl.Float64,
    "if_missing_low": pl.Float64,
    "if_missing_high": pl.Float64,
    "network_share": pl.Float64,
    "phi": pl.Float64,
    "tau2": pl.Float64,
    "inner_low": pl.Float64,
    "inner_high": pl.Float64,
    "outer_low": pl.Float64,
    "outer_high": pl.Float64,
    "p_value": pl.Float64,
    "q_value": pl.Float64,
    "verdict": pl.String,
}


def funnel(database: Path, period: Period) -> pl.DataFrame:
    """Set every centre beside the network, group by group.

    Grain: one row per group, or part of one, and centre.

    Args:
        database: a warehouse whose marts are built.
        period: one of its publication periods.
    Returns:
        The columns of `SCHEMA`, in order of group and centre; without a row where fewer than two centres have clients.
        Shares are of clients of whom membership is known; `if_missing_low` and `if_missing_high` are the shares if
        nobody, or everybody, of the others belonged. `inner_` and `outer_` are 95 and 99.8 % limits around the
        network's share. q-values belong to all rows of the period with a known client. Two centres alone cannot say
        what is usual, so neither stands out.
    Source: Spiegelhalter 2005, Stat Med 24:1185; Benjamini and Hochberg 1995, J R Stat Soc B 57:289.
    """
    return funnel_of(read_cells(database, period), read_conditions(database), period)


def funnel_of(cells: pl.DataFrame, conditions: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Set the centres of some cells beside their network; see `funnel`."""
    centres = places_of(cells, "centre_id")
    traits = [trait.by(()) for trait in traits_of(cells, "centre_id") if trait.series == GROUP]
    if len(centres) < 2 or not traits:
        return pl.DataFrame(schema=SCHEMA)
    parts = dict(conditions.select("group_code", "part_of").unique().iter_rows())
    frames = [_limits(trait, centres, parts.get(trait.code, "")) for trait in traits]
    told = pl.concat(frames, how="diagonal").with_columns(period=pl.lit(str(period)), unit=pl.lit("clients"))
    is_tested = told["base"].to_numpy() > 0
    q_values = np.full(told.height, np.nan)
    q_values[is_tested] = benjamini_hochberg(told["p_value"].to_numpy()[is_tested])
    told = told.with_columns(q_value=pl.Series(q_values)).with_columns(verdict=_verdict())
    return told.with_columns(pl.col(pl.Float64).fill_nan(None)).select(list(SCHEMA)).cast(SCHEMA)  # type: ignore[arg-type]


def _limits(trait: Trait, centres: list[str], part_of: str) -> pl.DataFrame:
    n, base, unknown = (values[:-1, 0] for values in (trait.members, trait.known, trait.unknown))
    network = float(trait.members[-1, 0] / trait.known[-1, 0]) if trait.known[-1, 0] else 0.0
    with np.errstate(invalid="ignore"):
        columns = {
            "group_code": [trait.code] * len(centres),
            "part_of": [part_of] * len(centres),
            "centre_id": centres,
            "n": n,
            "base": base,
            "n_unknown": unknown,
            "share": n / base,
            "if_missing_low": n / (base + unknown),
            "if_missing_high": (n + unknown) / (base + unknown),
            "network_share": np.full(len(centres), network),
        }
    return pl.DataFrame(columns | _funnel(n, base, network))


def _funnel(n: Floats, base: Floats, network: float) -> dict[str, Floats]:
    """Give limits and p-values; where everybody or nobody of the network belongs, no centre can differ."""
    if not 0 < network < 1:
        edges = {name: np.full(len(n), network) for name in ("inner_low", "inner_high", "outer_low", "outer_high")}
        plain = {"phi": np.ones(len(n)), "tau2": np.zeros(len(n))}
        return plain | edges | {"p_value": np.ones(len(n)), "least_by_chance": edges["inner_low"]}
    spread = over_dispersion(n, base, network)
    inner = funnel_limits(base, network, spread.tau2, rules().inner_level)
    outer = funnel_limits(base, network, spread.tau2, rules().outer_level)
    return {
        "phi": np.full(len(n), spread.phi),
        "tau2": np.full(len(n), spread.tau2),
        "inner_low": inner[0],
        "inner_high": inner[1],
        "outer_low": outer[0],
        "outer_high": outer[1],
        "p_value": _p_values(n, base, network, spread.tau2),
        "least_by_chance": funnel_limits(base, network, 0.0, rules().inner_level)[0],
    }


def _p_values(n: Floats, base: Floats, network: float, tau2: float) -> Floats:
    """Give two-sided p-values: exact ones, and where centres vary none smaller than the normal one that allows it."""
    lower = fixed_benchmark(n, base, network).p_lower
    upper = fixed_benchmark(base - n, base, 1 - network).p_lower
    exact = np.minimum(2 * np.minimum(lower, upper), 1.0)
    if tau2 == 0:
        return np.asarray(exact, dtype=np.float64)
    some = np.maximum(base, 1)
    z = np.abs(n / some - network) / np.sqrt(network * (1 - network) / some + tau2)
    usual = np.array([2 * (1 - NormalDist().cdf(float(each))) for each in z], dtype=np.float64)
    return np.asarray(np.maximum(exact, usual), dtype=np.float64)


def _verdict() -> pl.Expr:
    could_be_equal = (
        pl.when(pl.col("share") < pl.col("network_share"))
        .then(pl.col("if_missing_high") >= pl.col("network_share"))
        .otherwise(pl.col("if_missing_low") <= pl.col("network_share"))
    )
    differs = pl.col("q_value") <= FALSE_DISCOVERY_RATE
    return (
        pl.when(pl.col("base") == 0)
        .then(pl.lit(CANNOT_TELL))
        .when(differs & could_be_equal)
        .then(pl.lit(MISSING))
        .when(differs)
        .then(pl.lit(DIFFERS))
        .when(pl.col("least_by_chance") <= 0)
        .then(pl.lit(TOO_FEW))
        .otherwise(pl.lit(WITHIN))
    )
