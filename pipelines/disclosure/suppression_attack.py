"""The attacker inside the hiding engine: how far can a hidden count be moved without breaking a relation?

One linear programme per part, kept warm: only limits and objective change from one question to the next. Each answer is
a table that could be true, so it speaks for every other count that it moves far enough.

Source: Fischetti and Salazar-González (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7): the attacker's problem.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.disclosure.suppression_grid import Grid, Vector
from pipelines.errors import DisclosureError

if TYPE_CHECKING:
    from highspy import HighsLp
    from highspy._core import _Highs

# What counts as having moved far enough, in people.
NEAR = 1e-6
UNSOLVED = "The disclosure solver gave no answer, so nothing was released. Run the same command again."


@dataclass(frozen=True, order=True)
class Move:
    """How far the count of a node must be able to go, up (`sign` 1) or down (-1)."""

    node: int
    sign: int
    size: float

    def is_made(self, steps: Vector) -> bool:
        """Tell whether a possible table moves the count far enough."""
        return bool(self.sign * steps[self.node] >= self.size - NEAR)


@dataclass(frozen=True, eq=False)
class Room:
    """How far each node can go down and up."""

    down: Vector
    up: Vector

    @classmethod
    def of(cls, grid: Grid) -> Room:
        """Give the limits when everything is hidden."""
        return cls(grid.room(sign=-1), grid.room(sign=1))

    def scaled(self, share: Vector, most: float = np.inf) -> Room:
        """Give the limits when each node is hidden to a share of 0 to 1, and none needs to go further than `most`."""
        return Room(np.minimum(self.down, most) * share, np.minimum(self.up, most) * share)


@dataclass(frozen=True, eq=False)
class Answer:
    """The furthest a wish can be met, the table that does it, and the weights of the relations that prevent more."""

    reached: float
    steps: Vector
    weights: Vector


class Attacker:
    """Asks how far counts can move in one part."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._solver = solver()
        # Only the objective changes between most questions: a basis stays feasible for the primal simplex method.
        self._solver.setOptionValue("simplex_strategy", 4)
        self._solver.setOptionValue("presolve", "off")
        self._columns = np.arange(len(grid.nodes), dtype=np.int32)
        self._solver.passModel(_model(grid))

    def allow(self, room: Room) -> None:
        """Set how far each node can go from here on."""
        self._solver.changeColsBounds(len(self._columns), self._columns, -room.down, room.up)

    def furthest(self, wish: Vector) -> Answer:
        """Find the possible table that goes furthest in the direction of `wish`.

        Raises:
            DisclosureError: the solver found no answer.
        """
        self._solver.changeColsCost(len(self._columns), self._columns, -wish)
        run_to_the_end(self._solver)
        solution = self._solver.getSolution()
        steps = np.array(solution.col_value)
        weights = -np.array(solution.row_dual)
        # A bound holds in one direction only; a weight against it is the solver's rounding.
        weights = np.where(self._grid.is_exact, weights, np.maximum(weights, 0.0))
        return Answer(float(wish @ steps), steps, weights)

    def unmade(self, moves: Sequence[Move], made: dict[Move, Vector]) -> Iterator[tuple[Move, Answer]]:
        """Give the moves that the limits prevent, each with the answer that proves it.

        Args:
            moves: the moves to try.
            made: filled with a possible table for each move that can be made.
        """
        pending = list(moves)
        for sign in (1, -1):
            pending = self._together(pending, sign, made)
        while pending:
            move, *pending = pending
            answer = self.furthest(self._wish([move]))
            if move.is_made(answer.steps):
                made[move] = answer.steps
                pending = _left(pending, answer.steps, made)
            else:
                yield move, answer

    def _together(self, moves: list[Move], sign: int, made: dict[Move, Vector]) -> list[Move]:
        """Try many moves of one direction at once, as long as that settles a good part of them."""
        while len(own := [move for move in moves if move.sign == sign]) > 2:
            left = _left(moves, self.furthest(self._wish(own)).steps, made)
            is_slow = len(left) > 0.8 * len(moves)
            moves = left
            if is_slow:
                break
        return moves

    def _wish(self, moves: Sequence[Move]) -> Vector:
        wish = np.zeros(len(self._columns))
        for move in moves:
            wish[move.node] = move.sign
        return wish


def solver() -> _Highs:
    """Give a quiet solver: one thread and a fixed seed, so that the same question has the same answer."""
    # The outer class `Highs` prints a line when it is made, which would break output that is read by programs.
    from highspy._core import _Highs

    made = _Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
        made.setOptionValue(option, value)
    return made


def run_to_the_end(linear: _Highs) -> None:
    """Solve a linear programme, once more from nothing if the first try fails.

    Raises:
        DisclosureError: it was not solved to the end.
    """
    from highspy import HighsModelStatus

    for _ in range(2):
        linear.run()
        if linear.getModelStatus() == HighsModelStatus.kOptimal:
            return
        linear.clearSolver()
    raise DisclosureError(UNSOLVED)


def _left(moves: Sequence[Move], steps: Vector, made: dict[Move, Vector]) -> list[Move]:
    for move in moves:
        if move.is_made(steps):
            made[move] = steps
    return [move for move in moves if move not in made]


def _model(grid: Grid) -> HighsLp:
    from highspy import HighsLp, MatrixFormat

    model = HighsLp()
    model.num_col_, model.num_row_ = len(grid.nodes), len(grid.slack)
    model.col_cost_ = np.zeros(len(grid.nodes))
    model.col_lower_ = np.zeros(len(grid.nodes))
    model.col_upper_ = np.zeros(len(grid.nodes))
    model.row_lower_ = np.where(grid.is_exact, 0.0, -np.inf)
    model.row_upper_ = grid.slack
    model.a_matrix_.format_ = MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.searchsorted(grid.rows, np.arange(len(grid.slack) + 1)).astype(np.int32)
    model.a_matrix_.index_ = grid.columns.astype(np.int32)
    model.a_matrix_.value_ = grid.values
    return model


def made_within(made: Mapping[Move, Vector], room: Room) -> dict[Move, Vector]:
    """Keep the possible tables that tighter limits still allow."""
    low, high = -room.down - NEAR, room.up + NEAR
    return {move: steps for move, steps in made.items() if bool(((steps >= low) & (steps <= high)).all())}
