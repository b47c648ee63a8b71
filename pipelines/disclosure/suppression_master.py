"""The search for the cheapest pattern of one part: conditions from attacks, then a whole choice, repaired until safe.

Out of time means hiding more, never less: what is returned has been shown to be safe by a possible table for every move
that a small count has to be able to make.

Source: Fischetti and Salazar-González (2001), Management Science 47(7); Salazar-González (2004), "Mathematical models
for applying cell suppression methodology in statistical data protection", European Journal of Operational Research 154.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.disclosure.suppression_attack import UNSOLVED, Attacker, Move, Room, made_within
from pipelines.disclosure.suppression_cuts import SHORTFALL, Conditions, Cut, Master
from pipelines.disclosure.suppression_grid import Grid, Vector
from pipelines.errors import DisclosureError

# Rounds of conditions on shares end when so many in a row have raised the bound by less than this part.
FEWEST_GAIN, SLOW_ROUNDS = 1e-3, 3
# Passes of whole choices; each one adds at least one condition or is the last.
MOST_PASSES = 200


@dataclass(frozen=True, eq=False)
class Found:
    """A safe choice, what it costs, and the least that any safe choice costs."""

    share: Vector
    loss: float
    bound: float
    n_cuts: int


@dataclass(frozen=True, eq=False)
class Effort:
    """How near to the bound the search must come, and when it must end."""

    gap: float
    nodes: int
    deadline: float

    @property
    def left(self) -> float:
        """Give the seconds that are left."""
        return self.deadline - time.monotonic()


class Search:
    """Finds the cheapest safe pattern of one part."""

    def __init__(self, grid: Grid, moves: Sequence[Move], effort: Effort) -> None:
        self._room = Room.of(grid)
        self._moves, self._effort = sorted(moves, key=lambda move: (-move.size, move)), effort
        self._conditions = Conditions(grid, self._room)
        self._attacker = Attacker(grid)
        self._master = Master(self._conditions)
        self._cost, self._is_fixed = self._conditions.cost, self._conditions.is_fixed

    def run(self) -> Found:
        """Search until the gap or the time is reached.

        Raises:
            DisclosureError: the solver failed.
        """
        for cut in self._conditions.of_single_relations(self._moves):
            self._master.add(cut)
        share, bound = self._raise_bound()
        best = self._safe(np.round(share))
        for _ in range(MOST_PASSES):
            gap = self._effort.gap
            if self._loss(best) <= (1 + gap) * bound or self._effort.left <= 0:
                break
            before = self._master.n_cuts
            outcome = self._master.cheapest(best, gap=gap / 2, seconds=self._effort.left, nodes=self._effort.nodes)
            if outcome is None:
                break
            bound = max(bound, min(outcome[1], self._loss(best)))
            best = min(best, self._safe(outcome[0]), key=self._loss)
            if self._master.n_cuts == before:
                break
        return Found(best, self._loss(best), min(bound, self._loss(best)), self._master.n_cuts)

    def _loss(self, share: Vector) -> float:
        return float(self._cost @ share)

    def _safe(self, share: Vector) -> Vector:
        """Make a choice safe: hide more where needed, then show again what proved not to be needed for it."""
        wider, made = self._repaired(share)
        return self._reduced(wider, made, added=wider > share)

    def _raise_bound(self) -> tuple[Vector, float]:
        """Add conditions that shares of cells violate until none is found, or they hardly raise the bound."""
        share, bound = self._master.cheapest_shares()
        n_slow = 0
        while self._effort.left > 0 and n_slow < SLOW_ROUNDS and self._add_violated(share):
            share, raised = self._master.cheapest_shares()
            n_slow = n_slow + 1 if raised < bound * (1 + FEWEST_GAIN) else 0
            bound = raised
        return share, bound

    def _add_violated(self, share: Vector) -> int:
        """Attack shares of cells, with moves no longer than needed, which gives the strongest conditions."""
        n_added = 0
        made: dict[Move, Vector] = {}
        for size in sorted({move.size for move in self._moves}, reverse=True):
            self._attacker.allow(self._room.scaled(share, size))
            tables = {id(steps): steps for steps in made.values()}.values()
            own = [move for move in self._moves if move.size == size and not any(map(move.is_made, tables))]
            for move, answer in self._attacker.unmade(own, made):
                n_added += self._add(self._conditions.of(move, answer), share)
        return n_added

    def _add(self, cut: Cut | None, share: Vector) -> bool:
        return cut is not None and cut.shortfall(share) > SHORTFALL and self._master.add(cut)

    def _repaired(self, share: Vector) -> tuple[Vector, dict[Move, Vector]]:
        """Hide more until every small count can move; give the choice and a possible table for each move.

        Each round hides at least one more cell, so there is a last one.
        """
        made: dict[Move, Vector] = {}
        while pending := [move for move in self._moves if move not in made]:
            self._attacker.allow(self._room.scaled(share))
            wider = share.copy()
            for move, answer in self._attacker.unmade(pending, made):
                cut = self._conditions.of(move, answer)
                self._add(cut, share)
                wider = self._widened(wider, cut)
            if len(made) < len(self._moves) and (wider == share).all():
                wider = self._everything(share)
            share = wider
        return share, made

    def _everything(self, share: Vector) -> Vector:
        """Hide all that can be hidden, once: a second time the solver contradicts itself."""
        if share.all():
            raise DisclosureError(UNSOLVED)
        return np.ones(len(share))

    def _widened(self, share: Vector, cut: Cut | None) -> Vector:
        """Hide the cheapest cells that meet a condition."""
        if cut is None:
            return share
        wider = share.copy()
        open_ = cut.nodes[share[cut.nodes] == 0]
        gains = dict(zip(cut.nodes.tolist(), cut.gains.tolist(), strict=True))
        for node in sorted(open_.tolist(), key=lambda node: (self._cost[node] / gains[node], node)):
            if cut.shortfall(wider) <= SHORTFALL:
                break
            wider[node] = 1.0
        return wider

    def _reduced(self, share: Vector, made: dict[Move, Vector], added: NDArray[np.bool_]) -> Vector:
        """Show hidden cells again, the dearest first, wherever every small count can still move.

        Cells that no possible table moves cost nothing to try; others are only tried where the repair added them.
        """
        chosen = np.flatnonzero((share > 0) & ~self._is_fixed)
        for node in sorted(chosen.tolist(), key=lambda node: (-self._cost[node], node)):
            tighter = share.copy()
            tighter[node] = 0.0
            room = self._room.scaled(tighter)
            kept = made_within(made, room)
            pending = [move for move in self._moves if move not in kept]
            if pending and (self._effort.left <= 0 or not added[node]):
                continue
            self._attacker.allow(room)
            if next(self._attacker.unmade(pending, kept), None) is None:
                share, made = tighter, kept
        return share
