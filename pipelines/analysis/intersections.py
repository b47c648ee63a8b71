"""Intersections: which combinations of who a person is and what advice they need stand out, with a guard against noise.

Answers with every combination of one or two codes of a person and one advice type: how many clients there were, how
many there would be if need did not depend on the person within a centre and quarter, and what remains of the ratio once
all combinations are drawn together. At most a handful is shortlisted; one p-value says whether anything stands out.

Who comes at all is for `representation`; here people are taken as they are, so that women of a nationality who are many
do not stand out by being many. Results are true figures and internal.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines import warehouse
from pipelines.analysis.combinations import People, people_combinations
from pipelines.analysis.detail import read_detail
from pipelines.analysis.need_rules import NeedRules, Search, need_rules
from pipelines.periods import Period
from pipelines.statistics.permutation import Labelled, permutation_p
from pipelines.statistics.shrinkage import fit_gamma, posterior
from pipelines.statistics.states import LEAST_EXPECTED

Floats = NDArray[np.float64]
NEED = "advice_type"
JOINT = "+"
_PERIOD = "select * from marts.need_combinations where period = ? order by all"
_STRATUM = ("centre_id", "quarter")
_SCHEMA: dict[str, type[pl.DataType]] = {
    "period": pl.String,
    "n_ways": pl.Int64,
    "dimensions": pl.String,
    "codes": pl.String,
    "unit": pl.String,
    "n": pl.Int64,
    "expected": pl.Float64,
    "ratio": pl.Float64,
    "deviation": pl.Float64,
    "posterior_mean": pl.Float64,
    "posterior_low": pl.Float64,
    "posterior_high": pl.Float64,
    "p_below": pl.Float64,
    "p_above": pl.Float64,
    "is_shortlisted": pl.Boolean,
    "permutation_p": pl.Float64,
}


@dataclass(frozen=True, eq=False)
class _Candidates:
    """Counts of people by needs; `is_kept` marks the combinations that are looked at, by their margins alone."""

    people: list[People]
    needs: list[str]
    expected: Floats
    variance: Floats
    is_kept: NDArray[np.bool_]

    def counts(self, table: Floats) -> Floats:
        """Count clients by combination from their number by profile and need."""
        found: Floats = np.asarray([some.profiles for some in self.people]) @ table
        return found

    def deviations(self, table: Floats) -> Floats:
        """Give how many standard deviations each kept count lies from what is expected."""
        return (self.counts(table) - self.expected)[self.is_kept] / np.sqrt(self.variance[self.is_kept])


def search_intersections(database: Path, period: Period, *, seed: int) -> pl.DataFrame:
    """Look through all combinations of one publication period.

    Args:
        database: a warehouse whose marts are built.
        period: one of its publication periods.
        seed: decides the permutations; the same seed gives the same answer.
    Returns:
        The columns of `search_counts`.
    """
    with warehouse.reading(database) as connection:
        counts = read_detail(connection, _PERIOD, period)
    return search_counts(counts, need_rules(), seed=seed)


def search_counts(counts: pl.DataFrame, rules: NeedRules, *, seed: int) -> pl.DataFrame:
    """Look through all combinations of counted clients.

    Expected is, over centres and quarters, the clients of the person's codes times the share of all clients with the
    advice type. Combinations with fewer than five expected, and needs of which it is known who has them, are left out
    before anything is counted. Ratios are drawn together by gamma-Poisson shrinkage. Of combinations of one need that
    hold each other, such as women, and women of 55 and over, the shortlist names the one with the strongest evidence.

    Grain: one row per combination; the shortlist first, then by strength of evidence.
    Args:
        counts: columns of `marts.need_combinations`; rows of one period.
        rules: says which codes are combined.
        seed: decides the permutations.
    Returns:
        period, n_ways (2 or 3), dimensions and codes (text, joined by "+"), unit, n and expected (clients), ratio,
        deviation (standardised), posterior_mean with posterior_low and posterior_high (95 %), p_below and p_above
        (chances of a ratio below 0.8, above 1.25), is_shortlisted, permutation_p (of the whole search, the same in
        every row). No row when no combination has five expected clients.
    Source: Clayton and Kaldor 1987, Biometrics 43:671; Westfall and Young 1993, Resampling-Based Multiple Testing.
    """
    if counts.is_empty():
        return pl.DataFrame(schema=_SCHEMA)
    counts = counts.sort(*_STRATUM, *rules.search.people, "advice_types")
    profiles = counts.select(*rules.search.people).unique().sort(*rules.search.people)
    needs = sorted({name for names in counts["advice_types"].unique() for name in names.split(" ")})
    individuals = _individuals(counts, profiles, needs)
    candidates = _candidates(individuals, people_combinations(profiles, rules.search.people), needs, rules)
    if not candidates.is_kept.any():
        return pl.DataFrame(schema=_SCHEMA)
    p_value = permutation_p(
        individuals,
        lambda table: float(np.abs(candidates.deviations(table)).max()),
        draws=rules.search.draws,
        seed=seed,
    )
    found = _with_shortlist(_told(candidates, individuals.table()), rules.search)
    found = found.with_columns(
        period=pl.lit(counts["period"][0]), unit=pl.lit("clients"), permutation_p=pl.lit(p_value)
    )
    return found.select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())


def _individuals(counts: pl.DataFrame, profiles: pl.DataFrame, needs: list[str]) -> Labelled:
    """Give each counted client with the number of a profile and of each need; counts stand by stratum."""
    rows = counts.join(profiles.with_row_index("label"), on=profiles.columns, maintain_order="left")
    clients = rows.select("label", row=pl.int_range(pl.len())).select(pl.all().repeat_by(rows["n"]).explode())
    trait_of = {name: number for number, name in enumerate(needs)}
    traits = rows.select(row=pl.int_range(pl.len()), trait=pl.col("advice_types").str.split(" ")).explode("trait")
    owned = clients.with_row_index("owner").join(traits, on="row", maintain_order="left")
    return Labelled(
        labels=clients["label"].to_numpy().astype(np.int64),
        sizes=rows.group_by(_STRATUM, maintain_order=True).agg(pl.col("n").sum())["n"].to_numpy(),
        owners=owned["owner"].to_numpy().astype(np.int64),
        traits=owned["trait"].replace_strict(trait_of, return_dtype=pl.Int64).to_numpy(),
        n_labels=profiles.height,
        n_traits=len(needs),
    )


def _candidates(individuals: Labelled, people: list[People], needs: list[str], rules: NeedRules) -> _Candidates:
    """Work out what the margins of each stratum give for every combination if need does not depend on the person."""
    size = np.maximum(individuals.sizes, 1).astype(np.float64)
    shape = (size.size, individuals.n_labels)
    labels = _by_stratum(individuals.strata, individuals.labels, shape)
    having = _by_stratum(individuals.strata[individuals.owners], individuals.traits, (size.size, len(needs)))
    persons = np.asarray([some.profiles for some in people]).reshape(len(people), individuals.n_labels) @ labels.T
    expected = (persons / size) @ having
    variance = (persons * (size - persons) / size**2) @ (having.T * (size - having.T) / np.maximum(size - 1, 1)).T
    is_told = np.isin(needs, list(rules.search.without))
    return _Candidates(people, needs, expected, variance, (expected >= LEAST_EXPECTED) & (variance > 0) & ~is_told)


def _by_stratum(strata: NDArray[np.int64], codes: NDArray[np.int64], shape: tuple[int, int]) -> Floats:
    cells = np.bincount(strata * shape[1] + codes, minlength=shape[0] * shape[1])
    return cells.reshape(shape).astype(np.float64)


def _told(candidates: _Candidates, table: Floats) -> pl.DataFrame:
    """Give one row per combination that is looked at."""
    kept = candidates.is_kept
    n, expected = candidates.counts(table)[kept], candidates.expected[kept]
    steadied = posterior(n, expected, fit_gamma(n, expected))
    names = [
        (len(some.conditions) + 1, [*(one.column for one in some.conditions), f"{NEED}_code"], [*_codes(some), need])
        for number, some in enumerate(candidates.people)
        for place, need in enumerate(candidates.needs)
        if kept[number, place]
    ]
    return pl.DataFrame(
        {
            "n_ways": [ways for ways, _, _ in names],
            "dimensions": [JOINT.join(dimensions) for _, dimensions, _ in names],
            "codes": [JOINT.join(codes) for _, _, codes in names],
            "n": n,
            "expected": expected,
            "ratio": n / expected,
            "deviation": candidates.deviations(table),
            "posterior_mean": steadied.mean,
            "posterior_low": steadied.low,
            "posterior_high": steadied.high,
            "p_below": steadied.p_below,
            "p_above": steadied.p_above,
        }
    )


def _codes(some: People) -> list[str]:
    return [one.code for one in some.conditions]


def _with_shortlist(found: pl.DataFrame, search: Search) -> pl.DataFrame:
    """Mark the few with the strongest evidence: the nearer limit furthest from 1, in proportion."""
    strength = pl.max_horizontal(pl.col("posterior_low").log(), -pl.col("posterior_high").log())
    ordered = found.sort(-strength, "dimensions", "codes").with_row_index("place")
    is_certain = pl.max_horizontal("p_below", "p_above") > search.certainty
    rows = ordered.filter(is_certain).select("place", "dimensions", "codes", pl.col("p_above") > search.certainty)
    chosen: dict[int, tuple[frozenset[str], bool]] = {}
    for place, dimensions, codes, is_above in rows.iter_rows():
        named = frozenset(map(JOINT.join, zip(dimensions.split(JOINT), codes.split(JOINT), strict=True)))
        is_told = any(is_above == above and (named <= other or other <= named) for other, above in chosen.values())
        if not is_told and len(chosen) < search.shortlist:
            chosen[place] = (named, is_above)
    marked = ordered.with_columns(is_shortlisted=pl.col("place").is_in(list(chosen)))
    return marked.sort(~pl.col("is_shortlisted"), "place")
