"""Does a difference remain within strata: pooled ratios, and the guard against pooling what differs.

Answers how a group's share compares with the others' once both are compared within the same centre and period. One
group, A, stands against all others, B; `with` and `without` count clients with the trait in question and the rest. A
stratum in which only one of the two has clients compares nothing and is left out. Where the ratios differ between
strata there is no common one: then the range by stratum is given in its place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.statistics.arrays import Floats, floats, not_negative, ratio, tail_of, together
from pipelines.statistics.intervals import score_ratio
from pipelines.statistics.standardisation import TooFewEvents
from pipelines.statistics.states import HOMOGENEITY_LEVEL, LEVEL
from pipelines.statistics.strata import (
    Strata,
    mantel_haenszel,
    odds_apart,
    range_of_ratios,
    ratios_apart,
    surprise,
)

Guard = Literal["both", "ratios", "none"]
# A model needs this many events for each coefficient.
EVENTS_PER_COEFFICIENT = 10


@dataclass(frozen=True, eq=False)
class Pooled:
    """Ratios of two shares over strata, one per cell.

    `ratio`, `low` and `high` are not known (NaN) where the ratios may not be pooled; `may_pool` says which. Then
    `ratio_least` and `ratio_most`, the range over strata with at least 10 clients on both sides, stand in.
    `homogeneity_p` tests that the ratios of the strata agree, `odds_homogeneity_p` that their odds ratios do; they are
    not known where fewer than two strata say something. `p_value` tests that there is no difference in any stratum, and
    stands either way. `n_strata` counts the strata in which both sides have clients; `crude_*` leave none out.
    """

    may_pool: NDArray[np.bool_]
    ratio: Floats
    low: Floats
    high: Floats
    p_value: Floats
    crude_ratio: Floats
    crude_low: Floats
    crude_high: Floats
    homogeneity_p: Floats
    odds_homogeneity_p: Floats
    ratio_least: Floats
    ratio_most: Floats
    n_strata: Floats


@dataclass(frozen=True)
class OddsRatio:
    """A pooled odds ratio with limits, and two tests that the odds ratios of the strata agree."""

    ratio: float
    low: float
    high: float
    p_value: float
    breslow_day_p: float
    woolf_p: float


@dataclass(frozen=True)
class Effect:
    """How many times as often the trait is found with one more of a covariate, the others held."""

    name: str
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class ExactTest:
    """p-values given all margins: two-sided, and for A having the trait less often or more often."""

    p_two_sided: float
    p_lower: float
    p_higher: float


def pool_ratios(
    with_a: ArrayLike,
    without_a: ArrayLike,
    with_b: ArrayLike,
    without_b: ArrayLike,
    *,
    level: float = LEVEL,
    guard: Guard = "both",
) -> Pooled:
    """Give the pooled ratio of two shares, A to B, for each cell.

    Args:
        with_a: clients of A with the trait; the last dimension is the strata, those before it the cells.
        without_a: clients of A without it.
        with_b: clients of B with it.
        without_b: clients of B without it.
        level: two-sided.
        guard: what must agree between strata, at 5 in 100, for a cell to be pooled: `both` the ratios of shares and the
            odds ratios, `ratios` alone, or `none`. Where shares are high, equal ratios have unequal odds ratios.
    Returns:
        Arrays over the cells, of no dimension for a single cell.
    Raises:
        ValueError: a negative count.
    Source: Rothman, Greenland and Lash, Modern Epidemiology, 3rd ed., chapter 15; variance by Greenland and Robins
        1985, Biometrics 41:55; test by Mantel and Haenszel 1959, J Natl Cancer Inst 22:719, with continuity correction.
        Where nobody in A, or in B, has the trait: the score limits with the same weights, Miettinen and Nurminen 1985.
    """
    tables = together(*(not_negative(part, "a count") for part in (with_a, without_a, with_b, without_b)))
    shape, n_strata = tables[0].shape[:-1], tables[0].shape[-1]
    a, rest_a, b, rest_b = (table.reshape(math.prod(shape), n_strata) for table in tables)
    strata = Strata.of(a, a + rest_a, b, b + rest_b)
    apart, odds = _chance_of(*ratios_apart(strata)), _chance_of(*odds_apart(strata))
    may_pool = (strata.m.sum(axis=1) > 0) & ~_differ(apart, odds, guard)
    pooled = [np.where(may_pool, value, np.nan) for value in mantel_haenszel(strata, level)]
    crude = _crude(*(part.sum(axis=1) for part in (a, a + rest_a, b, b + rest_b)), level=level)
    tests = _two_sided(surprise(strata)), *crude, apart, odds
    parts = [*pooled, *tests, *range_of_ratios(strata), (strata.m > 0).sum(axis=1)]
    return Pooled(may_pool.reshape(shape), *(floats(part).reshape(shape) for part in parts))


# The same for many cells at once: arrays of cells by strata.
pool_many = pool_ratios


def _differ(ratios: Floats, odds: Floats, guard: Guard) -> NDArray[np.bool_]:
    watched = {"both": (ratios, odds), "ratios": (ratios,), "none": ()}[guard]
    found = np.zeros(ratios.shape, dtype=np.bool_)
    for p_value in watched:
        found |= p_value < HOMOGENEITY_LEVEL
    return found


def _crude(a: Floats, m: Floats, b: Floats, n: Floats, *, level: float) -> tuple[Floats, Floats, Floats]:
    return ratio(ratio(a, m), ratio(b, n)), *score_ratio(a, m, b, n, level=level)


def _two_sided(deviations: Floats) -> Floats:
    from scipy.special import erfc

    return floats(erfc(deviations / np.sqrt(2)))


def _chance_of(distance: Floats, freedom: Floats) -> Floats:
    from scipy.special import chdtrc

    return floats(np.where(freedom > 0, chdtrc(np.maximum(freedom, 1), distance), np.nan))


def exact_stratified(with_a: ArrayLike, without_a: ArrayLike, with_b: ArrayLike, without_b: ArrayLike) -> ExactTest:
    """Test that there is no difference in any stratum, given all margins: for one cell with small counts.

    The clients of A with the trait are summed over strata; each stratum's number is hypergeometric.

    Raises:
        ValueError: a negative count.
    Source: Agresti 1990, Categorical Data Analysis (as mantelhaen.test of R, exact).
    """
    from scipy.stats import hypergeom

    tables = together(*(not_negative(part, "a count") for part in (with_a, without_a, with_b, without_b)))
    kept = (tables[0] + tables[1] > 0) & (tables[2] + tables[3] > 0)
    chances, first = np.ones(1), 0.0
    for a, rest_a, b, rest_b in np.stack(tables, axis=-1)[kept]:
        low, high = max(0.0, a - rest_b), min(a + b, a + rest_a)
        counts = np.arange(low, high + 1)
        chances = np.convolve(chances, hypergeom.pmf(counts, a + rest_a + b + rest_b, a + b, a + rest_a))
        first += low
    seen = int(tables[0][kept].sum() - first)
    # Chances that are equal but for rounding count as equal.
    as_rare = chances[chances <= chances[seen] * (1 + 1e-7)].sum()
    tails = chances[: seen + 1].sum(), chances[seen:].sum()
    return ExactTest(*(min(1.0, float(chance)) for chance in (as_rare, *tails)))


def odds_ratio(
    with_a: ArrayLike, without_a: ArrayLike, with_b: ArrayLike, without_b: ArrayLike, *, level: float = LEVEL
) -> OddsRatio:
    """Give the pooled odds ratio of one cell, A to B, and what speaks against pooling.

    Nothing is withheld here: whether it may be told is for the caller, by the two tests.

    Raises:
        TooFewEvents: no stratum compares A with B.
    Source: Mantel and Haenszel 1959; limits by Robins, Breslow and Greenland 1986, Biometrics 42:311; Breslow and Day
        1980, Statistical Methods in Cancer Research I.
    """
    from statsmodels.stats.contingency_tables import StratifiedTable

    a, rest_a, b, rest_b = together(*(not_negative(part, "a count") for part in (with_a, without_a, with_b, without_b)))
    told = (a + rest_a > 0) & (b + rest_b > 0) & (a + b > 0) & (rest_a + rest_b > 0)
    if not told.any():
        raise TooFewEvents("no stratum compares the two groups")
    table = StratifiedTable(np.array([[a[told], rest_a[told]], [b[told], rest_b[told]]]))
    low, high = table.oddsratio_pooled_confint(alpha=2 * tail_of(level))
    woolf = _chance_of(*odds_apart(Strata(*(part[None, told] for part in (a, a + rest_a, b, b + rest_b)))))
    alone = told.sum() < 2
    return OddsRatio(
        ratio=float(table.oddsratio_pooled),
        low=float(low),
        high=float(high),
        p_value=float(table.test_null_odds(correction=True).pvalue),
        breslow_day_p=float("nan") if alone else float(table.test_equal_odds().pvalue),
        woolf_p=float(woolf[0]),
    )


def robust_poisson(y: ArrayLike, design: ArrayLike, names: Sequence[str], level: float = LEVEL) -> tuple[Effect, ...]:
    """Give adjusted ratios of shares from a Poisson model with log link and robust variance.

    For when several covariates are to be held at once. A centre enters as one column of 0 and 1 for each but the first.

    Args:
        y: 1 for a client with the trait, 0 for one without.
        design: one row per client, one column per covariate; the intercept is added here.
        names: the covariates, in the order of the columns.
        level: two-sided.
    Raises:
        TooFewEvents: fewer than 10 clients with the trait, or fewer than 10 without, for each coefficient.
        ValueError: the columns do not fit the names or depend on each other.
    Source: Zou 2004, Am J Epidemiol 159:702; variance HC1, MacKinnon and White 1985, J Econom 29:305.
    """
    import statsmodels.api as sm

    trait, columns = floats(y), floats(design)
    matrix = np.column_stack([np.ones(trait.size), columns])
    if matrix.shape[1] != len(names) + 1 or np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        raise ValueError("each covariate needs a name and a column of its own")
    if min(trait.sum(), (1 - trait).sum()) < EVENTS_PER_COEFFICIENT * matrix.shape[1]:
        raise TooFewEvents(f"a model needs {EVENTS_PER_COEFFICIENT} events for each coefficient")
    fitted = sm.GLM(trait, matrix, family=sm.families.Poisson()).fit(cov_type="HC1")
    found = np.exp(np.column_stack([fitted.params, fitted.conf_int(alpha=2 * tail_of(level))]))[1:]
    return tuple(Effect(name, *map(float, row)) for name, row in zip(names, found, strict=True))
