"""Turns an attack that stops short into a condition on what must be hidden, and keeps all conditions found.

A count that cannot move far enough is held by relations. Their weights say which shown cells hold it and how much each
would give way if it were hidden: hiding must buy at least the missing part. Such a condition holds for every safe
pattern, so the cheapest choice that meets all of them is a lower bound of what hiding must cost.

Source: Fischetti and Salazar-González (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7), capacity and strengthened constraints.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.disclosure.suppression_attack import UNSOLVED, Answer, Move, Room, run_to_the_end, solver
from pipelines.disclosure.suppression_grid import Grid, Indices, Vector
from pipelines.errors import DisclosureError

if TYPE_CHECKING:
    from highspy._core import _Highs

# Smaller weights are the solver's rounding; smaller shortfalls are not worth a condition.
ROUNDING, SHORTFALL = 1e-9, 1e-5


@dataclass(frozen=True, eq=False)
class Cut:
    """Of these nodes so many must be hidden that their gains reach `need`."""

    nodes: Indices
    gains: Vector
    need: float

    def shortfall(self, share: Vector) -> float:
        """Give how much of the need a choice leaves open, as a part of the need."""
        return 1.0 - float(self.gains @ share[self.nodes]) / self.need


class Conditions:
    """Writes conditions for one part of the problem."""

    def __init__(self, grid: Grid, room: Room) -> None:
        self.grid, self.room = grid, room
        self.is_fixed = np.array([node.is_fixed for node in grid.nodes], dtype=np.bool_)
        self.cost = np.array([node.cost for node in grid.nodes])

    def cut(self, move: Move, weights: Vector) -> Cut | None:
        """Say what the weights of an attack demand; nothing where hidden cells already give enough."""
        pull = -self.grid.combined(weights)
        pull[move.node] += move.sign
        pull[np.abs(pull) < ROUNDING] = 0.0
        gains = np.maximum(pull, 0) * self.room.up + np.maximum(-pull, 0) * self.room.down
        need = move.size - float(weights @ self.grid.slack) - float(gains[self.is_fixed].sum())
        if need <= SHORTFALL:
            return None
        nodes = np.flatnonzero((gains > 0) & ~self.is_fixed)
        return Cut(nodes, np.minimum(gains[nodes], need) / need, 1.0)

    def of_single_relations(self, moves: list[Move]) -> Iterator[Cut]:
        """Give the conditions that each relation of a small count makes by itself."""
        grid = self.grid
        for move in moves:
            for entry in np.flatnonzero(grid.columns == move.node):
                row = grid.rows[entry]
                weight = move.sign / grid.values[entry]
                if grid.is_exact[row] or weight > 0:
                    weights = np.zeros(len(grid.slack))
                    weights[row] = weight
                    if cut := self.cut(move, weights):
                        yield cut

    def of(self, move: Move, answer: Answer) -> Cut | None:
        """Give the condition of an attack that stopped short."""
        return self.cut(move, answer.weights)


class Master:
    """All conditions found so far, and the cheapest choice that meets them."""

    def __init__(self, conditions: Conditions) -> None:
        from highspy import HighsLp

        self._free = np.flatnonzero(~conditions.is_fixed)
        self._column = np.full(len(conditions.cost), -1, dtype=np.int32)
        self._column[self._free] = np.arange(len(self._free), dtype=np.int32)
        self._cost, self._is_fixed = conditions.cost, conditions.is_fixed
        self._seen: set[tuple[bytes, bytes]] = set()
        self._solver = solver()
        model = HighsLp()
        model.num_col_, model.num_row_ = len(self._free), 0
        model.col_cost_ = self._cost[self._free]
        model.col_lower_, model.col_upper_ = np.zeros(len(self._free)), np.ones(len(self._free))
        model.a_matrix_.start_ = np.zeros(len(self._free) + 1, dtype=np.int32)
        self._solver.passModel(model)

    @property
    def n_cuts(self) -> int:
        """Give how many conditions were found."""
        return len(self._seen)

    def add(self, cut: Cut) -> bool:
        """Add a condition; tell whether it said something that was not known."""
        key = (cut.nodes.tobytes(), np.round(cut.gains, 6).tobytes())
        if key in self._seen:
            return False
        self._seen.add(key)
        self._solver.addRow(cut.need, np.inf, len(cut.nodes), self._column[cut.nodes], cut.gains)
        return True

    def cheapest_shares(self) -> tuple[Vector, float]:
        """Choose shares of 0 to 1 that meet all conditions; give them and their cost, a lower bound."""
        run_to_the_end(self._solver)
        return self._spread(self._solver.getSolution().col_value), self._solver.getInfo().objective_function_value

    def cheapest(self, known: Vector, *, gap: float, seconds: float, nodes: int) -> tuple[Vector, float] | None:
        """Choose whole cells that meet all conditions.

        Args:
            known: a choice that is known to be safe, to start from.
            gap: stop when the choice is this near to the bound.
            seconds: stop after this time in any case.
            nodes: stop after so many branches.
        Returns:
            The choice and a lower bound of what any safe choice costs; nothing when the time was too short.
        Raises:
            DisclosureError: the solver failed.
        """
        from highspy import HighsModelStatus as Status
        from highspy import SolutionStatus

        whole = self._whole(known)
        for option, value in (("mip_rel_gap", gap), ("time_limit", max(seconds, 0.1)), ("mip_max_nodes", nodes)):
            whole.setOptionValue(option, value)
        for _ in range(2):
            whole.run()
            info = whole.getInfo()
            if whole.getModelStatus() not in (Status.kOptimal, Status.kSolutionLimit, Status.kTimeLimit):
                raise DisclosureError(UNSOLVED)
            if info.primal_solution_status != SolutionStatus.kSolutionStatusFeasible:
                return None
            share = np.round(self._spread(whole.getSolution().col_value))
            if self._cost @ share <= info.objective_function_value + SHORTFALL:
                return share, info.mip_dual_bound
            # HiGHS 1.16 gives the start back where presolving alone found something better: once more without it.
            whole.clearSolver()
        return None

    def _whole(self, known: Vector) -> _Highs:
        from highspy import HighsSolution, HighsVarType

        whole, model = solver(), self._solver.getLp()
        model.integrality_ = [HighsVarType.kInteger] * len(self._free)
        whole.passModel(model)
        start = HighsSolution()
        start.col_value = list(known[self._free])
        whole.setSolution(start)
        return whole

    def _spread(self, values: list[float]) -> Vector:
        share = np.ones(len(self._cost))
        share[self._free] = np.clip(values, 0.0, 1.0)
        return share
