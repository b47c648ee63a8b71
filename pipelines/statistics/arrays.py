"""Numbers as float64 arrays, proven once: counts lie within their base, levels between 0 and 1.

A value that is not known (NaN) passes through and gives a result that is not known; an impossible one raises.
Messages name the argument, never its value.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def floats(value: ArrayLike) -> Floats:
    """Give a value as a float64 array, of no dimension when it is a single number."""
    return np.asarray(value, dtype=np.float64)


def together(*values: ArrayLike) -> tuple[Floats, ...]:
    """Give values as float64 arrays of one shape; a single number stands for all.

    Raises:
        ValueError: the shapes do not fit each other.
    """
    return tuple(floats(value) for value in np.broadcast_arrays(*(floats(value) for value in values)))


def counts_of(x: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    """Give counts and their bases as arrays of one shape.

    Raises:
        ValueError: a count is below 0 or above its base.
    """
    counts, bases = together(x, n)
    if np.any(counts < 0) or np.any(counts > bases):
        raise ValueError("a count must lie between 0 and its base")
    return counts, bases


def not_negative(value: ArrayLike, name: str) -> Floats:
    """Give a value as an array in which nothing is below 0.

    Raises:
        ValueError: something is below 0.
    """
    numbers = floats(value)
    if np.any(numbers < 0):
        raise ValueError(f"{name} cannot be below 0")
    return numbers


def tail_of(level: float) -> float:
    """Give the chance left in each tail by a two-sided level: 0.025 for 0.95.

    Raises:
        ValueError: the level does not lie between 0 and 1, both excluded.
    """
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1, both excluded")
    return (1 - level) / 2


def quantile_of(level: float) -> float:
    """Give the standard normal quantile of a two-sided level: 1.96 for 0.95."""
    return NormalDist().inv_cdf(1 - tail_of(level))


def ratio(above: ArrayLike, below: ArrayLike) -> Floats:
    """Divide; something over nothing is infinite, nothing over nothing is not known (NaN)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return floats(np.divide(floats(above), floats(below)))
