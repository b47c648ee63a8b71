"""Straight lines through one possible world: how far a guess of what changes together can go.

Answers "is this count free without solving anything". A line is followed while every equation and bound holds, so each
point on it is something that could be true. Lines prove that a count is free and never that it is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipelines.audit.equations import Equation, Knowledge

Vector = NDArray[np.float64]
Places = NDArray[np.int64]
EXACTLY = 1e-6


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
        cuts = np.searchsorted(columns[order], np.arange(1, len(self._lower)))
        self._rows = np.split(rows[order], cuts)
        self._values = np.split(values[order], cuts)
        self._rest_of = _rests(equations, set(knowledge.index.values()))
        self._start = np.zeros(len(self._lower))
        unknowns, heights = self._with_rests(start, self._low)
        self._start[unknowns] = heights
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

    def along(self, growth: Mapping[int, float]) -> tuple[Places, Vector, Vector]:
        """Follow a line both ways as far as everything known holds, in whole steps.

        Args:
            growth: unknowns with what one step adds to them; unknowns that no table shows may be left out.
        Returns:
            The unknowns that change, and their values at both ends.
        """
        unknowns, steps = self._with_rests(growth, None)
        rows, sums = self._sums_of(unknowns, steps)
        place = np.concatenate((self._start[unknowns], self._sums[rows]))
        lower = np.concatenate((self._lower[unknowns], self._low[rows]))
        upper = np.concatenate((self._upper[unknowns], self._high[rows]))
        step = np.concatenate((steps, sums))
        moves = np.abs(step) > EXACTLY
        place, lower, upper, step = place[moves], lower[moves], upper[moves], step[moves]
        ends = np.sort(np.stack(((lower - place) / step, (upper - place) / step)), axis=0)
        back = min(0.0, np.ceil(np.max(ends[0], initial=-np.inf) - EXACTLY)) if len(step) else 0.0
        ahead = max(0.0, np.floor(np.min(ends[1], initial=np.inf) + EXACTLY)) if len(step) else 0.0
        start = self._start[unknowns]
        return unknowns, start + back * steps, start + ahead * steps

    def _with_rests(self, given: Mapping[int, float], target: Vector | None) -> tuple[Places, Vector]:
        """Add the unknowns that no table shows: each is what its sum leaves over."""
        known = {name: value for name, value in given.items() if value}
        unknowns, heights = np.array(list(known), dtype=np.int64), np.array(list(known.values()), dtype=np.float64)
        rows, sums = self._sums_of(unknowns, heights)
        wanted = np.zeros(len(rows)) if target is None else target[rows]
        rests = {
            self._rest_of[row][0]: (goal - total) / self._rest_of[row][1]
            for row, total, goal in zip(rows.tolist(), sums.tolist(), wanted.tolist(), strict=True)
            if row in self._rest_of and abs(goal - total) > EXACTLY
        }
        left = np.array(list(rests), dtype=np.int64), np.array(list(rests.values()), dtype=np.float64)
        return np.concatenate((unknowns, left[0])), np.concatenate((heights, left[1]))

    def _sums_of(self, unknowns: Places, heights: Vector) -> tuple[Places, Vector]:
        if not len(unknowns):
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        rows = np.concatenate([self._rows[name] for name in unknowns])
        parts = [self._values[name] * height for name, height in zip(unknowns, heights, strict=True)]
        touched, where = np.unique(rows, return_inverse=True)
        return touched, np.asarray(np.bincount(where, np.concatenate(parts), len(touched)), dtype=np.float64)


def _rests(equations: Sequence[Equation], shown: set[int]) -> dict[int, tuple[int, float]]:
    """Give the sums that have one unknown which no table shows, with it and its sign."""
    found: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for row, equation in enumerate(equations):
        free = [(name, value) for name, value in equation.terms.items() if name not in shown] if equation.is_sum else []
        if len(free) == 1 and free[0][0] not in taken:
            taken.add(free[0][0])
            found[row] = free[0]
    return found
