"""Which multiple of the base each count becomes: the optimisation behind controlled rounding.

Answers "which choice of multiples keeps every relation and stays closest to the counts". It knows nothing of tables,
keys or audiences; `rounding` writes the problem and checks the answer without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from pipelines.disclosure.decided import decided
from pipelines.errors import DisclosureError

if TYPE_CHECKING:
    from highspy import HighsLp
    from highspy._core import _Highs

Item = TypeVar("Item")
# One seed and one thread: the same counts and key give the same values on every machine.
SOLVER_OPTIONS = {"output_flag": False, "threads": 1, "random_seed": 1, "mip_rel_gap": 1e-4, "mip_max_nodes": 100_000}
OUT_OF_TIME = (
    "Rounding ran out of time, so nothing was released. Publish fewer tables or coarser groups at once, or run it "
    "again while the computer has less to do."
)
NO_ROUNDING = (
    "No rounding keeps all tables of this edition adding up, so nothing was released. Publish coarser groups, fewer "
    "tables or a longer period."
)
NO_ANSWER = (
    "The solver that rounds the counts stopped without an answer, so nothing was released. Run it again; if it stays, "
    "report it."
)


@dataclass(frozen=True, eq=False)
class Unknown:
    """A count whose rounded value is to be chosen; `noise` is added to its distance from the upper multiple."""

    count: int
    noise: float
    is_published: bool
    is_dominated: bool


@dataclass(frozen=True, eq=False)
class Row:
    """`sum(coefficient * value) + constant = 0`, or `<= 0` when not exact; unknowns go by their number."""

    coefficients: Mapping[int, int]
    constant: int
    is_exact: bool

    def holds(self, values: Sequence[int]) -> bool:
        """Say whether these values satisfy the row."""
        total = self.constant + sum(times * values[number] for number, times in self.coefficients.items())
        return total == 0 if self.is_exact else total <= 0


@dataclass(frozen=True)
class Freedom:
    """How many multiples past the two nearest ones a value may lie."""

    published: int
    unpublished: int
    do_zeros_move: bool = False


@dataclass(frozen=True, eq=False)
class _Move:
    """Up to `limit` steps of one base, up or down (`direction` 1 or -1), at a cost for each."""

    number: int
    direction: int
    limit: int
    cost: float


# Tried in this order: published figures leave their window only when those that nobody sees cannot help.
FREEDOMS = (Freedom(0, 1), Freedom(0, 4), Freedom(1, 4), Freedom(1, 4, do_zeros_move=True))


def choose_values(unknowns: Sequence[Unknown], rows: Sequence[Row], *, base: int, deadline: float) -> list[int]:
    """Choose the closest multiples of `base` that satisfy every row.

    Each value is one of the two multiples nearest to its count, a multiple of the base stays, and the sum of distances
    and noise is least. Where nothing adds up, counts that are not published move further, then published ones by one
    step at a high price, at last true zeros. No value is below 0. When time runs out, an answer that satisfies every
    row is taken as it is: it may only be less close.

    Args:
        unknowns: the counts.
        rows: what ties them together.
        base: in units of the counts.
        deadline: on the clock of `perf_counter`, in seconds.
    Returns:
        One value for each unknown, in the same order.
    Raises:
        DisclosureError: no values satisfy the rows, or none were found in time.
    Source: Salazar-González, Lowthian, Young, Merola, Bond and Brown (2004), "Getting the best results in controlled
        rounding with the least effort", Privacy in Statistical Databases, LNCS 3050: controlled rounding as an integer
        programme, with wider windows where the nearest multiples do not add up.
    """
    if not all(row.holds([]) for row in rows if not row.coefficients):
        raise DisclosureError(NO_ROUNDING)
    values = [0] * len(unknowns)
    for numbers, own in _parts(len(unknowns), [row for row in rows if row.coefficients]):
        for number, value in _solve_part({n: unknowns[n] for n in numbers}, own, base=base, deadline=deadline).items():
            values[number] = value
    return values


def joined(items: Iterable[Item], ties: Iterable[Sequence[Item]]) -> list[list[Item]]:
    """Group items that ties join, directly or through others; groups and their members keep the order of `items`.

    >>> joined("abcd", ["ad", "b"])
    [['a', 'd'], ['b'], ['c']]
    """
    leader = {item: item for item in items}

    def lead(item: Item) -> Item:
        while leader[item] != item:
            leader[item] = leader[leader[item]]
            item = leader[item]
        return item

    for first, *others in ties:
        for other in others:
            leader[lead(other)] = lead(first)
    groups: dict[Item, list[Item]] = {}
    for item in leader:
        groups.setdefault(lead(item), []).append(item)
    return list(groups.values())


def _parts(size: int, rows: Sequence[Row]) -> Iterator[tuple[list[int], list[Row]]]:
    groups = joined(range(size), [list(row.coefficients) for row in rows])
    place = {number: index for index, group in enumerate(groups) for number in group}
    own: list[list[Row]] = [[] for _ in groups]
    for row in rows:
        own[place[next(iter(row.coefficients))]].append(row)
    return zip(groups, own, strict=True)


def _solve_part(unknowns: Mapping[int, Unknown], rows: Sequence[Row], *, base: int, deadline: float) -> dict[int, int]:
    for freedom in FREEDOMS:
        starts = {number: _start(unknown, base) for number, unknown in unknowns.items()}
        moves = [move for number, unknown in unknowns.items() for move in _moves(number, unknown, base, freedom)]
        steps = _solve(_programme(starts, moves, rows, base), deadline)
        if steps is not None:
            for move, n_steps in zip(moves, steps, strict=True):
                starts[move.number] += move.direction * n_steps
            return {number: base * multiple for number, multiple in starts.items()}
    raise DisclosureError(NO_ROUNDING)


def _must_go_up(unknown: Unknown, base: int) -> bool:
    """Whoever holds `base - 1` more than a value would learn from it that nobody else is there."""
    return unknown.is_dominated and unknown.count % base == base - 1


def _start(unknown: Unknown, base: int) -> int:
    return unknown.count // base + _must_go_up(unknown, base)


def _moves(number: int, unknown: Unknown, base: int, freedom: Freedom) -> Iterator[_Move]:
    start = _start(unknown, base)
    kind = "published" if unknown.is_published else "unpublished"
    weight = 1.0 if unknown.is_published else float(decided("rounding", "weight_of_unpublished"))
    price = weight * float(decided("rounding", f"price_of_{kind}")) * base
    if unknown.count % base and not _must_go_up(unknown, base):
        yield _Move(number, 1, 1, weight * (base - 2 * (unknown.count % base) + unknown.noise))
    steps = freedom.published if unknown.is_published else freedom.unpublished
    if unknown.is_published and not unknown.count and not freedom.do_zeros_move:
        steps = 0
    if steps:
        yield _Move(number, 1, steps, price)
    if min(steps, start) and not unknown.is_dominated:
        yield _Move(number, -1, min(steps, start), price)


def _programme(starts: Mapping[int, int], moves: Sequence[_Move], rows: Sequence[Row], base: int) -> HighsLp:
    """Write the choice of steps as an integer programme, in multiples of the base."""
    from highspy import HighsLp, HighsVarType, MatrixFormat, kHighsInf

    columns: dict[int, list[int]] = {number: [] for number in starts}
    for column, move in enumerate(moves):
        columns[move.number].append(column)
    entries = [
        [(column, n * moves[column].direction) for number, n in row.coefficients.items() for column in columns[number]]
        for row in rows
    ]
    limits = [-row.constant // base - sum(n * starts[number] for number, n in row.coefficients.items()) for row in rows]
    lp = HighsLp()
    lp.num_col_, lp.num_row_ = len(moves), len(rows)
    lp.col_cost_ = np.array([move.cost for move in moves])
    lp.col_lower_, lp.col_upper_ = np.zeros(len(moves)), np.array([float(move.limit) for move in moves])
    lp.row_lower_ = np.array([limit if row.is_exact else -kHighsInf for limit, row in zip(limits, rows, strict=True)])
    lp.row_upper_ = np.array(limits, dtype=float)
    lp.integrality_ = [HighsVarType.kInteger] * len(moves)
    lp.a_matrix_.format_ = MatrixFormat.kRowwise
    lp.a_matrix_.num_col_, lp.a_matrix_.num_row_ = len(moves), len(rows)
    lp.a_matrix_.start_ = np.cumsum([0, *map(len, entries)], dtype=np.int32)
    lp.a_matrix_.index_ = np.array([column for entry in entries for column, _ in entry], dtype=np.int32)
    lp.a_matrix_.value_ = np.array([times for entry in entries for _, times in entry], dtype=float)
    return lp


def _solve(lp: HighsLp, deadline: float) -> list[int] | None:
    """Give the steps of each move, or nothing where it is proved that no choice satisfies the rows."""
    from highspy import HighsStatus
    from highspy._core import _Highs

    left = deadline - perf_counter()
    if left <= 0:
        raise DisclosureError(OUT_OF_TIME)
    if not lp.num_col_:
        return [] if all(low <= 0 <= high for low, high in zip(lp.row_lower_, lp.row_upper_, strict=True)) else None
    # The outer class `Highs` prints a line when it is made, which would break output that is read by programs.
    solver = _Highs()
    for name, value in {**SOLVER_OPTIONS, "time_limit": left}.items():
        solver.setOptionValue(name, value)
    if solver.passModel(lp) == HighsStatus.kError or solver.run() == HighsStatus.kError:
        raise DisclosureError(NO_ANSWER)
    return _steps(solver)


def _steps(solver: _Highs) -> list[int] | None:
    """Read the answer; a solution is judged by `rounding`, not by the solver's tolerance."""
    from highspy import HighsModelStatus as Status
    from highspy import SolutionStatus

    status = solver.getModelStatus()
    if status in (Status.kInfeasible, Status.kUnboundedOrInfeasible):
        return None
    if status not in (Status.kOptimal, Status.kTimeLimit, Status.kSolutionLimit):
        raise DisclosureError(NO_ANSWER)
    if solver.getInfo().primal_solution_status != SolutionStatus.kSolutionStatusFeasible:
        raise DisclosureError(OUT_OF_TIME)
    return [round(value) for value in solver.getSolution().col_value]
