"""Combinations of codes that say who a person is.

Answers "which kinds of people are looked at", from the columns that `reference/need_profiles.toml` names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.codelists import NOT_KNOWN

KNOWN = "known"
# With the advice type, a combination of two codes of a person is a three-way one.
MOST_CODES = 2


@dataclass(frozen=True)
class Condition:
    """One code in one column."""

    column: str
    code: str

    def __str__(self) -> str:
        return f"{self.column}={self.code}"


@dataclass(frozen=True, eq=False)
class People:
    """One or two conditions on different columns; `profiles` marks with 1 the profiles that meet them."""

    conditions: tuple[Condition, ...]
    profiles: NDArray[np.float64]


def people_combinations(profiles: pl.DataFrame, columns: Mapping[str, Sequence[str]]) -> list[People]:
    """Give every combination of one or two codes of different columns, in order.

    Args:
        profiles: one row per combination of codes that any client has; the columns named.
        columns: column to its codes; "known" stands for every one found but not known.
    """
    singles = [Condition(name, code) for name, codes in columns.items() for code in _codes(profiles[name], codes)]
    meets = {one: (profiles[one.column] == one.code).to_numpy() for one in singles}
    chosen = [
        group
        for size in range(1, MOST_CODES + 1)
        for group in combinations(singles, size)
        if len({one.column for one in group}) == size
    ]
    return [People(group, np.all([meets[one] for one in group], axis=0).astype(np.float64)) for group in chosen]


def _codes(column: pl.Series, codes: Sequence[str]) -> list[str]:
    return column.filter(column != NOT_KNOWN).unique().sort().to_list() if KNOWN in codes else list(codes)
