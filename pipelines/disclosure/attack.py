"""The audit: what could a reader work out about hidden figures from everything that is published?

A linear programme finds the lowest and highest value each hidden count can have, given the shown counts, all relations
between tables, and that a hidden count is at least 1. This module shares no code with the hiding it tests.

Source: Fischetti and Salazar-González (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7): the attacker's problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.disclosure.system import CellName, LinkedSystem, Relation
from pipelines.errors import DisclosureError

Vector = NDArray[np.float64]
# Stands for "no upper limit"; far above any caseload.
UNLIMITED = 1e9
# A tenth of a person absorbs the solver's rounding and is far below the next whole number.
TOLERANCE = 0.1


@dataclass(frozen=True)
class Exposure:
    """A hidden count that a reader can narrow down too far; `low` and `high` are what the reader can prove."""

    cell: CellName
    low: int
    high: int


def find_exposures(
    system: LinkedSystem, hidden: frozenset[CellName], protected: Sequence[CellName], *, threshold: int
) -> list[Exposure]:
    """Attack an edition and list the hidden counts that do not stay hidden.

    A small count is safe when the reader can neither rule out that it is `threshold` or more nor narrow it to fewer
    than `threshold` values. Any other count of a table that was hidden is safe when it can have two values.

    Args:
        system: every cell and relation of the edition.
        hidden: the cells that would not be shown.
        protected: those of them that were hidden because they are small.
        threshold: in people; counts of 1 to `threshold - 1` are small.
    Returns:
        The counts that are exposed, in the order of their names; none when the edition holds.
    Raises:
        DisclosureError: the attack could not be carried out, which counts as a failed audit.
    """
    small, others = set(protected), hidden - system.unpublished
    exposed = []
    for problem in _problems(system, hidden):
        for cell in problem.cells:
            if cell in small:
                exposed += problem.attack(cell, least_high=threshold, least_width=threshold - 1)
            elif cell in others:
                exposed += problem.attack(cell, least_high=1, least_width=1)
    return sorted(exposed, key=lambda exposure: exposure.cell)


class _Problem:
    """What a reader knows about hidden counts that hang together: equalities and upper limits, every count at least 1.

    Every solution is something that could be true, so each one widens what is known to be possible for all cells.
    """

    def __init__(self, cells: Sequence[CellName], equal: tuple[Vector, Vector], less: tuple[Vector, Vector]) -> None:
        self.cells = tuple(cells)
        self._position = {cell: index for index, cell in enumerate(cells)}
        self._equal, self._less = equal, less
        self._low = np.full(len(cells), np.inf)
        self._high = np.full(len(cells), -np.inf)

    def attack(self, cell: CellName, *, least_high: int, least_width: int) -> list[Exposure]:
        """Give the exposure of a cell that cannot reach `least_high` or cannot vary by `least_width`, if it is one."""
        place = self._position[cell]
        for sign in (0.0, -1.0, 1.0):
            # The first round lets a solution found for another cell speak for this one.
            if sign:
                self._solve(place, sign)
            low = int(np.ceil(self._low[place] - TOLERANCE)) if np.isfinite(self._low[place]) else 0
            high = int(np.floor(self._high[place] + TOLERANCE)) if np.isfinite(self._high[place]) else -1
            if high >= least_high and high - low >= least_width:
                return []
        return [Exposure(cell, low, high)]

    def _solve(self, place: int, sign: float) -> None:
        from scipy.optimize import linprog

        objective = np.zeros(len(self.cells))
        objective[place] = sign
        outcome = linprog(
            objective,
            A_ub=self._less[0] if len(self._less[0]) else None,
            b_ub=self._less[1] if len(self._less[0]) else None,
            A_eq=self._equal[0] if len(self._equal[0]) else None,
            b_eq=self._equal[1] if len(self._equal[0]) else None,
            bounds=(1, UNLIMITED),
            method="highs",
        )
        if outcome.status != 0:
            raise DisclosureError("The disclosure audit could not be solved, so nothing was released.")
        np.minimum(self._low, outcome.x, out=self._low)
        np.maximum(self._high, outcome.x, out=self._high)


def _problems(system: LinkedSystem, hidden: frozenset[CellName]) -> Iterator[_Problem]:
    """Split what is hidden into parts that no relation ties together, and write each as a problem of its own."""
    tied = [(relation, inside) for relation in system.relations if (inside := hidden.intersection(relation.cells))]
    for cells, relations in _parts(hidden, tied):
        position = {cell: index for index, cell in enumerate(cells)}
        equal, less = (
            [_row(relation, system.counts, position) for relation in relations if relation.is_exact is is_exact]
            for is_exact in (True, False)
        )
        yield _Problem(cells, _stacked(equal, len(cells)), _stacked(less, len(cells)))


def _parts(
    hidden: frozenset[CellName], tied: Sequence[tuple[Relation, frozenset[CellName]]]
) -> list[tuple[list[CellName], list[Relation]]]:
    leader = {cell: cell for cell in hidden}

    def lead(cell: CellName) -> CellName:
        while leader[cell] != cell:
            leader[cell] = leader[leader[cell]]
            cell = leader[cell]
        return cell

    for _, inside in tied:
        first, *rest = sorted(inside)
        for cell in rest:
            leader[lead(cell)] = lead(first)
    parts: dict[CellName, tuple[list[CellName], list[Relation]]] = {}
    for cell in sorted(hidden):
        parts.setdefault(lead(cell), ([], []))[0].append(cell)
    for relation, inside in tied:
        parts[lead(min(inside))][1].append(relation)
    return list(parts.values())


def _stacked(rows: Sequence[tuple[Vector, float]], width: int) -> tuple[Vector, Vector]:
    kept = [(coefficients, constant) for coefficients, constant in rows if coefficients.any()]
    matrix = np.array([coefficients for coefficients, _ in kept]).reshape(-1, width)
    return matrix, np.array([constant for _, constant in kept])


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
