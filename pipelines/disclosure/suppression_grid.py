"""What the hiding engine counts with: what readers know, what a release asks for, and one part of the problem.

Cells that hold the same people stand together as one node. Everything counts in steps from the true count, so a shown
cell does not move and every relation between the steps adds up to 0.

Source: Fischetti and Salazar-González (2001), "Solving the cell suppression problem on tabular data with linear
constraints", Management Science 47(7).
"""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from pipelines.codelists import TOTAL
from pipelines.disclosure.decided import decided
from pipelines.disclosure.system import CellName, LinkedSystem, Relation
from pipelines.errors import DisclosureError

Vector = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
# No small count needs another to move further than this, and a larger figure would cost the solver precision.
MOST_ROOM = 1000.0
GROUP_TABLE = "by_group_of_interest"
NO_COUNT = "A relation names a cell that has no count, so nothing was released. Report this error."
NO_SUM = "The tables of this edition do not add up, so nothing was released. Report this error."


@dataclass(frozen=True, eq=False)
class Reader:
    """What a reader knows of a cell that is hidden, before any arithmetic.

    A cell without an entry is at least 1, for nobody hides a 0, and has no upper limit.
    """

    low: Mapping[CellName, int]
    high: Mapping[CellName, int]

    def __repr__(self) -> str:
        return f"Reader({len(self.low)} lower and {len(self.high)} upper limits)"

    def bounds(self, name: CellName) -> tuple[float, float]:
        """Give the lowest and the highest value that the reader thinks possible."""
        return self.low.get(name, 1), self.high.get(name, math.inf)


@dataclass(frozen=True, eq=False)
class Asked:
    """What a release asks for: the threshold, the key, and the cells that are hidden or shown in any case.

    `withheld` are cells that must stay unknown although their counts may be large.
    """

    threshold: int
    key: str
    always_hidden: frozenset[CellName]
    always_shown: frozenset[CellName]
    withheld: frozenset[CellName] = frozenset()

    def is_small(self, system: LinkedSystem, name: CellName) -> bool:
        """Tell whether a count is one to hide."""
        return 1 <= system.counts[name] < self.threshold

    def is_secret(self, system: LinkedSystem, name: CellName) -> bool:
        """Tell whether somebody is counted whom readers must not be able to count."""
        return self.is_small(system, name) or (name in self.withheld and system.counts[name] > 0)

    def is_zero(self, system: LinkedSystem, name: CellName) -> bool:
        """Tell whether the cell is a 0 that everybody may see."""
        return system.counts[name] == 0 and name not in self.always_hidden

    def is_shown(self, system: LinkedSystem, name: CellName) -> bool:
        """Tell whether the cell is shown in any case; totals over everybody are, unless they are small."""
        if name in self.always_hidden or name in system.unpublished:
            return False
        is_total = all(code == TOTAL for code in name.codes)
        return name in self.always_shown or (is_total and not self.is_small(system, name))

    def cost(self, name: CellName) -> float:
        """Draw what hiding a cell costs beyond its size: the key decides, so a reader cannot replay the choice."""
        canonical = json.dumps([name.table_id, name.codes, name.unit, name.period])
        drawn = hmac.digest(self.key.encode(), canonical.encode(), hashlib.sha256)
        share = (int.from_bytes(drawn[:8]) + 0.5) / 2**64
        detail = sum(code != TOTAL for code in name.codes)
        weight = float(decided("hiding", "weight_of_one_way")) if detail <= 1 else 1.0
        if name.table_id == GROUP_TABLE:
            weight = float(decided("hiding", "weight_of_groups"))
        return weight * math.exp(NormalDist(0, float(decided("hiding", "noise"))).inv_cdf(share))


@dataclass(frozen=True, eq=False)
class Node:
    """Cells that hold the same people: hidden together or shown together."""

    members: tuple[CellName, ...]
    count: int
    low: float
    high: float
    cost: float
    is_fixed: bool
    is_small: bool


@dataclass(frozen=True, eq=False)
class Grid:
    """Nodes and relations as numbers: one entry per coefficient, and the slack of each relation (0: it is exact)."""

    nodes: tuple[Node, ...]
    rows: Indices
    columns: Indices
    values: Vector
    slack: Vector
    is_exact: Flags

    def combined(self, weights: Vector) -> Vector:
        """Give the weighted sum of all relations, by node."""
        summed = np.bincount(self.columns, self.values * weights[self.rows], minlength=len(self.nodes))
        return summed.astype(np.float64)

    def room(self, *, sign: int) -> Vector:
        """Give how far each node can move down or up if it is hidden."""
        ends = [node.high - node.count if sign > 0 else node.count - node.low for node in self.nodes]
        return np.minimum(np.array(ends, dtype=np.float64), MOST_ROOM)


@dataclass(frozen=True, eq=False)
class Row:
    """`sum(sign * cell) <= slack` in steps from the true counts; without a slack the sum is exactly 0."""

    signs: Mapping[CellName, int]
    slack: float | None

    @classmethod
    def of(cls, relation: Relation, counts: Mapping[CellName, int]) -> Row:
        """Write a relation as a row.

        Raises:
            DisclosureError: a cell has no count, or the counts do not fit the relation.
        """
        signs = Counter(relation.left)
        signs.subtract(relation.right)
        if any(name not in counts for name in relation.cells):
            raise DisclosureError(NO_COUNT)
        slack = -sum(sign * counts[name] for name, sign in signs.items())
        if slack < 0 or (relation.is_exact and slack):
            raise DisclosureError(NO_SUM)
        return cls({name: sign for name, sign in signs.items() if sign}, None if relation.is_exact else float(slack))

    def without(self, known: Set[CellName]) -> Row:
        """Leave out cells that do not move."""
        return Row({name: sign for name, sign in self.signs.items() if name not in known}, self.slack)

    def renamed(self, leader: Callable[[CellName], CellName]) -> Row:
        """Put the leader of each group of equal cells in its place."""
        signs: Counter[CellName] = Counter()
        for name, sign in self.signs.items():
            signs[leader(name)] += sign
        return Row({name: sign for name, sign in signs.items() if sign}, self.slack)


def grid_of(nodes: Sequence[Node], rows: Sequence[Row]) -> Grid:
    """Write nodes and rows as numbers; a cell of a row is found by the first member of its node."""
    position = {node.members[0]: index for index, node in enumerate(nodes)}
    entries = [(i, position[name], sign) for i, row in enumerate(rows) for name, sign in sorted(row.signs.items())]
    return Grid(
        nodes=tuple(nodes),
        rows=np.array([entry[0] for entry in entries], dtype=np.int64),
        columns=np.array([entry[1] for entry in entries], dtype=np.int64),
        values=np.array([entry[2] for entry in entries], dtype=np.float64),
        slack=np.array([row.slack or 0.0 for row in rows], dtype=np.float64),
        is_exact=np.array([row.slack is None for row in rows], dtype=np.bool_),
    )
