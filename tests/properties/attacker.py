"""An attacker who has the released CSV files and public knowledge, and nothing of the product's own code.

It asks a solver how low and how high each count can be. Every answer is a world in whole numbers that fits all files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from tests.properties.attacker_knowledge import LARGE, Cell, Knowledge, Public
from tests.properties.attacker_rows import Where

SMALL, TURNS = 5, 24


@dataclass(frozen=True)
class Leak:
    """A count that can be worked out or proved to be from 1 to 4, with what is known of it."""

    kind: str
    cell: Cell | str
    low: int
    high: int


class _Seen:
    """The values that some counts, less what the reader holds of them, take in worlds that fit the files."""

    def __init__(self, places: np.ndarray, less: np.ndarray, is_zero_secret: bool, is_exact_secret: bool) -> None:
        self.places, self._less = places, less
        self._may_be_zero, self._may_be_exact = not is_zero_secret, not is_exact_secret
        self.low, self.high = np.full(len(places), LARGE), np.full(len(places), -LARGE)
        self.draw = np.random.default_rng(0)

    def widen(self, values: np.ndarray) -> None:
        np.minimum(self.low, values - self._less, out=self.low)
        np.maximum(self.high, values - self._less, out=self.high)

    def is_open(self) -> np.ndarray:
        """Tell of each count whether it may still turn out to be told: exactly, or as one from 1 to 4."""
        is_wide = (self.high > self.low) | (self._may_be_zero & (self.low <= 0)) | self._may_be_exact
        return ~(is_wide & ((self.low <= 0) | (self.high >= SMALL)))


class Attacker:
    """One reader: of the rounded files alone, of a centre's brief beside them, or a centre with its own counts."""

    def __init__(
        self, rounded: Iterable[Mapping[str, bytes]], public: Public, centre: str = "",
        *, files: Mapping[str, bytes] | None = None, own: Mapping[Where, Mapping[str, int]] | None = None,
    ) -> None:  # fmt: skip
        self._known = Knowledge(rounded, public, centre, files=files, own=own)
        self._public, self._centre = public, centre
        rows = self._known.rows
        places = [(r, c, v) for r, (row, _, _) in enumerate(rows) for c, v in row.items()]
        at, columns, values = zip(*places, strict=True)
        self._matrix = csr_array((values, (at, columns)), shape=(len(rows), len(self._known.lower)))
        self._matrix.sum_duplicates()
        self._model: Any = None

    def leaks(self) -> list[Leak]:
        """List the network's counts that are no longer unknown; for a centre's reader those hidden, or in no table."""
        known = self._known
        if not self._centre:
            network = {cell: at for cell, at in known.index.items() if cell in known.published}
            return self._leaks("rounded", network, dict.fromkeys(network, 0), is_zero_secret=True)
        hidden = {cell: known.index[cell] for cell in known.hidden}
        found = self._leaks("hidden", hidden, dict.fromkeys(hidden, 0))
        shares = {name: at for name, at in known.shares.items() if name.startswith(f"{self._centre} ")}
        return found + self._leaks("derived", shares, dict.fromkeys(shares, 0), is_exact_secret=False)

    def leaks_of_others(self) -> list[Leak]:
        """List what an insider learns of everybody else: the network's figures less the insider's own counts."""
        known = self._known
        entire = {("centre_id", self._centre)} | {
            ("source_id", source) for source, centre in self._public.centre_of.items() if centre == self._centre
        }
        wanted, own = {}, {}
        for cell, at in known.index.items():
            mine = known.index.get((self._centre, *cell[1:]))
            if cell in known.published and cell[2].isdisjoint(entire) and (mine is not None or known.is_insider):
                wanted[cell], own[cell] = at, 0 if mine is None else known.lower[mine]
        projects = self._public.project_of
        sources = {p: {s for s, each in projects.items() if each == p} for p in set(projects.values())}
        whole = {("project_id", p) for p, found in sources.items() if {("source_id", s) for s in found} <= entire}
        wanted = {cell: at for cell, at in wanted.items() if cell[2].isdisjoint(whole)}
        return self._leaks("others", wanted, own, is_zero_secret=True)

    def interval(self, cell: Cell) -> tuple[int, int]:
        """Give the lowest and the highest value of one count."""
        at = self._known.index[cell]
        ends = [self._in_whole(sign * (np.arange(len(self._known.lower)) == at))[at] for sign in (1.0, -1.0)]
        return int(ends[0]), int(ends[1])

    def _leaks(
        self, kind: str, wanted: Mapping, own: Mapping, *, is_zero_secret: bool = False, is_exact_secret: bool = True
    ) -> list[Leak]:
        """Find the counts that are narrow: many at once as long as that helps, then one by one."""
        if not wanted:
            return []
        less = np.array([own[cell] for cell in wanted])
        seen = _Seen(np.array(list(wanted.values())), less, is_zero_secret, is_exact_secret)
        self._look_around(seen)
        for number in range(len(less)):
            self._look_at(seen, number)
        cells = list(wanted)
        return [Leak(kind, cells[at], int(seen.low[at]), int(seen.high[at])) for at in np.flatnonzero(seen.is_open())]

    def _look_around(self, seen: _Seen) -> None:
        for turn in range(TURNS):
            unsure = seen.is_open()
            if unsure.any():
                signs = seen.draw.choice((-1, 1), len(unsure)) if turn > 2 else 1 - 2 * (turn % 2)
                self._look(seen, unsure * seen.draw.uniform(0.5, 1, len(unsure)) * signs)

    def _look_at(self, seen: _Seen, number: int) -> None:
        """Move one count down and up as far as it goes; the others that are still open go along where they can."""
        alone = np.arange(len(seen.low)) == number
        for sign in (-1.0, 1.0):
            if seen.is_open()[number]:
                self._look(seen, sign * (alone + seen.is_open() * seen.draw.uniform(0, 1e-3, len(alone))))
            if seen.is_open()[number]:
                self._look(seen, sign * alone, is_last=True)

    def _look(self, seen: _Seen, weights: np.ndarray, *, is_last: bool = False) -> None:
        objective = np.zeros(len(self._known.lower))
        np.add.at(objective, seen.places, weights)
        found = self._solve(objective, is_last=is_last)
        if found is not None:
            seen.widen(found[seen.places])

    def _solve(self, objective: np.ndarray, *, is_last: bool = True) -> np.ndarray | None:
        """Give the counts of a world that fits the files: the linear solution, where it is in whole numbers."""
        if self._model is None:
            self._model = self._prepared()
        self._model.changeColsCost(len(objective), np.arange(len(objective), dtype=np.int32), objective)
        self._model.run()
        x = np.array(self._model.getSolution().col_value)
        is_solved = self._model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        if is_solved and self._fits(np.round(x), x):
            return np.round(x).astype(int)
        return self._in_whole(objective) if is_last else None

    def _fits(self, whole: np.ndarray, x: np.ndarray) -> bool:
        """Tell whether a solution is in whole numbers; the matrix is, so rounding errors cannot hide in it."""
        sums = self._matrix @ whole
        low, high = (np.array([row[end] for row in self._known.rows]) for end in (1, 2))
        return bool(np.abs(whole - x).max() < 1e-6 and (sums >= low).all() and (sums <= high).all())

    def _in_whole(self, objective: np.ndarray) -> np.ndarray:
        known = self._known
        limits = LinearConstraint(self._matrix, [row[1] for row in known.rows], [row[2] for row in known.rows])
        outcome = milp(objective, constraints=limits, bounds=Bounds(known.lower, known.upper), integrality=1)
        if outcome.x is None:
            raise AssertionError(f"the released files contradict each other: {outcome.message}")
        return np.round(outcome.x).astype(int)

    def _prepared(self) -> Any:
        known, matrix = self._known, self._matrix
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = len(known.lower), len(known.rows)
        programme.col_cost_ = np.zeros(len(known.lower))
        programme.col_lower_, programme.col_upper_ = np.array(known.lower, float), np.array(known.upper, float)
        programme.row_lower_, programme.row_upper_ = (np.array([row[end] for row in known.rows]) for end in (1, 2))
        programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        programme.a_matrix_.start_ = matrix.indptr.astype(np.int32)
        programme.a_matrix_.index_, programme.a_matrix_.value_ = matrix.indices.astype(np.int32), matrix.data
        model: Any = highspy._core._Highs()
        for name, value in {"output_flag": False, "threads": 1, "presolve": "off", "simplex_strategy": 4}.items():
            model.setOptionValue(name, value)
        model.passModel(programme)
        return model
