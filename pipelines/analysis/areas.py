"""Areas: clients per 1,000 of the people who could have come, where it is known where clients live.

Answers which areas are reached and from which nobody came. A small area's rate is mostly chance: every rate has limits,
and a smoothed one stands beside it under its own name.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import warehouse
from pipelines.analysis.change_rules import rules
from pipelines.codelists import NOT_KNOWN
from pipelines.errors import SettingsError
from pipelines.periods import Period
from pipelines.statistics.intervals import count_interval
from pipelines.statistics.shrinkage import fit_gamma, posterior
from pipelines.statistics.states import CANNOT_TELL, combined_state

Floats = NDArray[np.float64]
PER = 1000.0
GAMMA_POISSON, NONE = "gamma_poisson", "none"
NO_BENCHMARK = "no_benchmark"
SCHEMA = {
    "period": pl.String,
    "area_code": pl.String,
    "unit": pl.String,
    "n": pl.Int64,
    "share": pl.Float64,
    "population": pl.Int64,
    "benchmark_id": pl.String,
    "rate": pl.Float64,
    "rate_low": pl.Float64,
    "rate_high": pl.Float64,
    "rate_if_missing": pl.Float64,
    "overall_rate": pl.Float64,
    "ratio": pl.Float64,
    "ratio_low": pl.Float64,
    "ratio_high": pl.Float64,
    "smoothed_rate": pl.Float64,
    "smoothed_low": pl.Float64,
    "smoothed_high": pl.Float64,
    "p_below": pl.Float64,
    "smoothing": pl.String,
    "verdict": pl.String,
}


def read_areas(database: Path, period: Period, population: pl.DataFrame | None) -> pl.DataFrame:
    """Read the clients of each area, and their rate where the population of the areas is known.

    Grain: one row per area that has a client or stands in the benchmark; clients whose area is not known are area "_U".

    Args:
        database: a warehouse whose marts are built.
        period: one of its publication periods.
        population: columns area_code, population (people), benchmark_id; one row per area, or None without a benchmark.
    Returns:
        See `areas_of`.
    """
    with warehouse.reading(database) as connection:
        query = "select residence_area_code as area_code, n from marts.clients_by_area where period = ?"
        clients = warehouse.read_frame(connection, query, [str(period)])
    return areas_of(clients, population).with_columns(period=pl.lit(str(period))).select(list(SCHEMA))


def areas_of(clients: pl.DataFrame, population: pl.DataFrame | None) -> pl.DataFrame:
    """Set clients beside the population of each area.

    Args:
        clients: columns area_code and n; "_U" for clients without a known area.
        population: see `read_areas`.
    Returns:
        The columns of `SCHEMA` but period, in order of area, "_U" last. Rates are clients per 1,000 people, with limits
        of chance; `rate_if_missing` is the rate if everybody without an area lived there. `ratio` compares with all
        areas of the benchmark together; its limits also allow for clients without an area. `verdict` is a state of
        that ratio, or "no_benchmark". An area from which nobody came has n = 0. Without a benchmark there are no rates.
    Raises:
        SettingsError: the population names an area twice.
    Source: limits, Garwood 1936, Biometrika 28:437, and Byar in Breslow and Day 1987; smoothing, Clayton and Kaldor
        1987, Biometrics 43:671.
    """
    areas = _with_population(clients, population).with_columns(unit=pl.lit("clients"))
    total = int(clients["n"].sum())
    unknown = int(clients.filter(pl.col("area_code") == NOT_KNOWN)["n"].sum())
    told = areas.with_columns(share=pl.col("n") / total if total else pl.lit(None, pl.Float64))
    is_served = pl.col("population").is_not_null()
    served = told.filter(is_served)
    rates = _rates(served, float(unknown)) if _fits(served, total - unknown) else _no_rates(served)
    others = told.filter(~is_served).with_columns(verdict=pl.lit(NO_BENCHMARK), smoothing=pl.lit(NONE))
    both = pl.concat([served.hstack(rates), others], how="diagonal")
    empty = [pl.lit(None, kind).alias(name) for name, kind in SCHEMA.items() if name not in both.columns]
    columns = {name: kind for name, kind in SCHEMA.items() if name != "period"}
    ordered = both.with_columns(empty).select(list(columns)).cast(columns)  # type: ignore[arg-type]
    return ordered.sort(pl.col("area_code") == NOT_KNOWN, "area_code")


def _with_population(clients: pl.DataFrame, population: pl.DataFrame | None) -> pl.DataFrame:
    named = {"area_code": pl.String, "population": pl.Int64, "benchmark_id": pl.String}
    known = pl.DataFrame(schema=named) if population is None else population.select(list(named)).cast(named)  # type: ignore[arg-type]
    if known["area_code"].is_duplicated().any():
        raise SettingsError("A benchmark of areas names an area twice, so no rate can be worked out. Correct its file.")
    peopled = known.filter(pl.col("population") > 0)
    counted = clients.select("area_code", pl.col("n").cast(pl.Int64))
    joined = counted.join(peopled, on="area_code", how="full", coalesce=True)
    return joined.with_columns(pl.col("n").fill_null(0)).sort("area_code")


def _fits(served: pl.DataFrame, n_with_area: int) -> bool:
    """Tell whether the areas of the clients are those of the benchmark; two lists of areas give no rates."""
    matched = served["n"].sum()
    return bool(matched) and matched >= rules().fewest_matched_share * n_with_area


def _no_rates(served: pl.DataFrame) -> pl.DataFrame:
    texts = {"verdict": [CANNOT_TELL] * served.height, "smoothing": [NONE] * served.height}
    return pl.DataFrame(texts, schema={"verdict": pl.String, "smoothing": pl.String})


def _rates(served: pl.DataFrame, unknown: float) -> pl.DataFrame:
    n = served["n"].to_numpy().astype(np.float64)
    thousands = served["population"].to_numpy().astype(np.float64) / PER
    overall = n.sum() / thousands.sum()
    expected = overall * thousands
    low, high = count_interval(n)
    smooth = posterior(n, expected, fit_gamma(n, expected))
    columns = {
        "rate": n / thousands,
        "rate_low": low / thousands,
        "rate_high": high / thousands,
        "rate_if_missing": (n + unknown) / thousands,
        "overall_rate": np.full(n.size, overall),
        "ratio": n / expected,
        "smoothed_rate": smooth.mean * overall,
        "smoothed_low": smooth.low * overall,
        "smoothed_high": smooth.high * overall,
        "p_below": smooth.p_below,
        "smoothing": [GAMMA_POISSON] * n.size,
    }
    return pl.DataFrame(columns | _states(n, thousands / thousands.sum(), unknown))


def _states(n: Floats, shares: Floats, unknown: float) -> dict[str, list[object]]:
    """Give limits and states of the ratios: as known, and with everybody without an area elsewhere, or here."""
    as_known, with_all = shares * n.sum(), shares * (n.sum() + unknown)
    corners = [(n, as_known), (n, with_all), (n + unknown, with_all)] if unknown else [(n, as_known)]
    limits = [count_interval(count) for count, _ in corners]
    lows = np.array([low / expected for (low, _), (_, expected) in zip(limits, corners, strict=True)])
    highs = np.array([high / expected for (_, high), (_, expected) in zip(limits, corners, strict=True)])
    states = [combined_state(lows[:, at], highs[:, at]) for at in range(n.size)]
    return {
        "ratio_low": [state.low for state in states],
        "ratio_high": [state.high for state in states],
        "verdict": [state.state for state in states],
    }
