"""The audit: what could a reader work out about hidden figures from everything that is published?

A linear programme finds the lowest and highest value each hidden count can have, given the shown counts, all relations
between tables, and that a hidden count is at least 1. This module shares no code with the hiding it tests.

Source: Fischetti and Salazar-González (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7): the attacker's problem.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.disclosure.system import CellName, LinkedSystem, Relation
from pipelines.errors import DisclosureError

Vector = NDArray[np.float64]
# Stands for "no upper limit"; far above any caseload.
UNLIMITED = 1e12


@dataclass(frozen=True)
class Exposure:
    """A hidden count that a reader can narrow down too far; `low` and `high` are what the reader can prove."""

    cell: CellName
    low: int
    high: int


def find_exposures(
    system: LinkedSystem, hidden: frozenset[CellName], protected: Sequence[CellName], *, threshold: int
) -> list[Exposure]:
    """Attack an edition and list the small counts that do not stay hidden.

    A small count is safe when the reader can neither rule out that it is `threshold` or more nor narrow it to fewer
    than
    `threshold` values.

    Args:
        system: every cell and relation of the edition.
        hidden: the cells that would not be shown.
        protected: those of them that were hidden because they are small.
        threshold: in people; counts of 1 to `threshold - 1` are small.
    Returns:
        The small counts that are exposed; none when the edition holds.
    Raises:
        DisclosureError: the attack could not be carried out, which counts as a failed audit.
    """
    if not protected:
        return []
    problem = _problem(system, hidden)
    exposed = []
    for cell in protected:
        low, high = problem.bounds(cell)
        if high < threshold or high - low < threshold - 1:
            exposed.append(Exposure(cell, low, high))
    return exposed


@dataclass(frozen=True, eq=False)
class _Problem:
    """What a reader knows: `equal @ x = equal_to` and `less @ x <= less_than`, every x at least 1."""

    position: Mapping[CellName, int]
    equal: Vector
    equal_to: Vector
    less: Vector
    less_than: Vector

    def bounds(self, cell: CellName) -> tuple[int, int]:
        """Give the lowest and highest whole number the cell can be."""
        low = self._extreme(cell, sign=1.0)
        high = self._extreme(cell, sign=-1.0)
        # A tenth of a person absorbs the solver's rounding and is far below the next whole number.
        return int(np.ceil(low - 0.1)), int(np.floor(high + 0.1))

    def _extreme(self, cell: CellName, *, sign: float) -> float:
        from scipy.optimize import linprog

        objective = np.zeros(len(self.position))
        objective[self.position[cell]] = sign
        outcome = linprog(
            objective,
            A_ub=self.less if len(self.less) else None,
            b_ub=self.less_than if len(self.less) else None,
            A_eq=self.equal if len(self.equal) else None,
            b_eq=self.equal_to if len(self.equal) else None,
            bounds=(1, None),
            method="highs",
        )
        if outcome.status == 3:  # unbounded: nothing limits the cell from above
            return UNLIMITED if sign < 0 else 1.0
        if outcome.status != 0:
            raise DisclosureError("The disclosure audit could not be solved, so nothing was released.")
        return float(sign * outcome.fun)


def _problem(system: LinkedSystem, hidden: frozenset[CellName]) -> _Problem:
    position = {cell: index for index, cell in enumerate(sorted(hidden))}
    rows: dict[bool, tuple[list[Vector], list[float]]] = {True: ([], []), False: ([], [])}
    for relation in system.relations:
        coefficients, constant = _row(relation, system.counts, position)
        if coefficients.any():
            matrix, limits = rows[relation.is_exact]
            matrix.append(coefficients)
            limits.append(constant)
    width = len(position)
    equal, less = rows[True], rows[False]
    return _Problem(
        position,
        np.array(equal[0]).reshape(-1, width),
        np.array(equal[1]),
        np.array(less[0]).reshape(-1, width),
        np.array(less[1]),
    )


def _row(relation: Relation, counts: Mapping[CellName, int], position: Mapping[CellName, int]) -> tuple[Vector, float]:
    """Write `sum(left) - sum(right)` as coefficients of hidden cells and a constant of shown ones."""
    coefficients, constant = np.zeros(len(position)), 0.0
    for cells, sign in ((relation.left, 1.0), (relation.right, -1.0)):
        for cell in cells:
            if cell in position:
                coefficients[position[cell]] += sign
            else:
                constant -= sign * counts.get(cell, 0)
    return coefficients, constant
