"""An attacker who reads published tables, knows every relation between them, and works out what was withheld.

Shares no code with the product: a linear programme over what the reader does not see. Every solution is something
that could be true, so each one shows for all cells at once what cannot be ruled out; what is left is asked one by one.

Source: Fischetti and Salazar-González (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7): the attacker's problem.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from pipelines.disclosure.system import CellName, LinkedSystem

SMALL = 5
# Above the solver's tolerance, far below a person.
TOLERANCE = 1e-4
MOST_ROUNDS = 60
Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Reading:
    """What a reader takes from published tables: the lowest and highest true count of each cell; equal where shown.

    `rounded` cells are promised to stay as wide as they are read, or as wide as `promised` where several tables tell
    more than one. `judged` are the cells whose exposure counts; all, when there is none.
    """

    low: Mapping[CellName, int]
    high: Mapping[CellName, int]
    rounded: frozenset[CellName] = frozenset()
    promised: Mapping[CellName, tuple[int, int]] = field(default_factory=dict)
    judged: frozenset[CellName] = frozenset()


@dataclass(frozen=True)
class Score:
    """What the attack found: counts of cells.

    `exact`: withheld counts of one person or more that were worked out. `small`: counts of 1 to 4 that were proved to
    be so small. `narrowed`: rounded counts with fewer possible values than the method promises, or hidden small counts
    with fewer than five.
    """

    cells: int
    not_zero: int
    withheld: int
    exact: int
    small: int
    narrowed: int
    seconds: float


class Programme:
    """A linear programme whose objective changes while everything else stays."""

    def __init__(self, matrix: object, rows: tuple[Vector, Vector], columns: tuple[Vector, Vector]) -> None:
        import highspy
        from scipy.sparse import csr_matrix

        sparse = csr_matrix(matrix)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = sparse.shape[1], sparse.shape[0]
        model.col_cost_ = np.zeros(model.num_col_)
        model.col_lower_, model.col_upper_ = columns
        model.row_lower_, model.row_upper_ = rows
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = sparse.indptr
        model.a_matrix_.index_ = sparse.indices
        model.a_matrix_.value_ = sparse.data.astype(np.float64)
        self._solver = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("random_seed", 1), ("simplex_strategy", 4)):
            self._solver.setOptionValue(option, value)
        self._solver.passModel(model)
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._columns = np.arange(model.num_col_, dtype=np.int32)
        self.width = int(model.num_col_)

    def minimise(self, costs: Vector) -> Vector:
        """Give the values at which a weighted sum is least.

        Raises:
            RuntimeError: there is no such solution, which means that the reader believes something that is not so.
        """
        self._solver.changeColsCost(self.width, self._columns, costs)
        self._solver.run()
        if self._solver.getModelStatus() != self._optimal:
            raise RuntimeError(f"The attack could not be solved: {self._solver.getModelStatus()}.")
        return np.array(self._solver.getSolution().col_value)


def attack(system: LinkedSystem, reading: Reading) -> Score:
    """Work out what a reader can prove, and count what went wrong.

    Args:
        system: every cell with its true count, used for the score alone, and every relation.
        reading: what was published.
    Returns:
        Counts of cells.
    Raises:
        RuntimeError: the reading contradicts the relations.
    """
    began = perf_counter()
    found = _Intervals(system, reading)
    found.search()
    return replace(found.score(), seconds=perf_counter() - began)


class _Intervals:
    def __init__(self, system: LinkedSystem, reading: Reading) -> None:
        self._system, self._reading = system, reading
        self.cells = [cell for cell in system.counts if reading.low[cell] < reading.high[cell]]
        self._true = np.array([system.counts[cell] for cell in self.cells], dtype=float)
        self._least = np.array([reading.low[cell] for cell in self.cells], dtype=float)
        self._most = np.array([reading.high[cell] for cell in self.cells], dtype=float)
        self._is_rounded = np.array([cell in reading.rounded for cell in self.cells], dtype=bool)
        self._is_judged = np.array([not reading.judged or cell in reading.judged for cell in self.cells], dtype=bool)
        # Nothing is known to be possible yet.
        self.low = np.full(len(self.cells), np.inf)
        self.high = np.full(len(self.cells), -np.inf)
        self._programme = self._made() if self.cells else None

    def _made(self) -> Programme:
        from scipy.sparse import coo_matrix

        position = {cell: number for number, cell in enumerate(self.cells)}
        entries: list[tuple[int, int, float]] = []
        least: list[float] = []
        most: list[float] = []
        for relation in self._system.relations:
            if not any(cell in position for cell in relation.cells):
                continue
            constant = 0.0
            for cells, sign in ((relation.left, 1.0), (relation.right, -1.0)):
                entries += [(len(most), position[cell], sign) for cell in cells if cell in position]
                constant -= sign * sum(self._reading.low[cell] for cell in cells if cell not in position)
            most.append(constant)
            least.append(constant if relation.is_exact else -np.inf)
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = coo_matrix((values, (rows, columns)), shape=(len(most), len(self.cells)))
        return Programme(matrix, (np.array(least), np.array(most)), (self._least, self._most))

    def search(self) -> None:
        """Rule nothing out that a solution shows to be possible; then ask cell by cell."""
        generator = np.random.default_rng(1)
        for _ in range(MOST_ROUNDS):
            open_before = self._open()
            if len(open_before) < 2:
                break
            costs = np.zeros(len(self.cells))
            costs[open_before] = generator.choice((-1.0, 1.0), len(open_before)) * generator.random(len(open_before))
            self._try(costs)
            if len(self._open()) > 0.98 * len(open_before):
                break
        for place in self._open():
            for sign in (-1.0, 1.0):
                if not self._is_safe()[place]:
                    costs = np.zeros(len(self.cells))
                    costs[place] = sign
                    self._try(costs)

    def _open(self) -> NDArray[np.int64]:
        return np.flatnonzero(~self._is_safe())

    def _try(self, costs: Vector) -> None:
        assert self._programme is not None
        values = self._programme.minimise(costs)
        np.minimum(self.low, np.ceil(values - TOLERANCE), out=self.low)
        np.maximum(self.high, np.floor(values + TOLERANCE), out=self.high)

    def _is_safe(self) -> NDArray[np.bool_]:
        is_small = self._true < SMALL
        spread = self.high - self.low
        is_wide = (self.low <= self._least) & (self.high >= self._most)
        is_vague = np.where(is_small, (self.high >= SMALL) & (spread >= SMALL - 1), spread >= 1)
        return np.asarray(is_wide | (~self._is_rounded & is_vague) | ~self._is_judged)

    def score(self) -> Score:
        """Count what the reader can prove."""
        counts, judged = self._system.counts, self._is_judged
        is_small = (self._true >= 1) & (self._true < SMALL)
        promised = [
            self._reading.promised.get(cell, (self._reading.low[cell], self._reading.high[cell])) for cell in self.cells
        ]
        kept = np.array(promised).reshape(-1, 2)
        is_narrower = (self.low > kept[:, 0]) | (self.high < kept[:, 1])
        is_narrow = np.where(self._is_rounded, is_narrower, is_small & (self.high - self.low < SMALL - 1))
        return Score(
            cells=len(counts),
            not_zero=sum(n > 0 for n in counts.values()),
            withheld=int((self._true > 0).sum()),
            exact=int(((self.low == self.high) & (self._true > 0) & judged).sum()),
            small=int((is_small & (self.low >= 1) & (self.high < SMALL) & judged).sum()),
            narrowed=int((is_narrow & judged).sum()),
            seconds=0.0,
        )
