"""Straight lines through one possible world: how far a guess of what changes together can go.

Answers "is this count free without solving anything". Many lines are followed at once, as arrays, each while every
equation and bound holds, so each point on it is something that could be true. Lines prove that a count is free and
never that it is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.audit.equations import Equation, Knowledge

Vector = NDArray[np.float64]
Places = NDArray[np.int64]
EXACTLY = 1e-6


class Steps(NamedTuple):
    """What one step changes: entries of lines, the unknown or sum of each, and by how much."""

    lines: Places
    names: Places
    sizes: Vector


class Lines:
    """The lines through one assumed world.

    `is_possible` tells whether all that is known holds in it; there are no lines otherwise.
    """

    def __init__(self, knowledge: Knowledge, equations: Sequence[Equation], start: Mapping[int, float]) -> None:
        self._lower, self._upper = np.array(knowledge.lower), np.array(knowledge.upper)
        self._low, self._high = np.array([each.low for each in equations]), np.array([each.high for each in equations])
        rows = np.repeat(np.arange(len(equations)), [len(each.terms) for each in equations])
        columns = np.array([name for each in equations for name in each.terms], dtype=np.int64)
        values = np.array([value for each in equations for value in each.terms.values()], dtype=np.float64)
        order = np.argsort(columns, kind="stable")
        # Of each unknown, the sums it stands in lie between its cut and the next.
        self._cuts = np.searchsorted(columns[order], np.arange(len(self._lower) + 1))
        self._rows, self._values = rows[order], values[order]
        self._rest, self._sign = _rests(equations, set(knowledge.index.values()))
        self._start = np.zeros(len(self._lower))
        grown = self._with_rests(_steps([start]), self._low)
        self._start[grown.names] = grown.sizes
        self._sums = np.bincount(rows, values * self._start[columns], len(equations))
        self.is_possible = bool(
            np.all(self._start >= self._lower - EXACTLY)
            and np.all(self._start <= self._upper + EXACTLY)
            and np.all(self._sums >= self._low - EXACTLY)
            and np.all(self._sums <= self._high + EXACTLY)
        )

    @property
    def start(self) -> Vector:
        """Give the assumed world: the value of every unknown."""
        return self._start

    def along(self, growths: Sequence[Mapping[int, float]]) -> tuple[Places, Vector, Vector]:
        """Follow some lines both ways, each by itself, as far as everything known holds, in whole steps.

        Args:
            growths: for each line, unknowns with what one step adds to them; unknowns that no table shows may be left
                out.
        Returns:
            The unknowns that change, and their values at both ends; an unknown stands there once for each line that
            changes it.
        """
        grown = self._with_rests(_steps(growths), None)
        sums = self._sums_of(grown)
        line = np.concatenate((grown.lines, sums.lines))
        step = np.concatenate((grown.sizes, sums.sizes))
        place = np.concatenate((self._start[grown.names], self._sums[sums.names]))
        lower = np.concatenate((self._lower[grown.names], self._low[sums.names]))
        upper = np.concatenate((self._upper[grown.names], self._high[sums.names]))
        moves = np.abs(step) > EXACTLY
        line, step, place = line[moves], step[moves], place[moves]
        ends = np.sort(np.stack(((lower[moves] - place) / step, (upper[moves] - place) / step)), axis=0)
        back, ahead = np.full(len(growths), -np.inf), np.full(len(growths), np.inf)
        np.maximum.at(back, line, ends[0])
        np.minimum.at(ahead, line, ends[1])
        # A line that moves nothing goes nowhere.
        back = np.where(np.isfinite(back), np.minimum(0.0, np.ceil(back - EXACTLY)), 0.0)
        ahead = np.where(np.isfinite(ahead), np.maximum(0.0, np.floor(ahead + EXACTLY)), 0.0)
        start = self._start[grown.names]
        return grown.names, start + back[grown.lines] * grown.sizes, start + ahead[grown.lines] * grown.sizes

    def _with_rests(self, given: Steps, target: Vector | None) -> Steps:
        """Add the unknowns that no table shows: each is what its sum leaves over."""
        sums = self._sums_of(given)
        short = (0.0 if target is None else target[sums.names]) - sums.sizes
        has_rest = (self._rest[sums.names] >= 0) & (np.abs(short) > EXACTLY)
        rows = sums.names[has_rest]
        return Steps(
            np.concatenate((given.lines, sums.lines[has_rest])),
            np.concatenate((given.names, self._rest[rows])),
            np.concatenate((given.sizes, short[has_rest] / self._sign[rows])),
        )

    def _sums_of(self, steps: Steps) -> Steps:
        """Give how much each sum changes along each line."""
        first, counts = self._cuts[steps.names], self._cuts[steps.names + 1] - self._cuts[steps.names]
        at = np.arange(int(counts.sum())) + np.repeat(first - np.cumsum(counts) + counts, counts)
        width = max(len(self._low), 1)
        keys = np.repeat(steps.lines, counts) * width + self._rows[at]
        found, where = np.unique(keys, return_inverse=True)
        sizes = np.bincount(where, self._values[at] * np.repeat(steps.sizes, counts), len(found))
        return Steps(found // width, found % width, np.asarray(sizes, dtype=np.float64))


def _steps(growths: Sequence[Mapping[int, float]]) -> Steps:
    lines = np.repeat(np.arange(len(growths)), [len(each) for each in growths])
    names = np.fromiter(chain.from_iterable(growths), dtype=np.int64, count=len(lines))
    sizes = np.fromiter(chain.from_iterable(each.values() for each in growths), dtype=np.float64, count=len(lines))
    moves = sizes != 0
    return Steps(lines[moves], names[moves], sizes[moves])


def _rests(equations: Sequence[Equation], shown: set[int]) -> tuple[Places, Vector]:
    """Give, of each sum that has one unknown which no table shows, that unknown and its sign; -1 of all others."""
    found, signs = np.full(len(equations), -1, dtype=np.int64), np.ones(len(equations))
    taken: set[int] = set()
    for row, equation in enumerate(equations):
        free = [(name, value) for name, value in equation.terms.items() if name not in shown] if equation.is_sum else []
        if len(free) == 1 and free[0][0] not in taken:
            taken.add(free[0][0])
            found[row], signs[row] = free[0]
    return found, signs
