"""Random draws that give the same answer on every machine.

Answers "which of these, how often". Only uniform numbers are taken from the generator, so that a result hangs on the
seed and the order of the draws alone; every stream of files and quarter has a generator of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from pipelines.codelists import MISSING_KINDS

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

# The kinds of missing a source that has the field can show, in the order their codes follow the real ones.
RECORDABLE_MISSING = tuple(kind for kind in MISSING_KINDS if kind != "not_collected")
NONE = -1


def generator(seed: int, *place: int) -> np.random.Generator:
    """Give the generator of one place, such as a source and a quarter, independent of every other place."""
    return np.random.Generator(np.random.PCG64([seed, *place]))


def beside(rng: np.random.Generator, number: int) -> np.random.Generator:
    """Give a generator of its own for what was added later: the given one goes on as if nothing had been drawn."""
    seeds = rng.bit_generator.seed_seq
    assert isinstance(seeds, np.random.SeedSequence)  # noqa: S101 - `generator` makes no others
    apart = np.random.SeedSequence(seeds.entropy, spawn_key=(*seeds.spawn_key, number))
    return np.random.Generator(np.random.PCG64(apart))


def choose(rng: np.random.Generator, n: int, weights: Sequence[float] | Floats) -> Ints:
    """Draw n positions, each as often as its weight; weights need not add up to 1."""
    limits = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn: Ints = np.searchsorted(limits[:-1], rng.random(n) * limits[-1], side="right").astype(np.int64)
    return drawn


def missing(rng: np.random.Generator, n: int, shares: Mapping[str, float]) -> Ints:
    """Draw which values are missing and how.

    Args:
        rng: the generator.
        n: how many values.
        shares: share of the values by kind of missing.
    Returns:
        The position in `RECORDABLE_MISSING`, or -1 where the value is there.
    """
    weights = [shares.get(kind, 0.0) for kind in RECORDABLE_MISSING]
    drawn = choose(rng, n, [*weights, 1.0 - sum(weights)])
    return np.where(drawn == len(RECORDABLE_MISSING), NONE, drawn)


def blanked(codes: Ints, kinds: Ints, n_codes: int) -> Ints:
    """Put the kind of missing, numbered after the last real code, in place of each missing value."""
    return np.where(kinds == NONE, codes, n_codes + kinds).astype(np.int64)
