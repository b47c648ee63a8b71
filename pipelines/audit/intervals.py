"""The lowest and highest value each unknown can have, by linear programming.

Answers "how far can a reader narrow this count". One model stays in memory and only its objective changes, so that each
solve begins where the last one ended. Every solution is something that could be true and speaks for all unknowns: most
are cleared by a few solutions in random directions, and only the others are solved for one by one.

Source: Fischetti and Salazar-González (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7): the attacker's problem. Huangfu and Hall (2018), "Parallelizing the dual revised
simplex method", Mathematical Programming Computation 10: the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.audit.equations import Equation, Knowledge
from pipelines.errors import DisclosureError

Vector = NDArray[np.float64]
Places = NDArray[np.int64]
# Absorbs the solver's rounding and is far below the next whole number.
TOLERANCE = 1e-4
RANDOM_ROUNDS = 24
SEED = 5


class Contradiction(DisclosureError):  # noqa: N818 - what the files do, not a fault of the program
    """No counts fit what is published."""


class Reach:
    """The values that unknowns were seen to take; `low` and `high` widen with every solution."""

    def __init__(self, knowledge: Knowledge, *, gamble: bool = False) -> None:
        self.low = np.full(len(knowledge.lower), np.inf)
        self.high = np.full(len(knowledge.lower), -np.inf)
        self._part_of: dict[int, _Part] = {}
        equations = knowledge.equations + (knowledge.gambles if gamble else [])
        for members, inside in _split(knowledge, equations):
            part = _Part(self, members, knowledge, inside)
            self._part_of |= dict.fromkeys(members, part)

    def widen(self, unknowns: Places, *values: Vector) -> None:
        """Note values that some unknowns take in worlds that could be true; an unknown may stand there twice."""
        for each in values:
            np.minimum.at(self.low, unknowns, each)
            np.maximum.at(self.high, unknowns, each)

    def interval(self, unknown: int) -> tuple[int, int]:
        """Give the whole numbers an unknown was seen to lie between; wider after every solve."""
        return int(np.ceil(self.low[unknown] - TOLERANCE)), int(np.floor(self.high[unknown] + TOLERANCE))

    def unsafe(self, unknowns: Collection[int], is_safe: Callable[[int], bool]) -> list[int]:
        """Give the unknowns for which even the full interval is not safe.

        Args:
            unknowns: those to judge.
            is_safe: tells of an unknown whether its interval so far is wide enough.
        Returns:
            In rising order; `interval` then gives the full interval of each.
        Raises:
            Contradiction: no counts fit what is published.
        """
        found = []
        parts: dict[int, tuple[_Part, list[int]]] = {}
        for unknown in unknowns:
            part = self._part_of[unknown]
            parts.setdefault(id(part), (part, []))[1].append(unknown)
        for part, members in parts.values():
            found += part.unsafe(sorted(set(members)), is_safe)
        return sorted(found)

    def settle(self, unknown: int) -> tuple[int, int]:
        """Give the full interval of an unknown."""
        self._part_of[unknown].settle(unknown)
        return self.interval(unknown)


class _Part:
    """Unknowns that hang together, as one linear programme."""

    def __init__(self, reach: Reach, members: list[int], knowledge: Knowledge, equations: Sequence[Equation]) -> None:
        self._reach, self._members = reach, np.array(members)
        self._place = {unknown: place for place, unknown in enumerate(members)}
        self._lower = np.array([knowledge.lower[unknown] for unknown in members])
        self._upper = np.array([knowledge.upper[unknown] for unknown in members])
        self._equations = equations
        self._model: Any = None
        if np.any(self._lower > self._upper):
            raise Contradiction("no counts fit what is published.")

    def unsafe(self, unknowns: list[int], is_safe: Callable[[int], bool]) -> list[int]:
        self._widen(np.zeros(len(self._members)))
        left = [unknown for unknown in unknowns if not is_safe(unknown)]
        draw = np.random.default_rng(SEED)
        for number in range(RANDOM_ROUNDS):
            if len(left) < 4:
                break
            objective = np.zeros(len(self._members))
            signs = draw.choice((-1.0, 1.0), len(left)) if number > 1 else np.full(len(left), 1.0 - 2.0 * number)
            objective[[self._place[unknown] for unknown in left]] = signs * draw.uniform(0.5, 1.5, len(left))
            self._widen(objective)
            left = [unknown for unknown in left if not is_safe(unknown)]
        return [unknown for unknown in left if not self._is_cleared(unknown, is_safe)]

    def settle(self, unknown: int) -> None:
        for sign in (1.0, -1.0):
            objective = np.zeros(len(self._members))
            objective[self._place[unknown]] = sign
            self._widen(objective)

    def _is_cleared(self, unknown: int, is_safe: Callable[[int], bool]) -> bool:
        if not is_safe(unknown):
            self.settle(unknown)
        return is_safe(unknown)

    def _widen(self, objective: Vector) -> None:
        self._reach.widen(self._members, self._solve(objective))

    def _solve(self, objective: Vector) -> Vector:
        if not self._equations:
            return np.where(objective > 0, self._lower, self._upper)
        if self._model is None:
            self._model = _model(self._lower, self._upper, self._equations, self._place)
        count = len(objective)
        self._model.changeColsCost(count, np.arange(count, dtype=np.int32), objective)
        return _run(self._model)


def solved(bounds: tuple[Vector, Vector], equations: Sequence[Equation], cost: Vector) -> Vector:
    """Give the values of least cost that lie within bounds and fit all equations.

    Raises:
        Contradiction: there are none.
    """
    model = _model(*bounds, equations, {name: name for name in range(len(cost))}, presolve="on")
    model.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)
    return _run(model)


def _run(model: Any) -> Vector:
    import highspy

    model.run()
    status = model.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        raise Contradiction("no counts fit what is published.")
    if status != highspy.HighsModelStatus.kOptimal:
        raise DisclosureError("The audit could not be solved, so nothing is shown to be safe. Release nothing.")
    return np.array(model.getSolution().col_value)


def _model(
    lower: Vector, upper: Vector, equations: Sequence[Equation], place: Mapping[int, int], *, presolve: str = "off"
) -> Any:  # fmt: skip
    import highspy

    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = len(lower), len(equations)
    programme.col_cost_ = np.zeros(len(lower))
    programme.col_lower_, programme.col_upper_ = lower, upper
    programme.row_lower_ = np.array([each.low for each in equations])
    programme.row_upper_ = np.array([each.high for each in equations])
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lengths = [len(each.terms) for each in equations]
    programme.a_matrix_.start_ = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    programme.a_matrix_.index_ = np.array([place[name] for each in equations for name in each.terms], dtype=np.int32)
    programme.a_matrix_.value_ = np.array([value for each in equations for value in each.terms.values()])
    # The public class around it turns its callbacks on when it is made, which prints a banner into the output.
    model: Any = highspy._core._Highs()
    # With the primal simplex method a basis stays feasible when only the objective changes.
    options = {"output_flag": False, "threads": 1, "random_seed": 0, "presolve": presolve, "solver": "simplex"}
    for name, value in (options | {"simplex_strategy": 4 if presolve == "off" else 1}).items():
        model.setOptionValue(name, value)
    model.passModel(programme)
    return model


def _split(knowledge: Knowledge, equations: Sequence[Equation]) -> Iterator[tuple[list[int], list[Equation]]]:
    """Put what is known into the equations, and split the unknowns into parts that no equation ties together."""
    count = len(knowledge.lower)
    is_known = [low == high for low, high in zip(knowledge.lower, knowledge.upper, strict=True)]
    leader = list(range(count))

    def lead(unknown: int) -> int:
        while leader[unknown] != unknown:
            leader[unknown] = leader[leader[unknown]]
            unknown = leader[unknown]
        return unknown

    kept = []
    for equation in (_reduced(knowledge, each, is_known) for each in equations):
        if equation.terms:
            first, *others = equation.terms
            for other in others:
                leader[lead(other)] = lead(first)
            kept.append(equation)
    members: dict[int, list[int]] = {}
    inside: dict[int, list[Equation]] = {}
    for unknown in range(count):
        members.setdefault(lead(unknown), []).append(unknown)
    for equation in kept:
        inside.setdefault(lead(next(iter(equation.terms))), []).append(equation)
    yield from ((unknowns, inside.get(name, [])) for name, unknowns in members.items())


def _reduced(knowledge: Knowledge, equation: Equation, is_known: Sequence[bool]) -> Equation:
    known = sum(value * knowledge.lower[name] for name, value in equation.terms.items() if is_known[name])
    terms = {name: value for name, value in equation.terms.items() if not is_known[name]}
    if not terms and not equation.low - TOLERANCE <= known <= equation.high + TOLERANCE:
        raise Contradiction("no counts fit what is published.")
    return Equation(terms, equation.low - known, equation.high - known, equation.label)
